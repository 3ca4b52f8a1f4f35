"""``python -m server``: see server/beforehand.py."""

from data.output import exit_with
from server.beforehand import main

if __name__ == "__main__":
    exit_with(main)

"""``python -m tables prepare``: the name that scripts know of ``python -m server prepare``."""

from data.output import exit_with
from server.beforehand import main

if __name__ == "__main__":
    exit_with(main)

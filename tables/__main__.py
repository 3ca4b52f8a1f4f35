"""``python -m tables prepare``: the name that scripts know of ``python -m results prepare``."""

from data.output import exit_with
from results.__main__ import main

if __name__ == "__main__":
    exit_with(main)

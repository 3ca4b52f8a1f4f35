"""``python -m audit``: the log of who asked for what."""

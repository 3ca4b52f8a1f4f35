"""What a file that cannot be read raises."""


class FileRefused(ValueError):
    """A file that cannot be read as said; the message names it, what is wrong and the fix."""

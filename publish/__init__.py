"""``python -m publish``: a folder with the protected frames of a store."""

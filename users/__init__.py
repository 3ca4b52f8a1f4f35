"""``python -m users``: who may log in to the dashboard of a store."""

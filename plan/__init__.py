"""``python -m plan``: the action plan's goals and who has done what."""

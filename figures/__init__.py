"""Figures as plain plotly dicts: no page, no Dash."""

"""Sentences and number formats, Danish and English: no page, no Dash, no Flask."""

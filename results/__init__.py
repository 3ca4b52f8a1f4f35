"""Audit tables for people: everything a page, a download or a report may show, after disclosure control."""

"""Survival after a cancer diagnosis: endpoints, estimators, result tables and curves."""

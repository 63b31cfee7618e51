"""Widgets that know nothing of containers."""

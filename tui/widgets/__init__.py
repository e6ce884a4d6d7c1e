"""Widgets: what more than one screen shows itself with."""

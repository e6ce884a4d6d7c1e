"""Screens: one module a place, and what all places have in common."""

"""The numbered screens, a module each, and what they have in common."""

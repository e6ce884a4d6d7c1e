"""Jobs that have no place of their own: each is a form, an operation, and what came of it."""

"""What changes a workspace or writes files: one operation a module."""

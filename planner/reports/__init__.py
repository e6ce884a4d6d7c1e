"""What is read from a workspace and changes nothing: one report a module."""

"""The screens (tui): an empty room as yet; like the command line they will go through the workspace."""

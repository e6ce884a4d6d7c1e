"""The screens (tui): an empty room as yet; they too will go through the workspace."""

"""The screens: `yaohao tui`, thin on `planner.workspace`."""

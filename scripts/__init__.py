"""The command line `yaohao`: thin, on `planner.workspace`."""

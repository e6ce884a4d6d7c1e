"""The parts of the public door: groups of a workspace's methods, and functions that need none."""

"""Acts: what changes a workspace or looks into it, one module a step of the road."""

"""The independent verifier of yaohao as a package: `verify.py`, and a command that runs it."""

"""Where things lie in a workspace."""

from pathlib import Path

SETTINGS = "workspace.toml"
SNAPSHOTS = Path("register") / "entities"
FRAMES = Path("frames")
PLANS = Path("plans")
SAMPLE = "sample.toml"
PUBLICATIONS = Path("publications")
TRIALS = Path("trials")

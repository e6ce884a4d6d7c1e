"""Characters that some terminals show in one cell and others in two."""

from __future__ import annotations

import re

AMBIGUOUS = re.compile("[…×·“”‘’①②③—─│±°]")

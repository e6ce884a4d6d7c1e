"""Keys and backups under passphrases that are worked out in a moment.

As the program is shipped each takes half a second of the processor, so that nobody guesses many;
tests make some, to which that adds nothing but the time.
"""

from __future__ import annotations

from yaohao.planner.publication import key_encryption
from yaohao.planner.storage import backup_cipher

SHIPPED_ROUNDS = key_encryption.ROUNDS
"""The rounds of a key as the program is shipped."""


def work_out_quickly() -> None:
    """Have this process do with few rounds, still more than keys of earlier versions have."""
    key_encryption.ROUNDS = 3_000
    backup_cipher._N = 1 << 10

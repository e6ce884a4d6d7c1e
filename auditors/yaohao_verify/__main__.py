"""The command `yaohao-verify`: verify.py on the working folder, or on the one that is named."""

from __future__ import annotations

import sys
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path


def main() -> int:
    """Run the verifier; as a file it takes its own folder, as a command that where one is."""
    from yaohao_verify import verify

    words = sys.argv[1:]
    if words == ["--version"]:
        verify.steady_streams()
        digest = sha256(Path(verify.__file__).read_bytes()).hexdigest()
        print(f"yaohao-verify {version('yaohao-verify')}, verify.py {digest}")
        return 0
    if verify.parser_of().parse_args(words).folder is None:
        words.insert(0, ".")
    return int(verify.main(words))


if __name__ == "__main__":
    sys.exit(main())

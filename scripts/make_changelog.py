"""Move the fragments of changelog.d into CHANGELOG.md, by kind."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KINDS = {
    "added": "Added",
    "changed": "Changed",
    "fixed": "Fixed",
    "removed": "Removed",
    "security": "Security",
}
_NAME = re.compile(r"[a-z0-9-]+\.(added|changed|fixed|removed|security)\.md")


def fragments(folder: Path) -> list[Path]:
    """The fragments of a folder in the order of their names; ValueError for a wrong name."""
    files = sorted(path for path in folder.glob("*.md") if path.name != "README.md")
    for path in files:
        if not _NAME.fullmatch(path.name):
            raise ValueError(f"{path.name}: a fragment is called <what>.<kind>.md")
        if not path.read_text(encoding="utf-8").strip():
            raise ValueError(f"{path.name} is empty")
    return files


def with_fragments(changelog: str, texts: list[tuple[str, str]]) -> str:
    """The changelog with texts, each with its kind, inserted under the first version's heading."""
    head, heading, rest = changelog.partition("\n## ")
    title, _, body = rest.partition("\n")
    parts = []
    for kind, name in KINDS.items():
        own = [text for is_kind, text in texts if is_kind == kind]
        if own:
            lines = "\n".join("* " + " ".join(text.split()) for text in own)
            parts.append(f"\n### {name}\n\n{lines}\n")
    return f"{head}{heading}{title}\n{''.join(parts)}{body}"


def main() -> int:
    """Write the changelog; with --check only check the fragments' names."""
    folder = ROOT / "changelog.d"
    try:
        files = fragments(folder)
    except ValueError as error:
        print(f"changelog.d: {error}", file=sys.stderr)
        return 1
    if "--check" in sys.argv[1:] or not files:
        return 0
    texts = [(path.name.split(".")[1], path.read_text(encoding="utf-8")) for path in files]
    page = ROOT / "CHANGELOG.md"
    page.write_text(
        with_fragments(page.read_text(encoding="utf-8"), texts), encoding="utf-8", newline="\n"
    )
    for path in files:
        path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())

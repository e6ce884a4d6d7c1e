"""Small files are read within bounds: their size, and what TOML texts may nest."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.cli import told, yaohao
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.vocabulary.small_files import (
    MOST_BYTES,
    excess,
    like_before,
    parse_toml,
    read_toml,
)
from yaohao.planner.workspace import Workspace

DOTS = ".".join(["a"] * 20_000)
HOSTILE = {
    "dotted": f"{DOTS} = 1\n",
    "dotted-table": f"[{DOTS}]\n",
    "dotted-quoted": ".".join(['"a b"'] * 20_000) + " = 1\n",
    "dotted-blanks": " . ".join(["a"] * 20_000) + " = 1\n",
    "inline": "x = " + "{ a = " * 50_000,
    "array": "x = " + "[" * 500_000,
    "mixed": "x = " + "[{a=" * 100_000,
    "tables": "\n".join(f"[{'.'.join(['t'] * 60)}.n{n}]" for n in range(5_000)),
    "quotes": '"' * 300_000,
    "triple": "x = '''" + "'" * 300_000,
    "large": "# " + "x" * (MOST_BYTES + 1),
}
_MEASURE = """
import json, sys, time
from pathlib import Path
from yaohao.planner.storage.folder import read_settings
from yaohao.planner.plan.fixes import mended
from yaohao.planner.plan.parse import read_plan
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.vocabulary.small_files import read_small_text
from yaohao.sample_data.corruption import read_dirt
from yaohao.scripts.commands.importing import read_mapping
file = Path(sys.argv[1])
said, began = [], time.process_time()
for read in (
    lambda: read_plan(read_small_text(file), "x"),
    lambda: read_settings(file),
    lambda: read_mapping(str(file)),
    lambda: read_dirt(file),
):
    try:
        read()
        said.append("")
    except PlannerError as error:
        said.append(str(error))
memory = int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
print(json.dumps({"said": said, "memory": memory, "seconds": time.process_time() - began}))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured on Linux")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_ends_in_a_plain_message(tmp_path: Path, name: str) -> None:
    path = tmp_path / "x.toml"
    path.write_text(HOSTILE[name], encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answer = json.loads(done.stdout)
    assert all(answer["said"])
    assert answer["memory"] < 300
    assert answer["seconds"] < 5


@pytest.mark.parametrize(
    "text",
    [
        'a = "' + "[" * 999 + '"',
        "a = '''\n" + "x.y" * 999 + "\n'''",
        "# " + "[{" * 999 + "\na.b.c = [[1], [2]]",
        "a = 1.5\nb = 2027-01-04\n[c.d.e]\nf = {g = {h = []}}\n" * 1,
        'a = "' + ".".join("abcdefghij" * 9) + '"',
        "\n".join(f"k{n} = [{n}]" for n in range(5_000)),
    ],
)
def test_what_people_write_has_no_excess(text: str) -> None:
    assert excess(text) is None
    assert parse_toml(text, "x.toml")


def test_excess_tells_its_line() -> None:
    assert excess("a = 1\n\nb = '''\n\n'''\nc = " + "[" * 40) == ("deep", 6)
    assert excess(f"a = 1\n[{DOTS}]") == ("dotted", 2)


def test_settings_mappings_and_keys_are_bounded(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "b", "free")
    workspace.close()
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(1 << 33)
    with pytest.raises(PlannerError) as caught:
        read_toml(large)
    assert caught.value.problems[0].code == "file.too-large"
    assert told("key", "show", large, status=2)["errors"][0]["code"] == "file.too-large"
    here = ("--workspace", workspace.folder)
    done = told(*here, "import", "entities", large, "--mapping", large, status=2)
    assert done["errors"][0]["code"] == "file.too-large"
    assert told(*here, "plan", "check", large, status=1)["errors"][0]["code"] == "file.too-large"
    settings = workspace.folder / "workspace.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + f"\n{DOTS} = 1\n", encoding="utf-8")
    shown = yaohao(*here, "status")
    assert shown.exit_code == 2
    assert "Traceback" not in shown.output


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        (b"a\r\nb\nc\r\n", "a\nb\nc\n", b"a\r\nb\nc\r\n"),
        (b"a\r\nb\nc\r\n", "a\nB\nnew\nc\n", b"a\r\nB\r\nnew\r\nc\r\n"),
        (b"a\r\nb\nc", "b\nc\nd", b"b\nc\nd"),
        (b"a\rb\r", "a\nb\n", b"a\rb\r"),
        (b"", "a\nb\n", b"a\nb\n"),
    ],
)
def test_line_ends_are_as_before(tmp_path: Path, before: bytes, text: str, after: bytes) -> None:
    file = tmp_path / "x.toml"
    file.write_bytes(before)
    assert like_before(file, text) == after

"""The guided start in a terminal: begun without a workspace, ended at any moment."""

from __future__ import annotations

import os
import signal
import termios
from pathlib import Path

import pytest
from helpers.cli import yaohao
from helpers.in_terminal import begin, read, rest
from yaohao.planner.workspace import Workspace


def test_from_nothing_to_the_guide_and_again(tmp_path: Path) -> None:
    """What is killed at once is gone on with where it was left."""
    process, master, (slave, _) = begin(None, here=tmp_path)
    try:
        assert "A new workspace" in read(master, "A new workspace")
        read(master, "Esc: leave")
        os.write(master, b"\t\t\t\t")  # over language, folder, purpose and kind
        read(master, "Enter the name of the authority")
        os.write(master, b"A bureau for this test")
        read(master, "It is shown on every plan")
        os.write(master, b"\x13")  # Ctrl+S
        assert "step by step" in read(master, "step by step")
        process.kill()
        process.wait()
    finally:
        process.kill()
        os.close(master)
        os.close(slave)
    with Workspace(tmp_path) as workspace:
        assert workspace.settings.register == "china"
    process, master, (slave, _) = begin(None, here=tmp_path)
    try:
        assert "step by step" in read(master, "step by step")
        os.write(master, b"q")
        rest(master, process)
        assert process.poll() == 0
    finally:
        process.kill()
        os.close(master)
        os.close(slave)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_signal_in_the_form_leaves_nothing(tmp_path: Path, name: str) -> None:
    number = getattr(signal, name)
    process, master, (slave, before) = begin(None, here=tmp_path)
    try:
        assert "A new workspace" in read(master, "A new workspace")
        process.send_signal(number)
        shown = rest(master, process)
        assert process.poll() == 128 + number
        assert "Traceback" not in shown and "\x1b[?1049l" in shown
        assert termios.tcgetattr(slave)[:4] == before[:4]
    finally:
        process.kill()
        process.wait()
        os.close(master)
        os.close(slave)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_asked_for_and_taken_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("YAOHAO_WORKSPACE", raising=False)
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "letter.txt").write_text("mine", encoding="utf-8")
    refused = yaohao("--workspace", "taken", "tui")
    assert refused.exit_code == 2 and "taken" in refused.stderr
    # Where one may be made it is a terminal that is wanted.
    for words in (["tui"], ["--workspace", "fresh", "tui"]):
        refused = yaohao(*words)
        assert refused.exit_code == 2 and "terminal" in refused.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["taken"]

"""Findings worked out beside others: the same ones, and none that nobody waits for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event, current_thread, main_thread

import pytest
from helpers import fuzz
from helpers.campaign import every
from yaohao.planner.verification import audit
from yaohao.planner.verification.beside import beside
from yaohao.planner.verification.bundle import verify_bundle
from yaohao.planner.verification.finding import Finding, holds


@pytest.mark.parametrize("is_apart", [True, False])
def test_what_the_work_finds_or_raises_is_handed_over(is_apart: bool) -> None:
    threads = []

    def work(stop: Callable[[], bool]) -> list[Finding]:
        threads.append(current_thread() is main_thread())
        assert not stop()
        return [holds("files")]

    with beside(work, is_apart=is_apart) as found:
        assert found() == [holds("files")]
    assert threads == [not is_apart]
    with (
        pytest.raises(ZeroDivisionError),
        beside(lambda _: [holds(str(1 // 0))], is_apart=is_apart) as found,
    ):
        found()


def test_a_block_that_is_left_stops_the_work() -> None:
    begun, ended = Event(), Event()

    def work(stop: Callable[[], bool]) -> list[Finding]:
        begun.set()
        while not stop():
            ended.wait(0.01)
        ended.set()
        return []

    with pytest.raises(KeyboardInterrupt), beside(work, is_apart=True):
        assert begun.wait(20)
        raise KeyboardInterrupt
    assert ended.is_set()


@pytest.mark.parametrize("nth", every(4))
def test_registers_are_told_of_alike_in_either_way(
    nth: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = fuzz.audit_corpus(["dealt", "committed"])
    names = set()
    for number, files in enumerate([*corpus.values()][::nth]):
        folder = fuzz.write(tmp_path / f"b{number}", files)
        lines = files["entities.jsonl"].splitlines(keepends=True)
        for change in (None, lines[:-1], [lines[0], *lines[:0:-1]]):
            if change is not None:
                (folder / "entities.jsonl").write_bytes(b"".join(change))
            apart = verify_bundle(folder)
            names |= {one.name for one in apart if one.ok is False}
            with monkeypatch.context() as patch:
                patch.setattr(audit, "beside", lambda work, is_apart: beside(work, is_apart=False))
                assert verify_bundle(folder) == apart
    assert "registers" in names

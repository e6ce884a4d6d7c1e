"""`make bench-check`: what got slower fails, noise does not; the committed baseline is whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

import pytest

pytest.importorskip("resource")  # not on Windows, where nobody keeps a baseline

from benchmarks import gate

BASELINE = {"a / b": {"ratio": 2.0, "spread": 0.01}}


@pytest.mark.parametrize(
    ("ratios", "held_spread", "is_regression"),
    [
        ([2.0] * 5, 0.0, False),
        ([2.49] * 5, 0.0, False),
        ([2.51] * 5, 0.0, True),
        ([1.9, 2.0, 2.1, 9.0, 2.0], 0.0, False),  # one pair met something else
        ([2.2, 2.3, 2.6, 2.9, 3.3], 0.0, False),  # noisy: 3 x 11.5 % are allowed
        ([2.6] * 5, 0.11, False),
        ([3.3] * 5, 5.0, True),  # no noise excuses that
        ([0.1] * 5, 0.0, False),
    ],
)
def test_noise_widens_the_limit_up_to_a_bound(
    ratios: list[float], held_spread: float, is_regression: bool
) -> None:
    baseline = {"a / b": {"ratio": 2.0, "spread": held_spread}}
    assert gate.judge("a / b", ratios, baseline).is_regression is is_regression


def test_pairs_begin_with_each_in_turn() -> None:
    told: list[str] = []

    def taking(name: str, seconds: float) -> float:
        told.append(name)
        return seconds

    figure = gate.Figure("x", lambda: taking("ours", 3.0), lambda: taking("peer", 2.0))
    assert gate.pairs(figure, 3) == [1.5] * 3
    assert told == ["ours", "peer", "peer", "ours", "ours", "peer"]


@pytest.mark.parametrize(
    ("seconds", "name", "status", "said"),
    [
        ([2.0], "a / b", 0, "at most 2.50"),
        ([4.0], "a / b", 1, "SLOWER"),
        ([3.0] * 3 + [2.0] * 7, "a / b", 0, "at most"),  # it is measured again
        ([2.0], "new / b", 1, "no baseline"),
        ([2.0], "new / b", 1, "a / b: in the baseline, and not measured"),
    ],
)
def test_the_exit_status(
    seconds: list[float], name: str, status: int, said: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    times = cycle(seconds)

    @contextmanager
    def figures() -> Iterator[list[gate.Figure]]:
        yield [gate.Figure(name, lambda: next(times), lambda: 1.0)]

    kept = tmp_path / "baseline.json"
    kept.write_text(json.dumps(BASELINE), encoding="utf-8")
    monkeypatch.setattr(gate, "BASELINE", kept)
    monkeypatch.setattr(gate, "figures", figures)
    assert gate.main([]) == status
    out, err = capsys.readouterr()
    assert list(json.loads(out)) == [name] and said in err
    assert json.loads(kept.read_text(encoding="utf-8")) == BASELINE
    assert gate.main(["--write"]) == 0
    assert list(json.loads(kept.read_text(encoding="utf-8"))) == [name]
    assert gate.main([]) == 0


def test_the_committed_baseline_has_the_figures_of_the_gate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for size in ("ENTITIES", "ROWS", "LEAVES"):
        monkeypatch.setattr(gate, size, 1_500)
    with gate.figures() as measured:
        assert [one.name for one in measured] == list(
            json.loads(gate.BASELINE.read_text(encoding="utf-8"))
        )
        assert all(gate.pairs(one, 1)[0] > 0 for one in measured)

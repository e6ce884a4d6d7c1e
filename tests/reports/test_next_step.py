"""One next step, the same wherever a draw is shown: a commitment is published before its seed."""

from __future__ import annotations

from pathlib import Path

from helpers.cli import SEEDS, fill, told, yaohao
from yaohao.planner.workspace import Workspace


def following(folder: Path) -> str | None:
    """The next step of the draw `spring`, by all who tell it."""
    with Workspace(folder) as workspace:
        found = [
            workspace.show("spring")["next"],
            workspace.draws()[0]["next"],
            workspace.overview()["draws"][0]["next"],
        ]
    assert len(set(found)) == 1, found
    step: str | None = found[0]
    for command in (("show",), ("show", "spring"), ("status",)):
        words = yaohao("--workspace", folder, *command).stdout
        others = {"publish", "draw", "staff", "deal"} - {step}
        assert not step or f"yaohao {step}" in words
        assert not any(f"yaohao {other} " in words for other in others), words
    return step


def test_publication_comes_before_the_seed(tmp_path: Path) -> None:
    b = fill(tmp_path)
    steps = []

    def do(*words: object) -> None:
        told("--workspace", b, *words)
        steps.append(following(b))

    do("freeze", b / "plans" / "spring.toml")
    do("publish", "spring", "--site", tmp_path / "www")
    do("draw", "spring", "--seed", SEEDS[0])
    do("staff", "spring")
    do("publish", "spring", "--site", tmp_path / "www")
    do("deal", "spring", "--seed", SEEDS[1])
    do("publish", "spring", "--site", tmp_path / "www")
    entity = told("--workspace", b, "show", "spring")["visits"][0]["entity_id"]
    do("withdraw", "spring", entity, "--result", "9", "--evidence", "an extract")
    do("publish", "spring", "--site", tmp_path / "www")
    assert steps == [
        "publish", "draw", "staff", "publish", "deal", "publish", None, "publish", None,
    ]  # fmt: skip


def test_what_was_abandoned_is_published_once_more_if_it_was_public(tmp_path: Path) -> None:
    b = fill(tmp_path)
    told("--workspace", b, "freeze", b / "plans" / "spring.toml")
    told("--workspace", b, "abandon", "spring", "--reason", "a wrong list")
    assert following(b) is None
    c = fill(tmp_path / "c")
    told("--workspace", c, "freeze", c / "plans" / "spring.toml")
    told("--workspace", c, "publish", "spring")
    told("--workspace", c, "abandon", "spring", "--reason", "a wrong list")
    assert following(c) == "publish"
    told("--workspace", c, "publish", "spring")
    assert following(c) is None

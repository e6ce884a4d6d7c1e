"""Where tiers are hidden nothing public goes with them, and nobody picks by hand unseen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from helpers.public_eye import SHAPE, Seen, bureau_in, drawn, look, look_at_proofs, rows_of
from yaohao.planner.draw import selection
from yaohao.planner.draw.selection import DrawnVisit, Selection
from yaohao.planner.operations import proofs
from yaohao.planner.publication.verifier import verify as independent
from yaohao.planner.verification.bundle import verify_bundle
from yaohao.planner.verification.proof import verify_proof
from yaohao.planner.workspace import Workspace

DRAWS = 20
LIMIT = 0.1


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return bureau_in(tmp_path_factory.mktemp("hidden"), SHAPE)


def test_nothing_public_goes_with_tiers_that_are_hidden(bureau: Workspace) -> None:
    """Twenty draws: the correlation of tier with all that is published of a firm is below 0.1."""
    seen = Seen()
    for number in range(DRAWS):
        draw = drawn(bureau, number)
        rows = rows_of(bureau, draw)
        look(seen, bureau, draw, rows)
        if number < 5:
            look_at_proofs(seen, bureau, draw, rows)
    found = {kind: seen.correlation(kind) for kind in seen.pairs}
    assert len(found) == 8
    assert {kind: r for kind, r in found.items() if not abs(r) < LIMIT} == {}


def test_tickets_without_salt_would_go_with_tiers(bureau: Workspace) -> None:
    """The same measure sees what version 1 published: so it can fail."""
    draw = bureau.freeze(
        bureau.folder / "plans" / "q1.toml", secret="ee" * 32, despite=("again", "unstaffed")
    )["draw"]
    store, seen = bureau._workspace, Seen()
    frozen, rows = store.frozen(store.store.draw(draw)), rows_of(bureau, draw)
    for number in range(5):
        key = f"{number:032x}"
        chosen = selection.drawn_visits(frozen.frame, frozen.lottery, key, 2, hidden=False).visits
        for kind, reserve in (("drawn", False), ("reserves", True)):
            listed = [one for one in chosen if one.reserve == reserve and one.standing == "pool"]
            values = [int(one.ticket, 16) / 2**256 for one in listed]
            seen.add(f"tickets of {kind}", [rows[one.entity_id] for one in listed], values)
            seen.add(
                f"order of {kind}", [rows[one.entity_id] for one in listed], range(len(listed))
            )
    assert seen.correlation("tickets of drawn") > 0.5
    assert seen.correlation("order of reserves") > 0.5


# ------------------------------------------------------------------------- picked by hand


def by_hand(
    chosen: Selection, rows: Mapping[str, Any], cells: Mapping[str, list[str]], key: str,
    secret: str, *, own: bool,
) -> Selection:  # fmt: skip
    """In every cell others than the lot takes, as many; `own` thresholds are those of the others.

    The bureau leaves out whom it likes: the firms with the lowest tickets, where that can be.
    """
    visits, thresholds = list(chosen.visits), {}
    for cell in chosen.cells:
        tickets = {one: ticket_of(key, secret, one) for one in cells[cell["name"]]}
        ranked = sorted(tickets, key=lambda one: tickets[one])
        picked = set(ranked[-cell["count"] :]) if cell["count"] else set()
        if picked:
            thresholds[cell["name"]] = max(tickets[one] for one in picked)
        visits = [one for one in visits if one.reserve or one.name != cell["name"]]
        visits = [one for one in visits if one.entity_id not in picked]
        visits += [
            DrawnVisit(
                one,
                "pool",
                cell["name"],
                cell["cell"],
                cell["expected"],
                tickets[one],
                False,
                rows[one]["name"],
                rows[one]["region"],
            )
            for one in picked
        ]
    visits.sort(
        key=lambda one: (
            one.reserve,
            one.standing != "pool",
            sha256(f"{key}|visit|{one.entity_id}".encode()).hexdigest(),
        )
    )
    cells_told: list[Any] = [dict(cell) for cell in chosen.cells]
    for cell in cells_told if own else ():
        cell["threshold"] = thresholds.get(cell["name"])
    return replace(chosen, visits=visits, cells=cells_told)


def ticket_of(key: str, secret: str, entity: str) -> str:
    salt = sha256(f"{secret}|{entity}".encode()).hexdigest()[:32]
    return sha256(f"{key}|{entity}|{salt}".encode()).hexdigest()


@pytest.mark.parametrize("own", [False, True], ids=["thresholds kept", "thresholds made to fit"])
def test_whoever_is_wrongly_listed_or_left_out_can_show_it(
    own: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bureau's own program cheats, so that everything it writes agrees, audit folder and all.

    Every firm whose place in the list is not what its ticket says against the published threshold
    of its cell shows that with its own proof and the public folder alone, in both makes; no other
    firm does. Where thresholds are made to fit the picked, all with a lower ticket who were left
    out show it. The auditor sees it in either case.
    """
    secret, honest = "c0" * 32, selection.drawn_visits
    bureau = bureau_in(tmp_path, replace(SHAPE, entities=90, reserves=1))
    draw = bureau.freeze(
        bureau.folder / "plans" / "q1.toml", secret=secret, despite=("unstaffed",)
    )["draw"]
    rows = rows_of(bureau, draw)
    cells: dict[str, list[str]] = {}
    for row in rows.values():
        if row["standing"] == "pool":
            cells.setdefault(row["cell"], []).append(row["entity_id"])

    def cheating(*words: Any, **options: Any) -> Selection:
        return by_hand(honest(*words, **options), rows, cells, words[2], secret, own=own)

    with monkeypatch.context() as patched:
        patched.setattr(selection, "drawn_visits", cheating)
        bureau.publish(draw, tmp_path / "before")
        bureau.draw(draw, "3 1 4 1 5 9 2 6 5 3 5 8 9 7 9 3 2 3 8 4", "dice")
    bureau.publish(draw, tmp_path / "public")
    bureau.audit(draw, tmp_path / "audit")
    store = bureau._workspace
    found = store.store.draw(draw)
    frozen, key = store.frozen(found), str(found.select["key"])
    true = honest(frozen.frame, frozen.lottery, key, 1, secret)
    right = {one.entity_id for one in true.visits if one.standing == "pool" and not one.reserve}
    record = json.loads((tmp_path / "public" / "draw.json").read_text("utf-8"))
    listed = {
        one["entity_id"]
        for one in record["visits"]
        if one["standing"] == "pool" and not one["reserve"]
    }
    assert len(right - listed) > 5  # picked by hand
    public = verify_bundle(tmp_path / "public")
    assert [finding.name for finding in public if finding.ok is False] == []
    bundle = independent.read_bundle(tmp_path / "public")
    assert independent.verify(bundle).passed

    thresholds = {cell["cell"]: cell["threshold"] for cell in record["select"]["cells"]}
    showing = set()
    for entity, text in proofs.Prover(store, draw).all():
        proof = json.loads(text)
        ours = {f.name for f in verify_proof(proof, tmp_path / "public") if f.ok is False}
        assert ours <= {"proof-threshold"}
        if ours:
            showing.add(entity)
        if entity in right ^ listed or len(showing) % 7 == 0:
            theirs = independent.verify(bundle, text.encode())
            assert theirs.passed == (not ours), entity
    wrong = {
        entity
        for cell, members in cells.items()
        for entity in members
        if (entity in listed)
        != (ticket_of(key, secret, entity) <= (thresholds[blind(secret, cell)] or ""))
    }
    assert showing == wrong
    assert right - listed <= showing  # whoever was left out shows it, whatever the thresholds say
    assert (listed - right <= showing) or own
    audited = {f.name for f in verify_bundle(tmp_path / "audit") if f.ok is False}
    report = independent.verify(independent.read_bundle(tmp_path / "audit"))
    assert "selection" in audited
    assert "selection" in {r.name for r in report.results if r.status == "fail"}


def blind(secret: str, cell: str) -> str:
    return sha256(f"{secret}|cell|{cell}".encode()).hexdigest()[:32]

"""The protocol's own words: vectors, commitments, trees, chain, canonical JSON, seeds.

Oracles: the vectors of docs/protocol.md, the roots and paths that Certificate Transparency
published for RFC 6962, the examples of RFC 8785, and hashlib.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from typing import Any

import pytest
from helpers.campaign import tried
from hypothesis import given, settings
from hypothesis import strategies as st
from yaohao.planner.draw.lottery.picked_outcome import pick_outcome
from yaohao.planner.draw.rounds import (
    crew_commitment,
    normal_seed,
    round_key,
    select_commitment,
)
from yaohao.planner.frame.merkle import (
    audit_path,
    leaf_hash,
    merkle_root,
    node_hash,
    root_of_path,
    tree_levels,
)
from yaohao.planner.ledger import (
    ORIGIN,
    Line,
    entry_of,
    first_break,
    next_line,
    read_lines,
)
from yaohao.planner.publication.verifier import verify as verifier
from yaohao.planner.vocabulary.digest import (
    canonical,
    document_digest,
    salt,
    sha,
    ticket,
)
from yaohao.planner.vocabulary.problems import PlannerError

KEY = "00112233445566778899aabbccddeeff"


def by_hand(*parts: str) -> str:
    """``printf 'a|b' | sha256sum``."""
    return hashlib.sha256(b"|".join(part.encode() for part in parts)).hexdigest()


# ------------------------------------------------------------------------------ hashing, section 5


@pytest.mark.parametrize(
    ("entity", "digest"),
    [
        ("91150502MA0N1A2B3H", "4f74b480e80b2768e48303a192543431e4ba9c1d78449a3a8f894c4b6bc34db4"),
        ("150502000000017", "911b8276b4f15e85a283cfe726a9dae18c55e14b17b74f0c7da9ce1b4fba28e9"),
        ("cafe-1", "1a9ba6cd79222ed83f6f3f6230c90970a5646759eed3eae4f7121a481ebd7155"),
        ("Z", "19b9d74a53a919e71bc7313b9ffb60d1227932afa5a9713f2e13743ea068fd39"),
        ("allocation", "63bc3dfd17b5b4151185867a77d03f8370f903d24e739a3be61dc5ec32629d8f"),
    ],
)
def test_ticket_vectors(entity: str, digest: str) -> None:
    assert ticket(KEY, entity) == digest == by_hand(KEY, entity)


def test_key_vector() -> None:
    commitment = "cdb0577167548ee7677fce6b97736067374fd63a7f70290d2abb059a35d6a0bb"
    assert round_key(commitment, "12345678901234567890") == "e4b4eda7b9918f8dc3eae9b3d08351bb"


def test_commitments_and_salt_by_hand() -> None:
    plan, frame, lottery = (by_hand(word) for word in ("plan", "frame", "lottery"))
    cells = by_hand("cells")
    select = select_commitment(plan, frame, lottery, cells)
    assert select == by_hand("yaohao/2", "select", plan, frame, lottery, cells)
    crew = crew_commitment(select, plan, lottery)
    assert crew == by_hand("yaohao/2", "crew", select, plan, lottery)
    older = select_commitment(plan, frame, lottery, None)  # in an older part of a ledger
    assert older == by_hand("yaohao/1", "select", plan, frame, lottery)
    assert crew_commitment(older, plan, lottery, 1) == by_hand(
        "yaohao/1", "crew", older, plan, lottery
    )
    assert round_key(select, "掷 1 2 3") == by_hand(select, "掷 1 2 3")[:32]
    assert salt("5e" * 32, "Z") == by_hand("5e" * 32, "Z")[:32]
    assert document_digest({"b": [1, "é"], "a": None}) == by_hand('{"a":null,"b":[1,"é"]}')


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=30), st.integers(0, 2**64))
def test_outcome_is_the_first_whose_cumulative_weight_passes_the_number(
    shares: list[int], serial: int
) -> None:
    weights = [share * 1_000_000 // sum(shares) for share in shares]
    weights[0] += 1_000_000 - sum(weights)
    key = f"{serial:032x}"
    number = int(by_hand(key, "allocation"), 16)
    cumulative = [sum(weights[: place + 1]) for place in range(len(weights))]
    expected = next(p for p, w in enumerate(cumulative) if w * 2**256 > number * 1_000_000)
    assert pick_outcome(key, [{"weight": w, "counts": []} for w in weights]) == expected


# ----------------------------------------------------------------------- Merkle tree, RFC 9162 §2.1

LEAVES = tuple(
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
)
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
# (leaf from 0, size) and path, as Certificate Transparency's own tests have them
PATHS = {
    (0, 1): (),
    (0, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (5, 8): (
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 3): ("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",),
    (1, 5): (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ),
}


def joined(leaves: Any) -> bytes:
    return b"".join(map(leaf_hash, leaves))


def tree_hash(leaves: list[bytes]) -> bytes:
    """RFC 9162 §2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + tree_hash(leaves[:k]) + tree_hash(leaves[k:])).digest()


def path_hashes(m: int, leaves: list[bytes]) -> list[str]:
    """RFC 9162 §2.1.3.1, word for word."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*path_hashes(m, leaves[:k]), tree_hash(leaves[k:]).hex()]
    return [*path_hashes(m - k, leaves[k:]), tree_hash(leaves[:k]).hex()]


@pytest.mark.parametrize("size", range(9))
def test_published_roots(size: int) -> None:
    leaves = list(LEAVES[:size])
    assert merkle_root(joined(leaves)) == ROOTS[size] == tree_hash(leaves).hex()


@pytest.mark.parametrize(("place", "size"), PATHS)
def test_published_paths(place: int, size: int) -> None:
    levels = tree_levels(joined(LEAVES[:size]))
    assert tuple(audit_path(levels, place)) == PATHS[place, size]
    assert root_of_path(LEAVES[place], place, size, PATHS[place, size]) == ROOTS[size]


def test_leaves_and_nodes_are_told_apart() -> None:
    two = node_hash(leaf_hash(b"a"), leaf_hash(b"b"))
    assert merkle_root(joined([b"a", b"b"])) == two.hex()
    assert merkle_root(joined([b"\x01" + leaf_hash(b"a") + leaf_hash(b"b")])) != two.hex()


@pytest.mark.parametrize("size", [*range(1, 35), 63, 64, 65, 100, 127, 128, 129, 199, 200])
def test_every_path_of_every_leaf(size: int) -> None:
    leaves = [f"leaf {n}".encode() for n in range(size)]
    levels = tree_levels(joined(leaves))
    root = merkle_root(joined(leaves))
    assert levels[-1].hex() == root == tree_hash(leaves).hex()
    for place in range(size) if size < 70 else range(0, size, 7):
        path = audit_path(levels, place)
        assert path == path_hashes(place, leaves)
        assert root_of_path(leaves[place], place, size, path) == root
    for place in (-1, size):
        with pytest.raises(IndexError):
            audit_path(levels, place)
        assert root_of_path(leaves[0], place, size, []) is None


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 200), st.data())
def test_tampered_path_leads_elsewhere(size: int, data: st.DataObject) -> None:
    leaves = [f"{n}|x".encode() for n in range(size)]
    levels = tree_levels(joined(leaves))
    place = data.draw(st.integers(0, size - 1))
    path, root = audit_path(levels, place), merkle_root(joined(leaves))
    other = data.draw(st.integers(0, size - 1).filter(lambda n: n != place or size == 1))
    if size > 1:
        assert root_of_path(leaves[other], place, size, path) != root
        assert root_of_path(leaves[place], other, size, path) != root
        at = data.draw(st.integers(0, len(path) - 1))
        bit = data.draw(st.integers(0, 255))
        flipped = f"{int(path[at], 16) ^ 1 << bit:064x}"
        assert (
            root_of_path(leaves[place], place, size, [*path[:at], flipped, *path[at + 1 :]]) != root
        )
        assert root_of_path(leaves[place], place, size, path[:at] + path[at + 1 :]) != root
        assert root_of_path(leaves[place], place, size, [*path[:at], path[at], *path[at:]]) != root
    assert root_of_path(leaves[place] + b"x", place, size, path) != root
    assert root_of_path(leaves[place], place, size, [*path, root]) != root


# ----------------------------------------------------------------------------- ledger, section 7


def test_chain_by_hand() -> None:
    acts = [{"act": "workspace", "at": "2027-01-01T00:00:00Z"}, {"b": "é", "a": 1, "at": "3"}]
    first = next_line(ORIGIN, acts[0])
    second = next_line(first.entry, acts[1])
    text = '{"act":"workspace","at":"2027-01-01T00:00:00Z"}'
    assert first.entry == by_hand("0" * 64, text)
    assert first.as_text() == f'{{"act":{text},"entry":"{first.entry}","previous":"{"0" * 64}"}}'
    assert second.entry == by_hand(first.entry, '{"a":1,"at":"3","b":"é"}')
    assert list(read_lines(line.as_text() for line in (first, second))) == [first, second]


def lines_of(acts: list[dict[str, Any]]) -> list[Line]:
    lines: list[Line] = []
    for act in acts:
        lines.append(next_line(lines[-1].entry if lines else ORIGIN, act))
    return lines


@settings(max_examples=100, deadline=None)
@given(st.integers(2, 12), st.data())
def test_break_is_named_at_its_line(size: int, data: st.DataObject) -> None:
    acts = [{"act": "x", "at": f"2027-01-{1 + n // 3:02d}", "n": n} for n in range(size)]
    lines = lines_of(acts)
    assert first_break(lines) is None
    at = data.draw(st.integers(0, size - 1))
    line = lines[at]
    changed = {
        "act": Line(line.previous, {**line.act, "n": -1}, line.entry),
        "entry": Line(line.previous, line.act, by_hand("x")),
        "previous": Line(by_hand("x"), line.act, line.entry),
    }
    part = data.draw(st.sampled_from(sorted(changed)))
    broken = first_break([*lines[:at], changed[part], *lines[at + 1 :]])
    assert broken is not None
    assert (broken.line, broken.what) == (at + 1, "entry" if part == "act" else part)
    assert broken.expected != broken.found
    if at < size - 1:  # a line left out, put twice, or swapped; the last may be cut off unseen
        for other in (lines[:at] + lines[at + 1 :], [*lines[: at + 1], *lines[at:]]):
            found = first_break(other)
            assert found is not None
            assert found.what == "previous"
        swapped = [*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]]
        assert first_break(swapped) is not None


def test_time_may_not_go_back() -> None:
    lines = lines_of([{"at": "2027-01-02"}, {"at": "2027-01-02"}, {"at": "2027-01-01"}])
    assert first_break(lines[:2]) is None
    broken = first_break(lines)
    assert broken is not None
    assert (broken.line, broken.what) == (3, "at")


@pytest.mark.parametrize(
    "text", ["", "[]", "1", '{"act": {}}', '{"previous":1,"act":[],"entry":2}']
)
def test_what_is_no_line_is_refused(text: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        list(read_lines([text]))


def test_entry_of_a_line_is_that_of_the_independent_verifier() -> None:
    act = {"act": "seed", "at": "2027-01-01T00:00:00Z", "source": '\u2028\U0001f600\x7f"\\'}
    assert entry_of(ORIGIN, act) == verifier.sha("0" * 64 + "|" + verifier.canonical(act))


# ------------------------------------------------------------------- canonical JSON, RFC 8785


def test_example_of_section_3_2_2() -> None:
    document = json.loads(
        r"""{
          "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
          "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
          "literals": [null, true, false]
        }"""
    )
    assert canonical(document) == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


def test_example_of_section_3_2_3() -> None:
    document = json.loads(
        r"""{
          "\u20ac": "Euro Sign", "\r": "Carriage Return",
          "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
          "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control",
          "\u00f6": "Latin Small Letter O With Diaeresis"
        }"""
    )
    order = list(json.loads(canonical(document)).values())
    assert [words.split(" ")[0].rstrip(":") for words in order] == [
        "Carriage", "One", "Control", "Latin", "Euro", "Emoji", "Hebrew",
    ]  # fmt: skip


whole = st.integers(-(2**53) + 1, 2**53 - 1)
documents: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | whole | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@tried(150, of=3)
@given(documents)
def test_canonical_json_of_two_makes_is_one(document: Any) -> None:
    text = canonical(document)
    assert text == verifier.canonical(document)
    assert json.loads(text) == document
    assert document_digest(document) == sha(text) == by_hand(text)


# ------------------------------------------------------------------------------- seeds, section 2

SEEDS = {
    "12345678901234567890": True,
    "1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0": True,
    "1234-5678 9012 3456-7890": True,
    "1234567890123456789": False,
    "1 2 3 4 5 6 7 8 9 0 - - - - - - - - - - - -": False,
    "１２３４５６７８９０１２３４５６７８９０": True,  # full-width digits are digits
    "１２３４５６７８９０１２３４５６７８９": False,
    "abcdefghijklmnop": True,  # 16 characters of 4 bits
    "abcdefghijklmno": False,
    "ab" * 32: True,
    "ab" * 31 + "a": False,
    "a" * 500: False,
    "a b " * 31 + "a b": True,
    "": False,
    " ": False,
    "---": False,
    "双色球 2027003 03 08 17 21 24 31 + 12": True,
}


@pytest.mark.parametrize("seed", SEEDS)
def test_seed_must_hold_64_bits(seed: str) -> None:
    if SEEDS[seed]:
        assert normal_seed(f"\t {seed}\u3000\n") == unicodedata.normalize("NFKC", seed)
        return
    with pytest.raises(PlannerError) as refused:
        normal_seed(seed)
    assert refused.value.problems[0].code == "round.seed-too-short"
    assert refused.value.problems[0].params["least"] == 20


@pytest.mark.parametrize(
    ("seed", "code"),
    [
        ("1234567890,1234567890", "seed-separator"),
        ("1234567890|1234567890", "seed-separator"),
        ("1234567890\n1234567890", "seed-control"),
        ("1234567890\x001234567890 abcdefgh", "seed-control"),
        ("1234567890 abcdefghijkl\ud800", "seed-control"),
    ],
)
def test_seed_is_one_line_without_separators(seed: str, code: str) -> None:
    with pytest.raises(PlannerError) as refused:
        normal_seed(seed)
    assert refused.value.problems[0].code == f"round.{code}"
    assert str(refused.value)


def test_seed_is_normalised() -> None:
    assert normal_seed(" cafe\u0301 1234567890 1234567890 ") == "café 1234567890 1234567890"


seed_texts = st.text(
    st.sampled_from("0123456789 -ab|,\n\u00a0\u3000é") | st.characters()
) | st.text(st.sampled_from("0123456789 -\u2003"), min_size=15, max_size=45)


@settings(max_examples=300, deadline=None)
@given(seed_texts)
def test_seed_rules_of_two_makes_are_one(text: str) -> None:
    try:
        ours = normal_seed(text) == text
    except PlannerError:
        ours = False
    theirs = bool(text) and not list(verifier.seed_faults(text, "seed"))
    assert ours == theirs

"""Bundles with evidence of others beside them, random changes of it, and what follows a change.

Cosignatures and attestations with keys that only the tests have: of the bureau itself, of a
cosigner whom the plan names, of one whom the verifiers are given, of an auditor, of a stranger.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from helpers import bundle_maker as maker
from helpers.changed_values import VALUES

Files = maker.Files
Json = dict[str, Any]
Kind = Callable[[Files, Random], tuple[str, Files]]

NAMES = ("bureau", "planned", "missing", "given", "auditor", "stranger")
SIGNERS = {
    name: Ed25519PrivateKey.from_private_bytes(bytes([7 + place]) * 32)
    for place, name in enumerate(NAMES)
}
KEYS = {name: one.public_key().public_bytes_raw().hex() for name, one in SIGNERS.items()}
EVIDENCE = re.compile("(?:cosign|attest)(?:-[0-9a-f]{16}){2}[.]json|stamp-[0-9a-f]{16}[.]tsr")
WHERE = "evidence"
"""Where a change was made after which all may be as true as before, though others vouch for it."""


def evidence_in(files: Files) -> dict[str, bytes]:
    """The evidence of others among some files."""
    return {name: data for name, data in files.items() if EVIDENCE.fullmatch(name)}


def signed(statement: Mapping[str, Any], who: str) -> tuple[str, bytes]:
    """A statement as its file, signed by whoever it is: its name, and its content."""
    told = {**statement, "key": KEYS[who]}
    signature = SIGNERS[who].sign(maker.compact(told).encode("utf-8", "surrogatepass")).hex()
    return named({**told, "signature": signature})


def named(statement: Json) -> tuple[str, bytes]:
    """A statement as it stands, under the name that it must have."""
    cosigned = statement.get("format") == "yaohao-cosign/2"
    about = str(statement.get("sums" if cosigned else "ledger", ""))[:16]
    name = f"{'cosign' if cosigned else 'attest'}-{about}-{str(statement.get('key', ''))[:16]}.json"
    content = f"{maker.compact(statement)}\n".encode("utf-8", "surrogatepass")
    return (name if EVIDENCE.fullmatch(name) else f"cosign-{'0' * 16}-{'1' * 16}.json"), content


def cosignature(who: str, at: str, draw: str, publication: tuple[str, str, str]) -> Files:
    """A cosignature of a publication: its stage, the digest of its list, its ledger's last line."""
    stage, sums, ledger = publication
    told = {"format": "yaohao-cosign/2", "draw": draw, "stage": stage, "sums": sums}
    return dict([signed({**told, "ledger": ledger, "at": at}, who)])


def der(mark: int, *inner: bytes) -> bytes:
    """An element of DER (X.690) of a mark, with its inner ones."""
    content = b"".join(inner)
    size = len(content).to_bytes((len(content).bit_length() + 7) // 8 or 1, "big")
    return (
        bytes((mark,))
        + (size if len(content) < 128 else bytes([0x80 + len(size)]) + size)
        + content
    )


def stamp(imprint: str, moment: str = "20270109000000Z") -> bytes:
    """A time stamp (RFC 3161) of a digest in hex, as far as its form goes."""
    algorithm = der(0x30, der(6, bytes.fromhex("608648016503040201")))
    one, at = der(2, b"\x01"), der(0x18, moment.encode())
    digest = der(0x30, algorithm, der(4, bytes.fromhex(imprint)))
    info = der(0x30, one, der(6, b"\x2a"), digest, one, at)
    inner = der(0x30, der(6, bytes.fromhex("2a864886f70d0109100104")), der(0xA0, der(4, info)))
    data = der(0x30, one, der(0x31), inner)
    token = der(0x30, der(6, bytes.fromhex("2a864886f70d010702")), der(0xA0, data))
    return der(0x30, der(0x30, der(2, b"\x00")), token)


def vouched(stage: str, tiers: str) -> Files:
    """A bundle whose plan names two cosigners, with evidence of every kind beside it."""
    plan = maker.plan_of(tiers)
    cosigners = [{"name": f"The {one}", "key": KEYS[one]} for one in ("planned", "missing")]
    plan["publication"]["cosigners"] = cosigners
    record = maker.record_of(stage, plan)
    acts = [*maker.opening(), *maker.acts_of(record)]
    for act in acts:  # each publication has a list of files of its own
        if act["act"] == "publication":
            act["sums"] = maker.sha(f"{act['draw']} {act['stage']}")
    files = maker.bundle_of(record, acts)
    known, own = publications(files)
    draw, early, late = record["draw"], "2027-01-05T00:00:00Z", "2027-03-01T00:00:00Z"
    found: Files = {}
    for name, at in (("planned", early), ("given", early), ("stranger", early), ("bureau", early)):
        found |= cosignature(name, at, draw, known["committed"])
    if "staffed" in known:
        found |= cosignature("planned", late, draw, known["staffed"])
    found |= cosignature("planned", late, draw, own)
    imprint = known["committed"][1]
    found[f"stamp-{imprint[:16]}.tsr"] = stamp(imprint, "20270105000000Z")
    told = {
        "format": "yaohao-attest/2",
        "draw": draw,
        "commitment": record["select"]["commitment"],
        "sums": maker.sha("audit"),
        "ledger": _drawn(files),
        "at": late,
        "passed": ["files", "ledger"],
        "unseen": ["page"],
    }
    for who in ("auditor", "stranger"):
        name, content = signed(told, who)
        found[name] = content
    return {**files, **found}


def publications(files: Files) -> tuple[dict[str, tuple[str, str, str]], tuple[str, str, str]]:
    """Of a bundle's draw: the publications in the ledger by stage, and the bundle's own."""
    record = json.loads(files["draw.json"])
    lines = [json.loads(line) for line in files["ledger.jsonl"].splitlines()]
    known = {
        line["act"]["stage"]: (line["act"]["stage"], line["act"]["sums"], line["previous"])
        for line in lines
        if line["act"].get("act") == "publication" and line["act"].get("draw") == record["draw"]
    }
    kinds = [line["act"]["act"] for line in lines if line["act"].get("draw") == record["draw"]]
    steps = sum(kind in ("freeze", "commitment", "seed", "draw", "crews") for kind in kinds)
    stage = (None, None, "committed", None, "drawn", "staffed", None, "dealt")[steps]
    stage = "abandoned" if record["abandoned"] else stage
    sums = hashlib.sha256(files["SHA256SUMS"]).hexdigest()
    return known, (str(stage), sums, lines[-1]["entry"])


def _drawn(files: Files) -> str:
    """The entry of the act `draw` of a bundle's draw."""
    draw = json.loads(files["draw.json"])["draw"]
    lines = [json.loads(line) for line in files["ledger.jsonl"].splitlines()]
    kinds = [(line["act"].get("draw"), line["act"].get("act")) for line in lines]
    return str(lines[kinds.index((draw, "draw"))]["entry"])


def without_own(files: Files) -> Files:
    """The files without what was said of a list of files that is none any more."""
    lines = [json.loads(line) for line in files["ledger.jsonl"].splitlines()]
    known = {line["act"].get("sums") for line in lines}
    gone = [n for n, data in evidence_in(files).items() if _sums_of(data) not in (None, *known)]
    return {name: data for name, data in files.items() if name not in gone}


def _sums_of(data: bytes) -> str | None:
    """The list that a cosignature is of; None of what is no cosignature."""
    try:
        found = json.loads(data)
        return str(found["sums"]) if found["format"] == "yaohao-cosign/2" else None
    except (ValueError, KeyError, TypeError):
        return None


def revouched(files: Files, before: Files, chance: Random) -> Files:
    """Others vouch for what there is now, as if for what there was; or some of them do."""
    (known, own), (old, _) = publications(files), publications(before)
    record, after = json.loads(files["draw.json"]), dict(files)
    for name, data in evidence_in(files).items():
        if chance.random() < 0.15:
            continue
        if name.endswith(".tsr"):
            digests = [one[1] for one in known.values() if one[1][:16] == name[6:22]]
            after[name] = stamp(digests[0]) if digests else data
            continue
        told = json.loads(data)
        who = next((one for one in NAMES if KEYS[one] == told["key"]), "stranger")
        told = {key: value for key, value in told.items() if key not in ("key", "signature")}
        told["draw"] = record["draw"]
        if told["format"] == "yaohao-cosign/2":
            ours = told["sums"] not in {one[1] for one in old.values()}
            right = own if ours else known.get(told["stage"], own)
            told |= dict(zip(("stage", "sums", "ledger"), right, strict=True))
        else:
            told |= {"commitment": record["select"]["commitment"], "ledger": _drawn(files)}
        del after[name]
        other, content = signed(told, who)
        after[other] = content
    return after


# ---------------------------------------------------------------------------------------- changes


def _statement(files: Files, chance: Random) -> tuple[str, Json]:
    name = chance.choice([one for one in evidence_in(files) if one.endswith(".json")])
    return name, json.loads(files[name])


def _edited(files: Files, chance: Random) -> tuple[str, Files]:
    """A value is another, and nobody signs it."""
    name, told = _statement(files, chance)
    VALUES[chance.choice(sorted(VALUES))](told, chance)
    content = f"{maker.compact(told)}\n".encode("utf-8", "surrogatepass")
    return name, {**files, name: content}


def _signed_anew(files: Files, chance: Random) -> tuple[str, Files]:
    """A value is another, or it is of another key, and it is signed so."""
    name, told = _statement(files, chance)
    rest = {key: value for key, value in told.items() if key not in ("key", "signature")}
    if chance.random() < 0.7:
        VALUES[chance.choice(sorted(VALUES))](rest, chance)
    kept = {one: data for one, data in files.items() if one != name or chance.random() < 0.5}
    return WHERE, {**kept, **dict([signed(rest, chance.choice(NAMES))])}


def _signature_moved(files: Files, chance: Random) -> tuple[str, Files]:
    """The key or the signature of another statement."""
    name, told = _statement(files, chance)
    _, other = _statement(files, chance)
    key = chance.choice(("key", "signature", "at", "sums", "ledger"))
    told[key] = other[key]
    if chance.random() < 0.5:
        after = {one: data for one, data in files.items() if one != name}
        return name, {**after, **dict([named(told)])}
    return name, {**files, name: f"{maker.compact(told)}\n".encode()}


def _renamed(files: Files, chance: Random) -> tuple[str, Files]:
    name, other = (chance.choice(sorted(evidence_in(files))) for _ in range(2))
    if chance.random() < 0.5:
        place = chance.randrange(7, 23)
        other = name[:place] + chance.choice("0123456789abcdef") + name[place + 1 :]
    after = {one: data for one, data in files.items() if one != name}
    return name, {**after, other: files[name]}


def _removed(files: Files, chance: Random) -> tuple[str, Files]:
    gone = chance.choice(sorted(evidence_in(files)))
    return WHERE, {name: data for name, data in files.items() if name != gone}


def _stamped_otherwise(files: Files, chance: Random) -> tuple[str, Files]:
    """A stamp of another list, or of another moment."""
    name = chance.choice([one for one in evidence_in(files) if one.endswith(".tsr")])
    known, own = publications(files)
    imprint = chance.choice([*(one[1] for one in known.values()), own[1], maker.sha("x")])
    moment = chance.choice(("20270105000000Z", "20280105000000Z", "2027010500000Z"))
    return WHERE, {**files, name: stamp(imprint, moment)}


KINDS: dict[str, Kind] = {
    "statement edited": _edited,
    "signed anew": _signed_anew,
    "signature moved": _signature_moved,
    "evidence renamed": _renamed,
    "evidence removed": _removed,
    "another stamp": _stamped_otherwise,
}
"""Kinds of change of the evidence of others."""

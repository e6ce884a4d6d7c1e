"""Time stamps: a third party's word that a publication was there at a moment (RFC 3161).

The response of a time-stamping authority lies beside SHA256SUMS as `openssl ts` writes it. What it
stamps and when is read here; whether the authority signed it is openssl's to say.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from yaohao.planner.verification.finding import Finding, fails, holds
from yaohao.planner.verification.reading import ReadingError, read_bytes

STAMP = "SHA256SUMS.tsr"
_SEQUENCE, _OCTETS, _OBJECT, _TIME, _INNER, _WHOLE = 0x30, 0x04, 0x06, 0x18, 0xA0, 0x02
_SIGNED_DATA, _STAMP_INFO = "2a864886f70d010702", "2a864886f70d0109100104"
_HASHES = {
    "608648016503040201": "sha256",
    "608648016503040202": "sha384",
    "608648016503040203": "sha512",
}
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z")


def check_stamp(folder: Path, authority: Path | None = None) -> Iterator[Finding]:
    """The time stamp of SHA256SUMS; nothing where there is none and none was asked for.

    `authority` is a PEM file with the certificates of the time-stamping authority, from elsewhere.
    A bundle that carries the stamps of its earlier publications need have none of its own.
    """
    if not (folder / STAMP).exists():
        if authority is not None and not any(folder.glob("stamp-*.tsr")):
            yield fails("stamp", STAMP, "a time stamp", "no such file")
        return
    try:
        response, message = read_bytes(folder, STAMP), read_bytes(folder, "SHA256SUMS")
        algorithm, imprint, moment = stamp_of(response)
    except ReadingError as error:
        yield fails("stamp", error.file, error.expected, error.why)
        return
    except (ValueError, IndexError):
        yield fails("stamp", STAMP, "a time stamp that was granted (RFC 3161)", "another file")
        return
    digest = hashlib.new(algorithm, message).hexdigest()
    if digest != imprint:
        yield fails("stamp", f"{STAMP}: imprint", digest, imprint)
        return
    yield holds("stamp", "verify.stamp", time=moment)
    if authority is None:
        yield Finding("stamper", None, "verify.stamper")
    else:
        yield signed_by(folder / STAMP, algorithm, imprint, moment, authority)


def stamp_of(response: bytes) -> tuple[str, str, str]:
    """What a response stamps: name of the hash, imprint (hex), moment (ISO, UTC).

    Raises ValueError or IndexError for what is no response that grants a stamp.
    """
    info = _info(response)
    _, _, imprint, _, moment = _children(info, *_only(info, _SEQUENCE))[:5]
    algorithm, digest = _children(info, *_of_kind(imprint, _SEQUENCE))
    name = _children(info, *_of_kind(algorithm, _SEQUENCE))[0]
    match = _MOMENT.fullmatch(info[slice(*_of_kind(moment, _TIME)[1:])].decode("ascii"))
    hash_name = _HASHES.get(info[name[1] : name[2]].hex())
    if match is None or hash_name is None:
        raise ValueError("another time or hash")
    year, month, day, hour, minute, second = match.groups()
    when = f"{year}-{month}-{day}T{hour}:{minute}:{second}Z"
    return hash_name, info[slice(*_of_kind(digest, _OCTETS)[1:])].hex(), when


def stamp_nonce(response: bytes) -> int | None:
    """The nonce of a stamp that was granted, None where it has none; raises as `stamp_of`."""
    info = _info(response)
    return _number(info, _children(info, *_only(info, _SEQUENCE))[5:])


def _info(response: bytes) -> bytes:
    """What a response says of its stamp (`TSTInfo`)."""
    status, token = _children(response, *_only(response, _SEQUENCE))[:2]
    granted = _children(response, *_of_kind(status, _SEQUENCE))[0]
    if response[granted[1] : granted[2]] not in (b"\x00", b"\x01"):
        raise ValueError("not granted")
    content = _inner(response, token, _SIGNED_DATA)
    (data,) = _children(response, *content)
    signed = _children(response, *_of_kind(data, _SEQUENCE))
    (octets,) = _children(response, *_inner(response, signed[2], _STAMP_INFO))
    return response[slice(*_of_kind(octets, _OCTETS)[1:])]


def nonce_of(request: bytes) -> int | None:
    """The nonce of a request for a stamp; ValueError or IndexError for what is none."""
    _, _, *more = _children(request, *_only(request, _SEQUENCE))
    return _number(request, more)


def _number(data: bytes, elements: list[tuple[int, int, int]]) -> int | None:
    """The whole number among the last members of a stamp or of a request: the nonce, or None."""
    numbers = [one for one in elements if one[0] == _WHOLE]
    return int.from_bytes(data[slice(*numbers[0][1:])], "big", signed=True) if numbers else None


Element = tuple[int, int, int]
"""Kind, first byte and end of the content of an element in DER (X.690)."""


def _element(data: bytes, at: int, end: int) -> Element:
    kind, length = data[at], data[at + 1]
    start = at + 2
    if length >= 0x80:
        size = length & 0x7F
        if not 0 < size <= 4:
            raise ValueError("length")
        length = int.from_bytes(data[start : start + size], "big")
        start += size
    if start + length > end:
        raise ValueError("beyond the end")
    return kind, start, start + length


def _only(data: bytes, kind: int) -> Element:
    """The one element that all of `data` is."""
    element = _of_kind(_element(data, 0, len(data)), kind)
    if element[2] != len(data):
        raise ValueError("more than one element")
    return element


def _of_kind(element: Element, kind: int) -> Element:
    if element[0] != kind:
        raise ValueError("another kind of element")
    return element


def _children(data: bytes, kind: int, start: int, end: int) -> list[Element]:
    if not kind & 0x20:
        raise ValueError("no children")
    children = []
    while start < end:
        children.append(_element(data, start, end))
        start = children[-1][2]
    return children


def _inner(data: bytes, element: Element, name: str) -> Element:
    """The content of a `ContentInfo` of a kind."""
    kind, content = _children(data, *_of_kind(element, _SEQUENCE))
    if data[slice(*_of_kind(kind, _OBJECT)[1:])].hex() != name:
        raise ValueError("another content")
    return _of_kind(content, _INNER)


def signed_by(file: Path, algorithm: str, imprint: str, moment: str, authority: Path) -> Finding:
    """Whether the authority signed a stamp of a digest, by openssl.

    As of the moment of the stamp: its certificate may have ended since.
    """
    at = str(int(datetime.fromisoformat(moment).timestamp()))
    command = ["openssl", "ts", "-verify", "-digest", imprint, f"-{algorithm}"]
    command += ["-in", str(file), "-CAfile", str(authority), "-attime", at, "-partial_chain"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired) as error:
        return fails("stamper", "openssl", "openssl to check it with", str(error))
    if done.returncode:
        reply = done.stderr.strip()[-160:]
        return fails("stamper", file.name, f"signed under {authority.name}", reply)
    return holds("stamper")

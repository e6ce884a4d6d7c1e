"""Files that are known by a digest: each is held against it before anything is made from it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from yaohao.planner.storage.database import Database
from yaohao.planner.storage.layout import FRAMES
from yaohao.planner.vocabulary.digest import document_digest, file_digest
from yaohao.planner.vocabulary.faults import told
from yaohao.planner.vocabulary.problems import refuse

_SECRET = re.compile(r"[0-9a-f]{64}\n")


class Kept:
    """Reads the files of a workspace that its database knows by their digests.

    The digest of a file's bytes is kept when it is written; workspaces of earlier programs have
    none, and what is in the file is digested there. What was found sound is not digested again as
    long as size and times of the file stay the same.
    """

    def __init__(self, folder: Path, store: Database) -> None:
        self._folder = folder
        self._store = store
        self._sound: dict[Path, tuple[Any, ...]] = {}

    def note(self, path: Path, digest: str = "") -> None:
        """Keep the digest of a file that this act has written, as it is now or as it is given."""
        self._store.seals.put_file(self._name(path), digest or file_digest(path))

    def snapshot(self, path: Path, content: str) -> None:
        """Raise PlannerError where a snapshot is gone or holds something else than was imported."""
        if self._is_known(path, content):
            return
        expected = self._store.seals.of_file(self._name(path))
        if expected is None:
            found = _content(path)
            expected = content
        else:
            found = _bytes_digest(path)
        if found != expected:
            raise refuse("workspace.missing-file", file=str(path), expected=expected, found=found)
        self._remember(path, content)

    def frame(self, found: Mapping[str, Any]) -> Path:
        """The Parquet file of a draw's frozen frame, as it was frozen; else PlannerError."""
        path = self._frame_path(found, "frame.parquet")
        expected = found["record"]["frame_file"]
        if not self._is_known(path, expected):
            self._held(found, path, expected, _bytes_digest(path))
            self._remember(path, expected)
        return path

    def document(self, found: Mapping[str, Any], name: str) -> dict[str, Any]:
        """`plan` or `lottery` of a draw as it was committed; PlannerError where it is another."""
        path = self._frame_path(found, f"{name}.json")
        expected = found["record"]["select"][name]
        try:
            content = path.read_bytes()
            document: dict[str, Any] = json.loads(content)
            digest = document_digest(document)
        except (OSError, ValueError) as error:
            raise self._changed(found, path, expected, str(error)) from error
        self._held(found, path, expected, digest)
        sealed = self._store.seals.of_file(self._name(path))
        if sealed is not None:
            self._held(found, path, sealed, sha256(content).hexdigest())
        return document

    def secret(self, found: Mapping[str, Any]) -> str:
        """The secret of a draw, which gives the committed root; PlannerError where it does not."""
        path = self._frame_path(found, "secret")
        with told(path):
            content = path.read_bytes() if path.is_file() else b""
        sealed = self._store.seals.of_file(self._name(path))
        if sealed is not None:
            self._held(found, path, sealed, sha256(content).hexdigest() if content else "-")
        text = content.decode("ascii", "replace")
        if not _SECRET.fullmatch(text):
            raise self._changed(found, path, "64 hex digits", f"{len(text)} characters")
        secret = text.strip()
        if sealed is None and not self._is_known(path, secret):
            from yaohao.planner.frame.frame import open_frame
            from yaohao.planner.plan.document import plan_from_document

            frame = open_frame(plan_from_document(found["plan"]), self.frame(found))
            self._held(found, path, found["record"]["select"]["frame"], frame.root(secret))
            self._remember(path, secret)
        return secret

    def check_all(self, found: Mapping[str, Any]) -> Path:
        """The folder of a draw's frame, after a look at all of its files."""
        path = self.frame(found)
        self.document(found, "plan")
        self.document(found, "lottery")
        self.secret(found)
        return path.parent

    def _frame_path(self, found: Mapping[str, Any], name: str) -> Path:
        root: str = found["record"]["select"]["frame"]
        return self._folder / FRAMES / root / name

    def _held(self, found: Mapping[str, Any], path: Path, expected: str, digest: str) -> None:
        if digest != expected:
            raise self._changed(found, path, expected, digest)

    @staticmethod
    def _changed(found: Mapping[str, Any], path: Path, expected: str, digest: str) -> Exception:
        return refuse(
            "draw.frame-changed",
            draw=found["draw"],
            file=str(path),
            expected=expected,
            found=digest,
        )

    def _name(self, path: Path) -> str:
        return path.relative_to(self._folder).as_posix()

    def _is_known(self, path: Path, expected: str) -> bool:
        known = self._sound.get(path)
        return known is not None and known == (expected, *_times(path))

    def _remember(self, path: Path, expected: str) -> None:
        self._sound[path] = (expected, *_times(path))


def _times(path: Path) -> tuple[int, ...]:
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _bytes_digest(path: Path) -> str:
    """The digest of a file; "-" where there is none."""
    with told(path):
        return file_digest(path) if path.is_file() else "-"


def _content(path: Path) -> str:
    """The digest of what is in a snapshot; what is wrong with the file where it is none."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    from yaohao.planner.register.snapshot import content_digest

    if not path.is_file():
        return "-"
    try:
        return content_digest(pq.read_table(path))
    except (pa.ArrowException, KeyError, OSError) as error:
        return str(error)[:160]

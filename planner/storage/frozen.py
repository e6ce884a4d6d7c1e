"""Files that are known by a digest: each is held against it before anything is made from it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from yaohao.planner.draw.stages import check_protocol
from yaohao.planner.engine.base import LOCALLY, EngineChoice
from yaohao.planner.schema.draw import Draw
from yaohao.planner.schema.lottery import Lottery
from yaohao.planner.storage.database import Database
from yaohao.planner.storage.layout import FRAMES
from yaohao.planner.vocabulary.digest import document_digest, file_digest
from yaohao.planner.vocabulary.faults import disk_problems
from yaohao.planner.vocabulary.problems import refuse

if TYPE_CHECKING:
    from yaohao.planner.frame.frame import Frame

_SECRET = re.compile(r"[0-9a-f]{64}\n")


class Kept:
    """Reads the files of a workspace that its database knows by their digests.

    The digest of a file's bytes is kept when it is written; workspaces of earlier programs have
    none, and what is in the file is digested there. What was found sound is not digested again as
    long as size and times of the file stay the same.
    """

    def __init__(self, folder: Path, store: Database, engine: EngineChoice = LOCALLY) -> None:
        self.engine = engine
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
            digest = _content(path)
            expected = content
        else:
            digest = _bytes_digest(path)
        if digest != expected:
            raise refuse("workspace.missing-file", file=str(path), expected=expected, found=digest)
        self._remember(path, content)

    def frame(self, draw: Draw) -> Path:
        """The Parquet file of a draw's frozen frame, as it was frozen; else PlannerError."""
        path = self._frame_path(draw, "frame.parquet")
        expected = draw.record["frame_file"]
        if not self._is_known(path, expected):
            self._held(draw, path, expected, _bytes_digest(path))
            self._remember(path, expected)
        return path

    def document(self, draw: Draw, name: Literal["plan", "lottery"]) -> dict[str, Any]:
        """`plan` or `lottery` of a draw as it was committed; PlannerError where it is another."""
        path = self._frame_path(draw, f"{name}.json")
        expected = draw.select["plan"] if name == "plan" else draw.select["lottery"]
        try:
            content = path.read_bytes()
            document: dict[str, Any] = json.loads(content)
            # As it was written it is canonical; what is not has to be put in that form.
            digest = sha256(content.removesuffix(b"\n")).hexdigest()
            if digest != expected:
                digest = document_digest(document)
        except (OSError, ValueError) as error:
            raise self._changed(draw, path, expected, str(error)) from error
        self._held(draw, path, expected, digest)
        sealed = self._store.seals.of_file(self._name(path))
        if sealed is not None:
            self._held(draw, path, sealed, sha256(content).hexdigest())
        return document

    def secret(self, draw: Draw) -> str:
        """The secret of a draw, which gives the committed root; PlannerError where it does not."""
        path = self._frame_path(draw, "secret")
        with disk_problems(path):
            content = path.read_bytes() if path.is_file() else b""
        sealed = self._store.seals.of_file(self._name(path))
        if sealed is not None:
            self._held(draw, path, sealed, sha256(content).hexdigest() if content else "-")
        text = content.decode("ascii", "replace")
        if not _SECRET.fullmatch(text):
            raise self._changed(draw, path, "64 hex digits", f"{len(text)} characters")
        secret = text.strip()
        if sealed is None and not self._is_known(path, secret):
            from yaohao.planner.frame.frame import open_frame
            from yaohao.planner.plan.document import stored_plan

            frame = open_frame(stored_plan(draw.plan), self.frame(draw), self.engine)
            self._held(draw, path, draw.select["frame"], frame.root(secret))
            self._remember(path, secret)
        return secret

    def check_all(self, draw: Draw) -> Path:
        """The folder of a draw's frame, after a look at all of its files."""
        path = self.frame(draw)
        self.document(draw, "plan")
        self.document(draw, "lottery")
        self.secret(draw)
        return path.parent

    def _frame_path(self, draw: Draw, name: str) -> Path:
        return self._folder / FRAMES / draw.select["frame"] / name

    def _held(self, draw: Draw, path: Path, expected: str, digest: str) -> None:
        if digest != expected:
            raise self._changed(draw, path, expected, digest)

    @staticmethod
    def _changed(draw: Draw, path: Path, expected: str, digest: str) -> Exception:
        return refuse(
            "draw.frame-changed",
            draw=draw.id,
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


@dataclass(frozen=True)
class FrozenDraw:
    """What a draw was frozen with: each part is compared with its digest before it is given."""

    draw: Draw
    path: Path
    """The Parquet file of its frame."""
    _kept: Kept

    @classmethod
    def open(cls, kept: Kept, draw: Draw) -> FrozenDraw:
        """The frozen frame of a draw; PlannerError where it is gone or not as it was frozen.

        Nor can one of version 1 of the protocol be opened: its leaves are others.
        """
        check_protocol(draw)
        return cls(draw, kept.frame(draw), kept)

    @cached_property
    def frame(self) -> Frame:
        """The frame, to be asked for its rows; it stays on disk."""
        from yaohao.planner.frame.frame import open_frame
        from yaohao.planner.plan.document import stored_plan

        return open_frame(stored_plan(self.draw.plan), self.path, self._kept.engine)

    @cached_property
    def lottery(self) -> Lottery:
        """The lottery as it was committed; PlannerError where its file holds another."""
        return cast(Lottery, self._kept.document(self.draw, "lottery"))

    @cached_property
    def secret(self) -> str:
        """The secret, 64 hex digits; PlannerError where it does not give the committed root."""
        return self._kept.secret(self.draw)

    def row(self, entity_id: str) -> dict[str, Any]:
        """The row of an entity in the frame; PlannerError where it has none."""
        row = self.frame.row(entity_id)
        if row is None:
            raise refuse("draw.no-entity", entity=entity_id, draw=self.draw.id)
        return row


def _times(path: Path) -> tuple[int, ...]:
    try:
        stat = path.stat()
    except OSError:
        return ()
    return stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns


def _bytes_digest(path: Path) -> str:
    """The digest of a file; "-" where there is none."""
    with disk_problems(path):
        return file_digest(path) if path.is_file() else "-"


def _content(path: Path) -> str:
    """The digest of what is in a snapshot; what is wrong with the file where it is none."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    from yaohao.planner.register.snapshot import content_digest
    from yaohao.planner.schema.entity import completed

    if not path.is_file():
        return "-"
    try:
        return content_digest(completed(pq.read_table(path)))
    except (pa.ArrowException, KeyError, OSError) as error:
        return str(error)[:160]

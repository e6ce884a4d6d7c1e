"""Where a workspace lies: on a local disk, or on a drive of the network.

There SQLite's write-ahead log is not safe, since it wants memory shared between the processes that
use it (https://sqlite.org/wal.html), and locks may not hold between machines.
"""

from __future__ import annotations

import re
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
NETWORK = frozenset(
    {
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "ncpfs",
        "afs",
        "9p",
        "ceph",
        "glusterfs",
        "lustre",
        "beegfs",
        "davfs",
        "coda",
        "fuse.sshfs",
        "fuse.rclone",
        "fuse.davfs2",
        "fuse.glusterfs",
        "fuse.ceph",
        "fuse.cifs",
        "fuse.smbnetfs",
        "fuse.gvfsd-fuse",
        "fuse.s3fs",
        "fuse.curlftpfs",
        "fuse.juicefs",
    }
)


def network_kind(folder: Path) -> str:
    """The kind of network drive on which a folder lies (``nfs4``, ``cifs``, …); "" for none known.

    Told by Linux, and by the form of the path for a share named as such on Windows.
    """
    place = folder.resolve()
    if str(place).startswith("\\\\"):
        return "smb"
    try:
        text = MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""
    kind = _kind_at(place, text)
    return kind if kind in NETWORK else ""


def _kind_at(place: Path, text: str) -> str:
    """The kind of file system of the mount nearest above a place; the last one mounted counts."""
    best, kind = -1, ""
    for line in text.splitlines():
        before, _, after = line.partition(" - ")
        fields, behind = before.split(" "), after.split(" ")
        if len(fields) < 5 or not behind[0]:
            continue
        point = Path(re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), fields[4]))
        depth = len(point.parts)
        if depth >= best and (place == point or point in place.parents):
            best, kind = depth, behind[0]
    return kind

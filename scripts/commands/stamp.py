"""`yaohao stamp`: a third party's time stamp over a publication (RFC 3161)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yaohao.planner.wording.moments import local_moment
from yaohao.scripts.command_base import Group, argument, cli_command, option
from yaohao.scripts.output import fact, facts, finish, note


@cli_command("request", words="vouching.stamp-request")
@argument("folder", meta="dir")
@option("--to", words="vouching.request-to", meta="file", default="")
def request(folder: str, to: str) -> None:
    """Write the request."""
    from yaohao.planner.doors.evidence import request_stamp

    finish(request_stamp(folder, to or None), _show)
    note("vouching.after-request")


@cli_command("attach", words="vouching.stamp-attach")
@argument("folder", meta="dir")
@argument("reply", meta="file")
@option("--request", words="vouching.request", meta="file", default="")
@option("--tsa", words="verify-tsa", meta="file", default="")
def attach(folder: str, reply: str, request: str, tsa: str) -> None:
    """Check the reply, and put it beside SHA256SUMS."""
    from yaohao.planner.doors.evidence import attach_stamp

    report = attach_stamp(folder, reply, request or None, tsa or None)
    finish(report, _show)
    if report["request"] is None:
        note("vouching.no-nonce")
    if report["authority"] is None:
        note("vouching.no-authority")


def _show(report: Mapping[str, Any]) -> None:
    facts(
        [
            fact("vouching.sums", report["digest"]),
            fact("vouching.at", local_moment(report["time"])) if "time" in report else None,
            fact("file", report["file"]),
        ]
    )


command = Group(
    "stamp",
    "vouching.stamp",
    members={
        "request": ("vouching.stamp-request", request),
        "attach": ("vouching.stamp-attach", attach),
    },
)

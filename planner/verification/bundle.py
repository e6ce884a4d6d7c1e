"""The verification of a bundle, and of the audit folder beside it or alone."""

from __future__ import annotations

from pathlib import Path

from yaohao.planner.engine.base import LOCALLY, EngineChoice
from yaohao.planner.verification.compare_bundles import record_findings
from yaohao.planner.verification.evidence import NOBODY, Vouchers
from yaohao.planner.verification.finding import Finding
from yaohao.planner.verification.public import check_public
from yaohao.planner.vocabulary.problems import refuse


def verify_bundle(
    folder: Path,
    audit: Path | None = None,
    key: str | None = None,
    believed: Vouchers = NOBODY,
    engine: EngineChoice = LOCALLY,
) -> list[Finding]:
    """Every check that a public bundle allows and, with an audit folder, every check there is.

    `folder` may be an audit folder itself. With a public `key` (hex) the bundle must be signed
    with it; `believed` are the cosigners, auditors and the stamping authority that count. An audit
    folder's frame is checked with the `engine`.

    Raises PlannerError only where a folder does not exist, or what the engine needs; whatever is
    wrong inside is a finding.
    """
    for place in (folder, audit):
        if place is not None and not place.is_dir():
            raise refuse("verify.no-folder", folder=str(place))
    alone = (folder / "frame.parquet").exists()
    record, findings = check_public(folder, audit=alone, key=key, believed=believed)
    if alone and record is not None:
        from yaohao.planner.verification.audit import check_audit

        findings += check_audit(record, engine)
    if audit is None:
        return findings
    from yaohao.planner.verification.audit import check_audit

    behind, audit_findings = check_public(audit, audit=True)
    findings += [
        Finding(f"audit-{finding.name}", finding.ok, finding.code, finding.params)
        for finding in audit_findings
        if finding.ok is not None
    ]
    if record is not None and behind is not None:
        findings += record_findings(record, behind)
    if behind is not None:
        findings += check_audit(behind, engine)
    return findings

"""The judgement: bytes in, documents with records and findings out. Pure.

Used by intake, `hub check` and everyone who judges again; it asks no clock, no database and no
ledger. Read next: `hub/domain/ledger.py`, then `hub/intake.py`.

Source: profiles "criteria", order of evaluation.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from hub.domain.codec import fingerprint
from hub.domain.criteria import finding
from hub.domain.errors import Unreadable
from hub.domain.findings import Finding
from hub.domain.judgement import Judged, JudgedDocument, Record
from hub.domain.reference import Reference, Sender
from hub.ports import Adapter, ReadDocument
from hub.reference import enrich
from hub.validators import check


def judge(
    adapter: Adapter, raw: bytes, reference: Reference, sender: Sender | None, at: datetime
) -> Judged:
    """Judge a submission as received `at` from `sender` (None: no client rule).

    A submission that is refused as a whole has its one finding and no documents. Whatever else
    is raised is a bug of ours; the caller keeps the bytes (X099).
    """
    try:
        documents = tuple(
            _judge_document(read, reference, sender, at) for read in adapter.read(raw)
        )
    except Unreadable as refusal:
        return Judged((refusal.finding,), (), reference.version)
    return Judged((), documents, reference.version)


def unjudged(reference_version: str) -> Judged:
    """The judgement of bytes on which the hub itself failed: they are kept and held (X099)."""
    return Judged((finding("X099", "(submission)"),), (), reference_version)


def _judge_document(
    read: ReadDocument, reference: Reference, sender: Sender | None, at: datetime
) -> JudgedDocument:
    if read.record is None:
        return _document(read, read.findings)
    record = enrich(read.record, reference)
    broken_rules = check(
        record, reference=reference, sender=sender, received_at=at, broken=read.broken
    )
    findings = (*read.findings, *_placed(broken_rules, read))
    return _document(read, findings, record)


def _placed(findings: Iterable[Finding], read: ReadDocument) -> Iterable[Finding]:
    """The findings with path and line in the posted file."""
    for found in findings:
        path, line = read.locate(found.field)
        yield replace(found, path=path, line=line)


def _document(
    read: ReadDocument, findings: tuple[Finding, ...], record: Record | None = None
) -> JudgedDocument:
    return JudgedDocument(
        kind=read.kind,
        state=read.state,
        number=read.number,
        agency=read.agency,
        findings=findings,
        record=record,
        fingerprint=None if record is None else fingerprint(record),
        attachment=read.attachment,
    )

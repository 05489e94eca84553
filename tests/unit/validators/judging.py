"""Judge a record against the shipped tables and say which codes came out."""

from datetime import datetime

from hub.domain.findings import Finding
from hub.domain.judgement import Record
from hub.domain.reference import Sender
from hub.reference import load, shipped_tables
from hub.validators import check
from tests.records import RECEIVED_AT

REFERENCE = load(shipped_tables())


def findings_of(
    record: Record,
    *,
    sender: Sender | None = None,
    received_at: datetime = RECEIVED_AT,
    broken: tuple[str, ...] = (),
) -> list[Finding]:
    return check(
        record,
        reference=REFERENCE,
        sender=sender,
        received_at=received_at,
        broken=frozenset(broken),
    )


def codes_of(
    record: Record,
    *,
    sender: Sender | None = None,
    received_at: datetime = RECEIVED_AT,
    broken: tuple[str, ...] = (),
) -> list[str]:
    found = findings_of(record, sender=sender, received_at=received_at, broken=broken)
    return [finding.code for finding in found]


def fields_of(record: Record, code: str) -> list[str]:
    return [finding.field for finding in findings_of(record) if finding.code == code]

"""What the tables know and the posted file need not say."""

from dataclasses import replace
from typing import Any

from hub.domain.citation import Citation
from hub.domain.judgement import Record
from hub.domain.reference import Reference, known_row

_NOT_TRAFFIC = frozenset({"ordinance", "fish_wildlife", "other"})


def enrich(record: Record, reference: Reference) -> Record:
    """The record with `traffic` and a missing `agency_ori` filled in; what is given stays.

    Source: profiles "canonical", sections 1 and 7.
    """
    missing: dict[str, Any] = {}
    if record.agency_ori is None:
        missing["agency_ori"] = _ori(record, reference)
    if isinstance(record, Citation) and record.traffic is None:
        missing["traffic"] = _traffic(record, reference)
    return replace(record, **missing) if missing else record


def _ori(record: Record, reference: Reference) -> str | None:
    issued_at = record.issued_at if isinstance(record, Citation) else record.reported_at
    agency = reference.agency_on(record.state, record.agency_code, issued_at.date())
    return agency.ori or None if agency else None


def _traffic(citation: Citation, reference: Reference) -> bool | None:
    """Whether any violation is traffic; None when none is in the table."""
    day = citation.violation_at.date()
    keys = ((citation.state, violation.violation_code) for violation in citation.violations)
    rows = [known_row(reference.offenses.get(key, ()), day) for key in keys]
    known = [row.category not in _NOT_TRAFFIC for row in rows if row is not None]
    return any(known) if known else None

"""What the rules look at: one record and all that is known around it, looked up once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

from hub.domain.citation import Citation, Violation
from hub.domain.judgement import Record
from hub.domain.places import Vehicle
from hub.domain.reference import Agency, Offense, Officer, Reference, Sender, known_row

RecordT_co = TypeVar("RecordT_co", bound=Record, covariant=True)

Charge = tuple[int, Violation, Offense]
"""Number from 1, violation, and its row of the court's table."""


@dataclass(frozen=True, slots=True)
class Case(Generic[RecordT_co]):
    """One record under judgement.

    `issued_at` is the issue of a citation or the completion of a collision report, `event_at` the
    violation or the crash; their local dates decide which dated rows count. `agency` and the
    offenses of the `charges` (violations whose code is known, numbered from 1) are the rows of the
    day, or the last ones known; `officer` is the officer's row for this agency. `vehicles` come
    with their canonical names. `broken` names the fields whose value does not exist: a rule that
    needs one of them does not fire.
    """

    record: RecordT_co
    name: str
    reference: Reference
    sender: Sender | None
    received_at: datetime
    broken: frozenset[str]
    issue_field: str
    issued_at: datetime
    issue_day: date
    event_field: str
    event_at: datetime
    event_day: date
    agency: Agency | None
    officer: Officer | None
    charges: tuple[Charge, ...]
    vehicles: tuple[tuple[str, Vehicle], ...]

    def field(self, name: str) -> str:
        """The canonical name with the record in front: `citation.issued_at`."""
        return f"{self.name}.{name}"


def open_case(
    record: Record,
    reference: Reference,
    sender: Sender | None,
    received_at: datetime,
    broken: frozenset[str],
) -> Case[Record]:
    """Look up what the rules will ask."""
    if isinstance(record, Citation):
        name, issue, event = "citation", "issued_at", "violation_at"
        issued_at, event_at = record.issued_at, record.violation_at
    else:
        name, issue, event = "collision", "reported_at", "crash_at"
        issued_at, event_at = record.reported_at, record.crash_at
    agencies = reference.agencies.get((record.state, record.agency_code), ())
    return Case(
        record=record,
        name=name,
        reference=reference,
        sender=sender,
        received_at=received_at,
        broken=broken,
        issue_field=issue,
        issued_at=issued_at,
        issue_day=issued_at.date(),
        event_field=event,
        event_at=event_at,
        event_day=event_at.date(),
        agency=known_row(agencies, issued_at.date()),
        officer=_officer(record, reference),
        charges=tuple(_charges(record, reference)),
        vehicles=tuple(_vehicles(record)),
    )


def _officer(record: Record, reference: Reference) -> Officer | None:
    for officer in reference.officers.get((record.state, record.officer_id), ()):
        if officer.agency_code == record.agency_code:
            return officer
    return None


def _charges(record: Record, reference: Reference) -> Iterator[Charge]:
    if not isinstance(record, Citation):
        return
    day, table = record.violation_at.date(), reference.offenses
    for number, violation in enumerate(record.violations, start=1):
        offense = known_row(table.get((record.state, violation.violation_code), ()), day)
        if offense:
            yield number, violation, offense


def _vehicles(record: Record) -> Iterator[tuple[str, Vehicle]]:
    if isinstance(record, Citation):
        if record.vehicle:
            yield "citation.vehicle", record.vehicle
        return
    for number, unit in enumerate(record.units, start=1):
        if unit.vehicle:
            yield f"collision.units[{number}].vehicle", unit.vehicle

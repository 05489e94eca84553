"""How a court decided a ticket. Source: profiles "canonical" section 3."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class ReportType(StrEnum):
    """What a disposition does to the ones before it under the same docket number."""

    ORIGINAL = "original"
    CORRECTION = "correction"
    DELETION = "deletion"
    VACATED = "vacated"


@dataclass(frozen=True, slots=True)
class DisposedDefendant:
    """Whose driver record it is; posted there only with a name and (birth date or licence)."""

    last_name: str | None = None
    first_name: str | None = None
    birth_date: date | None = None
    license_number: str | None = None
    license_state: str | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """One charge as decided; amounts in decimal dollars.

    `plea` is `admitted`, `no_contest`, `denied` or `default`.
    """

    sequence: int
    violation_code: str
    disposition: str
    disposition_date: date
    amended_violation_code: str | None = None
    plea: str | None = None
    plea_date: date | None = None
    non_conviction_type: str | None = None
    fine: Decimal | None = None
    surcharge: Decimal | None = None
    total: Decimal | None = None
    paid: Decimal | None = None
    points: int | None = None
    points_waived: bool | None = None
    acd_code: str | None = None
    acd_detail: str | None = None


@dataclass(frozen=True, slots=True)
class Disposition:
    """One decision of a court; (state, agency_code, citation_number) leads back to the ticket.

    `source` is the ticket's own, None while the hub does not know the ticket. `cdl_holder`, `cmv`
    and `hazmat` are D20 values: 1 yes, 2 no, 9 unknown.
    """

    state: str
    court_code: str
    docket_number: str
    report_type: str
    source: str | None = None
    agency_code: str | None = None
    citation_number: str | None = None
    defendant: DisposedDefendant | None = None
    charges: tuple[Charge, ...] = ()
    cdl_holder: str | None = None
    cmv: str | None = None
    hazmat: str | None = None
    failure_to_answer_date: date | None = None

    @property
    def number(self) -> str:
        """The docket number: with state and court the key of the disposition."""
        return self.docket_number

"""The canonical citation. Source: profiles "canonical" section 1."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from hub.domain.places import Attachment, Location, Party, Vehicle


@dataclass(frozen=True, slots=True)
class Violation:
    """One offence charged; amounts in decimal dollars."""

    sequence: int
    violation_code: str
    statute_type: str
    statute: str | None = None
    narrative: str | None = None
    points: int | None = None
    penalty_min: Decimal | None = None
    penalty_max: Decimal | None = None
    waiver_amount: Decimal | None = None
    related_criminal: bool | None = None


@dataclass(frozen=True, slots=True)
class Speed:
    """Measured and posted speed in miles per hour; `device` radar, laser, pace or visual."""

    actual_mph: int | None = None
    posted_mph: int | None = None
    device: str | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """One ticket. Instants carry the state's local offset.

    `document_kind` is `infraction`, `criminal` or `parking`. `served_by` and `relief_status` are
    None unless exactly one way or statement was given.
    """

    source: str
    state: str
    citation_number: str
    document_kind: str
    agency_code: str
    officer_id: str
    court_code: str
    issued_at: datetime
    violation_at: datetime
    traffic: bool | None = None
    agency_ori: str | None = None
    officer_badge: str | None = None
    officer_last_name: str | None = None
    officer_first_name: str | None = None
    served_by: str | None = None
    answer_by: date | None = None
    appearance_at: datetime | None = None
    incident_number: str | None = None
    defendant: Party | None = None
    guardian: Party | None = None
    recipient: Party | None = None
    relief_status: str | None = None
    relief_text: str | None = None
    vehicle: Vehicle | None = None
    location: Location | None = None
    speed: Speed | None = None
    accident: bool | None = None
    fatality: bool | None = None
    seat_belt: bool | None = None
    alcohol_level: Decimal | None = None
    narrative: str | None = None
    violations: tuple[Violation, ...] = ()
    attachment: Attachment | None = None

    @property
    def number(self) -> str:
        """The citation number: with state and agency the key of the ticket."""
        return self.citation_number

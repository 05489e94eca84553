"""The canonical collision report. Source: profiles "canonical" section 2; codes are MMUCC's."""

from dataclasses import dataclass
from datetime import datetime

from hub.domain.places import Attachment, Location, Party, Vehicle


@dataclass(frozen=True, slots=True)
class CollisionUnit:
    """A vehicle or a person on foot or bicycle, numbered from 1."""

    unit_number: int
    unit_type: str
    body_type: str | None = None
    direction: str | None = None
    maneuver: str | None = None
    damage_extent: str | None = None
    hazmat_placard: bool | None = None
    usdot_number: str | None = None
    carrier_name: str | None = None
    vehicle: Vehicle | None = None


@dataclass(frozen=True, slots=True)
class CollisionPerson:
    """A person of a unit; `person` holds name, address, birth date, sex and licence."""

    unit_number: int
    person_type: str
    injury_status: str
    seat_position: str | None = None
    restraint: str | None = None
    air_bag: str | None = None
    ejection: str | None = None
    citation_number: str | None = None
    person: Party | None = None


@dataclass(frozen=True, slots=True)
class CollisionReport:
    """One collision report; `review_status` is `pending` until the local review."""

    source: str
    state: str
    report_number: str
    agency_code: str
    officer_id: str
    severity: str
    manner: str
    first_harmful_event: str
    junction: str
    weather: str
    light: str
    road_surface: str
    unit_count: int
    injured_count: int
    killed_count: int
    crash_at: datetime
    reported_at: datetime
    agency_ori: str | None = None
    officer_last_name: str | None = None
    arrived_at: datetime | None = None
    hit_and_run: bool | None = None
    location: Location | None = None
    narrative: str | None = None
    review_status: str = "pending"
    reviewed_by: str | None = None
    reviewed_at: datetime | None = None
    units: tuple[CollisionUnit, ...] = ()
    persons: tuple[CollisionPerson, ...] = ()
    attachment: Attachment | None = None

    @property
    def number(self) -> str:
        """The report number: with state and agency the key of the report."""
        return self.report_number

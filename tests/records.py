"""Clean records for tests: no finding against the shipped reference, received at RECEIVED_AT.

Persons are synthetic and look it. Change what a test is about:
`a_citation(speed=None)`, `a_citation(vehicle=a_vehicle(vin="…"))`.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from hub.domain.citation import Citation, Speed, Violation
from hub.domain.collision import CollisionPerson, CollisionReport, CollisionUnit
from hub.domain.places import Address, Location, Party, Vehicle

EASTERN = timezone(timedelta(hours=-5))
PACIFIC = timezone(timedelta(hours=-8))
RECEIVED_AT = datetime(2026, 2, 14, 18, 53, tzinfo=UTC)

_ADDRESS = Address("88 Testing Way", "Stowe", "VT", "05672")
_PERSON = Party(
    kind="person",
    last_name="Dummerston",
    first_name="Alpha",
    address=_ADDRESS,
    birth_date=date(1963, 7, 14),
    license_number="00000000",
    license_state="VT",
    license_class="D",
    cdl=False,
)
_ORGANIZATION = Party(
    kind="organization", organization_name="Example Haulage (synthetic)", address=_ADDRESS
)
_VEHICLE = Vehicle(
    vin="GTN9GL394S0KPE851",
    plate_number="TST375",
    plate_state="VT",
    model_year=2000,
    make_code="VOLK",
    commercial=False,
    hazmat=False,
)
_SPEEDING = Violation(
    sequence=1,
    violation_code="23V1081B",
    statute_type="VSA",
    points=3,
    penalty_min=Decimal("47.00"),
    penalty_max=Decimal("1197.00"),
    waiver_amount=Decimal("178.00"),
)
_CITATION = Citation(
    source="tracs",
    state="VT",
    citation_number="08273401",
    document_kind="infraction",
    agency_code="1119",
    agency_ori="VT0111900",
    officer_id="A1005",
    officer_last_name="Dummett",
    court_code="VTJB",
    issued_at=datetime(2026, 2, 14, 10, 53, tzinfo=EASTERN),
    violation_at=datetime(2026, 2, 14, 10, 40, tzinfo=EASTERN),
    traffic=True,
    served_by="in_hand",
    answer_by=date(2026, 3, 7),
    defendant=_PERSON,
    relief_status="not_active_duty",
    vehicle=_VEHICLE,
    location=Location(municipality_code="1302", highway="I-89"),
    speed=Speed(actual_mph=69, posted_mph=50, device="radar"),
    accident=False,
    fatality=False,
    violations=(_SPEEDING,),
)
_WASHINGTON = Citation(
    source="sector",
    state="WA",
    citation_number="2E8273492",
    document_kind="infraction",
    agency_code="WAWSP0000",
    agency_ori="WAWSP0000",
    officer_id="WSP0101",
    officer_last_name="Notareal",
    court_code="THD",
    issued_at=datetime(2026, 2, 14, 7, 53, tzinfo=PACIFIC),
    violation_at=datetime(2026, 2, 14, 7, 40, tzinfo=PACIFIC),
    traffic=True,
    served_by="in_hand",
    answer_by=date(2026, 3, 16),
    defendant=_PERSON,
    vehicle=_VEHICLE,
    location=Location(municipality_code="06790"),
    speed=Speed(actual_mph=69, posted_mph=50, device="radar"),
    accident=False,
    fatality=False,
    violations=(Violation(1, "46.61.400", "RCW", waiver_amount=Decimal("225.00")),),
)
_COLLISION = CollisionReport(
    source="tracs",
    state="VT",
    report_number="R8273518",
    agency_code="2001",
    agency_ori="VT9200100",
    officer_id="A1006",
    officer_last_name="Placehold",
    severity="4",
    manner="1",
    first_harmful_event="12",
    junction="2",
    weather="2",
    light="1",
    road_surface="2",
    unit_count=2,
    injured_count=1,
    killed_count=0,
    crash_at=datetime(2026, 2, 14, 8, 58, tzinfo=EASTERN),
    arrived_at=datetime(2026, 2, 14, 9, 10, tzinfo=EASTERN),
    reported_at=datetime(2026, 2, 14, 11, 58, tzinfo=EASTERN),
    hit_and_run=False,
    location=Location(municipality_code="0417", highway="Main St"),
    units=(
        CollisionUnit(1, "MV", hazmat_placard=False, vehicle=_VEHICLE),
        CollisionUnit(2, "MV", hazmat_placard=False, vehicle=_VEHICLE),
    ),
    persons=(
        CollisionPerson(1, "1", "0", person=_PERSON),
        CollisionPerson(2, "1", "1", person=_PERSON),
        CollisionPerson(2, "2", "0", person=_PERSON),
    ),
)


def a_citation(**changes: Any) -> Citation:
    """A Vermont speeding complaint against a person: 69 in a 50 zone."""
    return replace(_CITATION, **changes)


def an_organization_citation(**changes: Any) -> Citation:
    """The same complaint against an organisation, delivered to its recipient."""
    clean = a_citation(
        defendant=_ORGANIZATION,
        recipient=Party(kind="person", last_name="Takewell", first_name="Tango"),
        served_by="organization",
        relief_status=None,
    )
    return replace(clean, **changes)


def a_criminal_citation(**changes: Any) -> Citation:
    """A Vermont criminal citation with a day in court."""
    clean = a_citation(
        document_kind="criminal",
        court_code="VTSC11",
        answer_by=None,
        appearance_at=datetime(2026, 3, 16, 9, 0, tzinfo=EASTERN),
        relief_status=None,
        speed=None,
        violations=(Violation(1, "23V1091B", "VSA"),),
    )
    return replace(clean, **changes)


def a_parking_ticket(**changes: Any) -> Citation:
    """A Vermont parking ticket left on the vehicle, without defendant."""
    clean = a_citation(
        document_kind="parking",
        served_by="vehicle",
        defendant=None,
        relief_status=None,
        answer_by=date(2026, 3, 6),
        speed=None,
        violations=(Violation(1, "20V2904", "VSA", waiver_amount=Decimal("200.00")),),
    )
    return replace(clean, **changes)


def a_washington_citation(**changes: Any) -> Citation:
    """A Washington speeding infraction from the SECTOR profile: 69 in a 50 zone."""
    return replace(_WASHINGTON, **changes)


def a_violation(**changes: Any) -> Violation:
    """The violation of `a_citation`."""
    return replace(_SPEEDING, **changes)


def a_person(**changes: Any) -> Party:
    """The defendant of `a_citation`."""
    return replace(_PERSON, **changes)


def an_organization(**changes: Any) -> Party:
    """The defendant of `an_organization_citation`."""
    return replace(_ORGANIZATION, **changes)


def an_address(**changes: Any) -> Address:
    """A Vermont mailing address."""
    return replace(_ADDRESS, **changes)


def a_vehicle(**changes: Any) -> Vehicle:
    """The vehicle of all these records; its VIN has the right check digit."""
    return replace(_VEHICLE, **changes)


def a_collision(**changes: Any) -> CollisionReport:
    """A Vermont collision of two motor vehicles, one passenger, one possible injury."""
    return replace(_COLLISION, **changes)


def a_unit(unit_number: int = 1, **changes: Any) -> CollisionUnit:
    """A motor vehicle in motion."""
    return replace(_COLLISION.units[0], unit_number=unit_number, **changes)


def an_occupant(unit_number: int = 1, **changes: Any) -> CollisionPerson:
    """The unhurt driver of a unit."""
    return replace(_COLLISION.persons[0], unit_number=unit_number, **changes)

"""Family C: units, persons, totals, severity."""

import pytest

from hub.domain.collision import CollisionPerson, CollisionReport
from tests.records import a_collision, a_unit, an_occupant
from tests.unit.validators.judging import codes_of, fields_of


def hurt(*statuses: str, severity: str) -> CollisionReport:
    """One vehicle whose occupants have these injuries; totals agree."""
    return a_collision(
        unit_count=1,
        units=(a_unit(1),),
        persons=tuple(an_occupant(1, injury_status=status) for status in statuses),
        severity=severity,
        injured_count=sum(status in "123" for status in statuses),
        killed_count=statuses.count("4"),
    )


@pytest.mark.parametrize(
    ("numbers", "fields"),
    [
        ((2, 1), ["collision.units[1].unit_number", "collision.units[2].unit_number"]),
        ((1, 3), ["collision.units[2].unit_number"]),
        ((1, 1), ["collision.units[2].unit_number"]),
        ((1, 2), []),
    ],
)
def test_units_are_numbered_in_order(numbers: tuple[int, int], fields: list[str]) -> None:
    first, second = numbers
    report = a_collision(units=(a_unit(first), a_unit(second)))

    assert fields_of(report, "C701") == fields


@pytest.mark.parametrize("count", [1, 3])
def test_units_are_as_many_as_the_total(count: int) -> None:
    assert fields_of(a_collision(unit_count=count), "C701") == ["collision.unit_count"]


def test_totals_count_injuries_1_to_3_and_4() -> None:
    assert codes_of(hurt("0", "1", "2", "3", "4", "4", severity="1")) == []
    assert fields_of(a_collision(injured_count=0), "C703") == ["collision.injured_count"]
    assert fields_of(a_collision(killed_count=1), "C703") == ["collision.killed_count"]


def test_person_of_a_missing_unit_gets_c704() -> None:
    stray = (*a_collision().persons, an_occupant(3))

    report = a_collision(source="valcour", agency_code="0403", persons=stray)
    assert fields_of(report, "C704") == ["collision.persons[4].unit_number"]
    assert codes_of(a_collision(persons=stray)) == []


def test_moving_vehicle_without_driver_gets_c705() -> None:
    passengers = (CollisionPerson(1, "1", "0"), CollisionPerson(2, "2", "1"))

    assert fields_of(a_collision(persons=passengers), "C705") == ["collision.units[2]"]
    assert codes_of(a_collision(persons=passengers, hit_and_run=True)) == []


@pytest.mark.parametrize("unit_type", ["PARKED", "PED", "BIKE"])
def test_other_units_need_no_driver(unit_type: str) -> None:
    persons = (CollisionPerson(1, "1", "0"), CollisionPerson(2, "5", "1"))
    report = a_collision(units=(a_unit(1), a_unit(2, unit_type=unit_type)), persons=persons)

    assert codes_of(report) == []


@pytest.mark.parametrize(
    ("statuses", "severity"),
    [
        (("4", "1"), "1"),
        (("0", "3"), "2"),
        (("2", "1"), "3"),
        (("1", "0"), "4"),
        (("0", "0"), "5"),
        (("4",), "9"),
        (("0",), "9"),
    ],
)
def test_severity_is_that_of_the_worst_injury_or_unknown(
    statuses: tuple[str, ...], severity: str
) -> None:
    assert codes_of(hurt(*statuses, severity=severity)) == []


def test_other_severity_gets_c706() -> None:
    assert codes_of(hurt("2", "3", severity="3")) == ["C706"]
    assert codes_of(hurt("0", severity="4")) == ["C706"]


def test_without_persons_the_severity_is_property_damage() -> None:
    parked = {"units": (a_unit(1, unit_type="PARKED"),), "persons": (), "unit_count": 1}

    assert codes_of(a_collision(severity="5", injured_count=0, **parked)) == []
    assert codes_of(a_collision(severity="4", injured_count=0, **parked)) == ["C706"]


@pytest.mark.parametrize(
    ("carrier", "usdot", "codes"),
    [(None, None, ["C708"]), ("Example Haulage", None, []), (None, "0000001", [])],
)
def test_placard_needs_carrier_or_usdot_number(
    carrier: str | None, usdot: str | None, codes: list[str]
) -> None:
    unit = a_unit(2, hazmat_placard=True, carrier_name=carrier, usdot_number=usdot)

    assert codes_of(a_collision(units=(a_unit(1), unit))) == codes

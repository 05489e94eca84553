"""Family N: VIN, plate, make, town, court."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.places import Location
from hub.validators.vin import check_digit, has_right_check_digit
from tests.records import (
    EASTERN,
    PACIFIC,
    a_citation,
    a_collision,
    a_criminal_citation,
    a_parking_ticket,
    a_unit,
    a_vehicle,
    a_washington_citation,
)
from tests.unit.validators.judging import codes_of, fields_of, findings_of

VIN_CHARACTERS = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
VINS = st.text(VIN_CHARACTERS, min_size=17, max_size=17)


def driving(**changes: object) -> list[str]:
    return codes_of(a_citation(vehicle=a_vehicle(**changes)))


@pytest.mark.parametrize(
    "vin", ["GTN9GL394S0KPE85I", "GTN9GL394S0KPE85O", "QTN9GL394S0KPE851", "GTN9GL394S0KPE85", "A"]
)
def test_malformed_vin_gets_n601_and_no_n602(vin: str) -> None:
    assert driving(vin=vin) == ["N601"]
    assert driving(vin=vin, model_year=None) == ["N601"]


@pytest.mark.parametrize(
    ("vin", "codes"),
    [
        ("12345", []),
        ("1234", ["N601"]),
        ("OIQ45678901234567", []),
        ("GTN9GL390S0KPE851", []),
    ],
)
def test_before_1981_any_5_to_17_characters_are_a_vin(vin: str, codes: list[str]) -> None:
    assert driving(vin=vin, model_year=1980) == codes


@pytest.mark.parametrize("year", [1981, 2026, None])
def test_wrong_check_digit_gets_n602(year: int | None) -> None:
    assert driving(vin="GTN9GL390S0KPE851", model_year=year) == ["N602"]


def test_published_vins_have_their_check_digits() -> None:
    assert check_digit("1M8GDM9AXKP042788") == "X"
    assert check_digit("11111111111111111") == "1"


@given(vin=VINS)
def test_check_digit_put_in_place_is_right(vin: str) -> None:
    assert has_right_check_digit(vin[:8] + check_digit(vin) + vin[9:])


@given(vin=VINS, place=st.sampled_from([n for n in range(17) if n != 8]), other=st.data())
def test_one_changed_digit_is_noticed(vin: str, place: int, other: st.DataObject) -> None:
    digits = "0123456789"
    old = other.draw(st.sampled_from(digits))
    new = other.draw(st.sampled_from(digits.replace(old, "")))
    before = vin[:place] + old + vin[place + 1 :]
    after = vin[:place] + new + vin[place + 1 :]

    assert check_digit(before) != check_digit(after)


def test_each_vehicle_of_a_collision_is_judged_alone() -> None:
    report = a_collision(
        units=(
            a_unit(1, vehicle=a_vehicle(vin="SHORT")),
            a_unit(2, vehicle=a_vehicle(vin="GTN9GL390S0KPE851", make_code="ZZZZ")),
        )
    )

    assert [(finding.code, finding.field) for finding in findings_of(report)] == [
        ("N601", "collision.units[1].vehicle.vin"),
        ("N602", "collision.units[2].vehicle.vin"),
        ("N609", "collision.units[2].vehicle.make_code"),
    ]


def test_unit_whose_vehicle_dangles_is_not_judged() -> None:
    report = a_collision(units=(a_unit(1), a_unit(2, vehicle=None)))

    assert codes_of(report, broken=("units[2].vehicle",)) == []


@pytest.mark.parametrize("half", [{"plate_number": None}, {"plate_state": None}])
def test_half_a_plate_gets_n603(half: dict[str, None]) -> None:
    assert driving(**half) == ["N603"]
    report = a_collision(units=(a_unit(1), a_unit(2, vehicle=a_vehicle(**half))))
    assert fields_of(report, "N603") == ["collision.units[2].vehicle.plate_state"]


@pytest.mark.parametrize(
    ("code", "year", "codes"),
    [("1121", 1999, []), ("1121", 2000, ["N607"]), ("9998", 2026, ["N607"])],
)
def test_town_is_known_on_the_day_of_the_crash(code: str, year: int, codes: list[str]) -> None:
    report = a_collision(
        crash_at=datetime(year, 6, 30, 8, 0, tzinfo=EASTERN),
        arrived_at=None,
        reported_at=datetime(2026, 2, 14, 8, 0, tzinfo=EASTERN),
        location=Location(municipality_code=code),
    )

    assert [found for found in codes_of(report) if found == "N607"] == codes


def test_town_of_another_state_is_unknown_and_a_dangling_place_is_not_judged() -> None:
    assert codes_of(a_citation(location=Location(municipality_code="06790"))) == ["N607"]
    assert codes_of(a_citation(location=None), broken=("location",)) == []


def test_court_takes_only_its_kinds_of_ticket() -> None:
    assert codes_of(a_citation(court_code="VTSC11")) == ["N608"]
    assert codes_of(a_citation(court_code="NONE")) == ["N608"]
    assert codes_of(a_criminal_citation(court_code="VTJB")) == ["N608"]
    assert codes_of(a_parking_ticket(court_code="VTJB")) == []


@pytest.mark.parametrize(("day", "codes"), [(1, []), (2, ["N608"])])
def test_court_takes_tickets_until_its_last_day(day: int, codes: list[str]) -> None:
    issued_at = datetime(2020, 11, day, 23, 0, tzinfo=PACIFIC)
    ticket = a_washington_citation(court_code="KCD", issued_at=issued_at, violation_at=issued_at)

    assert [code for code in codes_of(ticket) if code == "N608"] == codes


def test_make_that_is_not_listed_gets_n609() -> None:
    assert driving(make_code="ZZZZ") == ["N609"]
    assert driving(make_code="KW") == []
    assert driving(make_code=None) == []

"""Family V: offences, speeds, points, amounts, flags."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.citation import Citation, Speed, Violation
from hub.domain.reference import Offense
from hub.validators.money import points, total
from tests.records import (
    EASTERN,
    PACIFIC,
    a_citation,
    a_criminal_citation,
    a_parking_ticket,
    a_vehicle,
    a_violation,
    a_washington_citation,
)
from tests.unit.validators.judging import REFERENCE, codes_of, fields_of, findings_of

VIOLATION_DAY = datetime(2026, 2, 14, tzinfo=EASTERN).date()


def charging(*violations: Violation, **changes: Any) -> Citation:
    return a_citation(violations=violations, **changes)


def offense(state: str, code: str) -> Offense:
    found = REFERENCE.offense_on(state, code, VIOLATION_DAY)
    assert found is not None
    return found


def violation(code: str, **changes: Any) -> Violation:
    """A Vermont violation of title 23 without points or amounts."""
    return replace(Violation(1, code, "VSA"), **changes)


def test_unknown_violation_gets_v401_and_no_rule_that_needs_its_row() -> None:
    unknown = a_violation(violation_code="23V9999", statute_type="CFR", points=9)

    assert codes_of(charging(unknown)) == ["V401"]


def test_v401_switches_off_the_other_rules_for_that_violation_only() -> None:
    ticket = charging(
        violation("23V9999", statute_type="CFR"),
        replace(a_violation(points=2), sequence=2),
        source="valcour",
    )

    assert codes_of(ticket) == ["V401", "V407"]
    assert fields_of(ticket, "V407") == ["citation.violations[2].points"]


@pytest.mark.parametrize(("year", "codes"), [(2024, []), (2026, ["V402"])])
def test_violation_counts_while_in_force(year: int, codes: list[str]) -> None:
    at = datetime(year, 6, 30, 10, 0, tzinfo=EASTERN)
    ticket = charging(
        violation("23V301A"), speed=None, violation_at=at, issued_at=at, answer_by=None
    )

    assert [code for code in codes_of(ticket) if code.startswith("V")] == codes


def test_violation_no_longer_in_force_is_still_judged_by_its_last_row() -> None:
    ticket = charging(violation("23V301A", statute_type="ORD"), speed=None)

    assert codes_of(ticket) == ["V402", "V403"]


def test_day_of_the_violation_decides_not_the_day_of_issue() -> None:
    before = datetime(2024, 6, 30, 23, 59, tzinfo=EASTERN)
    after = datetime(2024, 7, 1, 0, 0, tzinfo=EASTERN)
    ticket = charging(violation("23V301A"), speed=None, violation_at=before, issued_at=after)

    assert "V402" not in codes_of(ticket)
    assert "V402" in codes_of(replace(ticket, violation_at=after))


def test_violation_of_another_kind_gets_v403() -> None:
    assert codes_of(charging(violation("23V1201A"), speed=None)) == ["V403"]
    assert codes_of(charging(violation("20V2904"), speed=None)) == ["V403"]
    assert codes_of(a_criminal_citation(violations=(violation("23V301"),))) == ["V403"]


def test_other_statute_type_gets_v403() -> None:
    assert codes_of(charging(violation("23V301", statute_type="ORD"), speed=None)) == ["V403"]


@pytest.mark.parametrize(
    "speed", [None, Speed(), Speed(actual_mph=69), Speed(posted_mph=50), Speed(device="radar")]
)
def test_speed_offence_without_both_speeds_gets_v404_only(speed: Speed | None) -> None:
    assert codes_of(charging(a_violation(points=8), speed=speed)) == ["V404"]


@pytest.mark.parametrize(
    ("speed", "codes"),
    [
        (None, []),
        (Speed(actual_mph=40, posted_mph=50), []),
        (Speed(actual_mph=69), ["V404"]),
        (Speed(posted_mph=50), ["V404"]),
    ],
)
def test_other_offence_has_both_speeds_or_none(speed: Speed | None, codes: list[str]) -> None:
    ticket = charging(violation("23V301"), speed=speed)

    assert codes_of(ticket) == codes


def test_v404_switches_points_and_amount_off() -> None:
    wrong = violation("23V301", points=9, waiver_amount=Decimal(1))

    assert codes_of(charging(wrong, speed=Speed(posted_mph=50))) == ["V404"]
    assert codes_of(charging(wrong, speed=None)) == ["V407", "V410"]


@pytest.mark.parametrize(("actual", "codes"), [(49, ["V406"]), (50, ["V406"]), (51, [])])
def test_actual_speed_is_above_the_limit(actual: int, codes: list[str]) -> None:
    plain = a_violation(points=None, waiver_amount=None)

    assert codes_of(charging(plain, speed=Speed(actual, 50))) == codes


def test_v406_switches_points_and_amount_off() -> None:
    assert codes_of(charging(a_violation(points=8), speed=Speed(50, 50))) == ["V406"]


@pytest.mark.parametrize(
    ("over", "right"), [(1, 2), (10, 2), (11, 3), (20, 3), (21, 5), (30, 5), (31, 8), (99, 8)]
)
def test_points_follow_from_the_speed_band(over: int, right: int) -> None:
    speed = Speed(50 + over, 50)
    given = a_violation(points=right, waiver_amount=None)

    assert codes_of(charging(given, speed=speed)) == []
    assert codes_of(charging(replace(given, points=right + 1), speed=speed)) == ["V407"]


def test_points_of_other_offences_are_fixed_and_may_be_absent() -> None:
    assert codes_of(charging(violation("23V1012", points=4), speed=None)) == []
    assert codes_of(charging(violation("23V1012", points=None), speed=None)) == []
    assert codes_of(charging(violation("23V301A", points=2), speed=None)) == ["V402", "V407"]


def test_points_hint_names_the_right_ones_and_an_accident_adds_none() -> None:
    (found,) = findings_of(charging(a_violation(points=5), accident=True))

    assert found.hint == "Check the points. The table gives 3."


@pytest.mark.parametrize(
    ("low", "amount", "high", "codes"),
    [
        ("47", "178", "1197", []),
        ("178", "178.00", "178", []),
        ("178.01", "178", "1197", ["V409"]),
        ("47", "178", "177.99", ["V409"]),
        ("1197", "178", "47", ["V409"]),
        ("1197", None, "47", ["V409"]),
        (None, "178", "100", ["V409"]),
        ("200", "178", None, ["V409"]),
        (None, "178", None, []),
        ("47", None, None, []),
    ],
)
def test_waiver_lies_within_the_penalty_range(
    low: str | None, amount: str | None, high: str | None, codes: list[str]
) -> None:
    given = a_violation(
        penalty_min=None if low is None else Decimal(low),
        waiver_amount=None if amount is None else Decimal(amount),
        penalty_max=None if high is None else Decimal(high),
    )

    assert codes_of(charging(given)) == codes


@pytest.mark.parametrize(
    ("over", "amount"), [(1, 53), (10, 105), (11, 123), (20, 185), (21, 216), (31, 332)]
)
def test_vermont_speeding_total_is_base_surcharge_and_flat_rounded_half_up(
    over: int, amount: int
) -> None:
    given = a_violation(points=None, waiver_amount=Decimal(amount))
    speed = Speed(50 + over, 50)

    assert codes_of(charging(given, speed=speed)) == []
    too_low = replace(given, waiver_amount=Decimal(amount) - Decimal("0.01"))
    assert codes_of(charging(too_low, speed=speed)) == ["V410"]


@pytest.mark.parametrize(
    ("code", "amount"),
    [("23V301", "162.00"), ("23V1259", "25.00"), ("23V1258", "25"), ("23V307", "53")],
)
def test_vermont_fixed_total_knows_offences_without_surcharge(code: str, amount: str) -> None:
    assert codes_of(charging(violation(code, waiver_amount=Decimal(amount)), speed=None)) == []


def test_parking_total_has_no_surcharge() -> None:
    dearer = Violation(1, "20V2904", "VSA", waiver_amount=Decimal(277))

    assert codes_of(a_parking_ticket(violations=(dearer,))) == ["V410"]


def test_amount_of_an_offence_without_base_is_not_checked() -> None:
    charged = Violation(1, "23V1091B", "VSA", waiver_amount=Decimal(1))

    assert codes_of(a_criminal_citation(violations=(charged,))) == []
    assert total(offense("VT", "23V1091B"), None, VIOLATION_DAY, REFERENCE) is None


def test_money_of_the_violation_date_counts() -> None:
    then = datetime(2013, 6, 30, tzinfo=EASTERN).date()
    now = datetime(2013, 7, 1, tzinfo=EASTERN).date()
    speeding = offense("VT", "23V1081B")

    assert total(speeding, 20, then, REFERENCE) == Decimal(156)
    assert total(speeding, 20, now, REFERENCE) == Decimal(185)


def test_without_dated_surcharges_there_is_no_total() -> None:
    before_the_tables = datetime(1999, 12, 31, tzinfo=EASTERN).date()

    assert total(offense("VT", "23V301"), None, before_the_tables, REFERENCE) is None


@pytest.mark.parametrize(
    ("over", "amount"), [(5, "130.00"), (6, "145"), (40, "480.00"), (41, "550.00")]
)
def test_washington_speeding_total_is_that_of_the_schedule(over: int, amount: str) -> None:
    charged = Violation(1, "46.61.400", "RCW", waiver_amount=Decimal(amount))
    ticket = a_washington_citation(violations=(charged,), speed=Speed(50 + over, 50))

    assert codes_of(ticket) == []


def test_washington_amount_matches_to_the_cent() -> None:
    charged = Violation(1, "46.61.050", "RCW", waiver_amount=Decimal("145.50"))

    assert codes_of(a_washington_citation(violations=(charged,), speed=None)) == ["V410"]


def test_washington_has_no_points_and_no_range() -> None:
    charged = Violation(1, "46.61.050", "RCW", points=9, penalty_min=Decimal(9), penalty_max=None)

    assert codes_of(a_washington_citation(violations=(charged,), speed=None)) == []


@given(over=st.integers(min_value=1, max_value=194))
def test_vermont_total_is_the_nearest_whole_dollar(over: int) -> None:
    rate = 5 if over <= 10 else 6 if over <= 20 else 7 if over <= 30 else 8
    cents = rate * over * 115 + 4700

    amount = total(offense("VT", "23V1003"), over, VIOLATION_DAY, REFERENCE)

    assert amount == Decimal((cents + 50) // 100)


@given(over=st.integers(min_value=1, max_value=193))
def test_points_and_amounts_never_fall_as_the_speed_rises(over: int) -> None:
    vermont, washington = offense("VT", "23V1003"), offense("WA", "46.61.400")
    day = VIOLATION_DAY

    assert (points(vermont, over, day, REFERENCE) or 0) <= (
        points(vermont, over + 1, day, REFERENCE) or 0
    )
    for charged in (vermont, washington):
        assert (total(charged, over, day, REFERENCE) or 0) <= (
            total(charged, over + 1, day, REFERENCE) or 0
        )


@pytest.mark.parametrize(
    ("sequences", "fields"),
    [
        ((1, 2, 3), []),
        ((1, 3, 2), [2, 3]),
        ((2, 3, 4), [1, 2, 3]),
        ((1, 1, 3), [2]),
    ],
)
def test_violations_are_numbered_in_order(sequences: tuple[int, ...], fields: list[int]) -> None:
    codes = ("23V301", "23V304", "23V307")
    rows = [violation(code, sequence=number) for number, code in zip(sequences, codes, strict=True)]
    ticket = charging(*rows, source="valcour", speed=None)

    expected = [f"citation.violations[{number}].sequence" for number in fields]
    assert fields_of(ticket, "V412") == expected


def test_one_code_twice_gets_v412() -> None:
    rows = (violation("23V301"), violation("23V301", sequence=2))

    assert codes_of(charging(*rows, source="valcour", speed=None)) == ["V412"]


@pytest.mark.parametrize(
    ("accident", "fatality", "codes"),
    [(False, True, ["V416"]), (True, True, []), (True, False, []), (None, True, [])],
)
def test_fatality_needs_an_accident(
    accident: bool | None,  # noqa: FBT001
    fatality: bool,  # noqa: FBT001
    codes: list[str],
) -> None:
    assert codes_of(a_citation(accident=accident, fatality=fatality)) == codes


def test_parking_ticket_without_plate_gets_v418() -> None:
    bare = a_vehicle(plate_number=None, plate_state=None)

    assert codes_of(a_parking_ticket(vehicle=None)) == ["V418"]
    assert codes_of(a_parking_ticket(vehicle=bare)) == ["V418"]
    assert codes_of(a_citation(vehicle=bare)) == []


def test_half_a_plate_on_a_parking_ticket_is_n603_not_v418() -> None:
    half = a_vehicle(plate_state=None)

    assert codes_of(a_parking_ticket(vehicle=half)) == ["N603"]


def test_dangling_vehicle_is_not_judged() -> None:
    assert codes_of(a_parking_ticket(vehicle=None), broken=("vehicle",)) == []


def test_local_date_of_the_record_decides_near_midnight() -> None:
    late_evening = datetime(2017, 7, 22, 23, 30, tzinfo=PACIFIC)
    phone = Violation(1, "46.61.667", "RCW")
    ticket = a_washington_citation(violations=(phone,), speed=None, violation_at=late_evening)

    assert "V402" not in codes_of(ticket)

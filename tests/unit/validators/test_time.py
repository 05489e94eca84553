"""Family T: order of events, lateness, deadlines. Every boundary to the second."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from tests.records import (
    EASTERN,
    PACIFIC,
    RECEIVED_AT,
    a_citation,
    a_collision,
    a_criminal_citation,
    a_parking_ticket,
    a_washington_citation,
)
from tests.unit.validators.judging import codes_of, fields_of, findings_of

SECOND = timedelta(seconds=1)
ISSUED_AT = a_citation().issued_at


def test_issue_before_the_violation_gets_t501_and_at_the_same_time_not() -> None:
    assert codes_of(a_citation(violation_at=ISSUED_AT)) == []
    assert codes_of(a_citation(violation_at=ISSUED_AT + SECOND)) == ["T501"]


def test_report_and_arrival_before_the_crash_get_t501_each() -> None:
    late_crash = a_collision(crash_at=datetime(2026, 2, 14, 12, 0, tzinfo=EASTERN))

    assert fields_of(late_crash, "T501") == ["collision.arrived_at", "collision.reported_at"]
    at_arrival = a_collision(crash_at=a_collision().arrived_at)
    assert codes_of(at_arrival) == []
    assert codes_of(a_collision(arrived_at=None)) == []


@pytest.mark.parametrize("field", ["violation_at", "issued_at"])
def test_time_that_does_not_exist_is_in_no_order(field: str) -> None:
    wrong = a_citation(violation_at=ISSUED_AT + SECOND)

    assert codes_of(wrong, broken=(field,)) == []


def test_arrival_that_does_not_exist_leaves_the_report_in_order() -> None:
    late_crash = a_collision(crash_at=datetime(2026, 2, 14, 12, 0, tzinfo=EASTERN))

    assert codes_of(late_crash, broken=("arrived_at",)) == ["T501"]
    assert codes_of(late_crash, broken=("crash_at",)) == []


@pytest.mark.parametrize(
    ("ahead", "codes"),
    [(timedelta(minutes=10), []), (timedelta(minutes=10) + SECOND, ["T502"])],
)
def test_clock_of_the_sender_may_be_ten_minutes_ahead(ahead: timedelta, codes: list[str]) -> None:
    assert codes_of(a_citation(), received_at=ISSUED_AT - ahead) == codes
    report = a_collision()
    assert codes_of(report, received_at=report.reported_at - ahead) == codes


def test_future_issue_that_does_not_exist_gets_no_t502() -> None:
    early = ISSUED_AT - timedelta(hours=1)

    assert codes_of(a_citation(), received_at=early, broken=("issued_at",)) == []
    assert fields_of(a_collision(reported_at=RECEIVED_AT + timedelta(hours=1)), "T502") == [
        "collision.reported_at"
    ]


@pytest.mark.parametrize(
    ("age", "codes"), [(timedelta(hours=48), []), (timedelta(hours=48) + SECOND, ["T503"])]
)
def test_upload_is_in_time_for_48_hours(age: timedelta, codes: list[str]) -> None:
    assert codes_of(a_citation(), received_at=ISSUED_AT + age) == codes


def test_collision_reports_are_never_late() -> None:
    assert codes_of(a_collision(), received_at=RECEIVED_AT + timedelta(days=90)) == []


def test_age_of_an_issue_that_does_not_exist_is_not_judged() -> None:
    late = RECEIVED_AT + timedelta(days=9)

    assert codes_of(a_citation(), received_at=late, broken=("issued_at",)) == []


@pytest.mark.parametrize("day", [date(2026, 2, 13), date(2026, 2, 14)])
def test_answer_date_not_after_issue_gets_t505_and_no_t506(day: date) -> None:
    assert codes_of(a_citation(answer_by=day)) == ["T505"]


def test_answer_date_the_day_after_issue_is_possible() -> None:
    assert codes_of(a_citation(answer_by=date(2026, 2, 15))) == ["T506"]
    assert codes_of(a_parking_ticket(answer_by=date(2026, 2, 15))) == []


def test_answer_date_is_compared_with_the_day_of_an_issue_that_does_not_exist() -> None:
    assert codes_of(a_citation(answer_by=date(2026, 2, 14)), broken=("issued_at",)) == ["T505"]


def test_appearance_not_after_issue_gets_t505() -> None:
    issued_at = a_criminal_citation().issued_at

    same = a_criminal_citation(appearance_at=issued_at)
    assert fields_of(same, "T505") == ["citation.appearance_at"]
    assert codes_of(a_criminal_citation(appearance_at=issued_at + SECOND)) == []
    assert codes_of(same, broken=("issued_at",)) == []
    assert codes_of(same, broken=("appearance_at",)) == []


@pytest.mark.parametrize("way", ["in_hand", "mailed"])
def test_vermont_gives_21_days_however_served(way: str) -> None:
    assert codes_of(a_citation(served_by=way, answer_by=date(2026, 3, 7))) == []
    assert codes_of(a_citation(served_by=way, answer_by=date(2026, 3, 6))) == ["T506"]
    assert codes_of(a_citation(served_by=way, answer_by=date(2026, 3, 8))) == ["T506"]


@pytest.mark.parametrize(("way", "days"), [("in_hand", 30), ("mailed", 33)])
def test_washington_gives_30_days_and_33_by_mail(way: str, days: int) -> None:
    ticket = a_washington_citation(served_by=way)
    issue_day = ticket.issued_at.date()
    right = issue_day + timedelta(days=days)

    assert codes_of(replace(ticket, answer_by=right)) == []
    (found,) = findings_of(replace(ticket, answer_by=right - timedelta(days=1)))
    assert found.message == f"The answer date is not {days} days after issue."
    assert found.hint.endswith(f"The rules give {right}.")


def test_days_to_answer_are_those_of_the_issue_date() -> None:
    new_year = datetime(2023, 1, 1, 0, 30, tzinfo=PACIFIC)
    old = a_washington_citation(
        issued_at=new_year - timedelta(hours=1),
        violation_at=new_year - timedelta(hours=2),
        answer_by=date(2023, 1, 15),
    )

    assert "T506" not in codes_of(old)
    assert "T506" not in codes_of(replace(old, issued_at=new_year, answer_by=date(2023, 1, 31)))
    assert "T506" in codes_of(replace(old, issued_at=new_year))


def test_missing_deadline_gets_t509() -> None:
    assert fields_of(a_citation(answer_by=None), "T509") == ["citation.answer_by"]
    no_day = a_criminal_citation(appearance_at=None)
    assert fields_of(no_day, "T509") == ["citation.appearance_at"]
    assert codes_of(a_parking_ticket(answer_by=None)) == []


def test_appearance_that_does_not_exist_is_not_missing() -> None:
    no_day = a_criminal_citation(appearance_at=None)

    assert codes_of(no_day, broken=("appearance_at",)) == []

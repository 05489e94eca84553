"""Family A: which agency may send, which officer may issue."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from hub.domain.citation import Citation
from hub.domain.collision import CollisionReport
from hub.domain.reference import Sender
from tests.records import EASTERN, a_citation, a_collision, a_washington_citation
from tests.unit.validators.judging import codes_of, fields_of, findings_of

EVERY_AGENCY = Sender("state", None)


def issued_on(day: date, **changes: Any) -> Citation:
    """A citation written and received on a day, its answer date kept in step."""
    at = datetime(day.year, day.month, day.day, 12, 0, tzinfo=EASTERN)
    return a_citation(issued_at=at, violation_at=at, answer_by=None, **changes)


def a_codes_of(record: Citation | CollisionReport, sender: Sender | None = None) -> list[str]:
    return [code for code in codes_of(record, sender=sender) if code.startswith("A")]


def test_unknown_agency_gets_a201_and_no_other_a_rule() -> None:
    stranger = a_citation(agency_code="0499", agency_ori="VT9999999", officer_id="A9999")

    assert a_codes_of(stranger, EVERY_AGENCY) == ["A201"]


def test_agency_of_another_state_is_unknown() -> None:
    assert a_codes_of(a_citation(agency_code="WAWSP0000")) == ["A201"]


@pytest.mark.parametrize(("day", "codes"), [(date(2019, 12, 31), []), (date(2020, 1, 1), ["A202"])])
def test_agency_counts_until_its_last_day(day: date, codes: list[str]) -> None:
    ended = issued_on(
        day,
        agency_code="0411",
        agency_ori="VT0041100",
        officer_id="A2501",
        officer_last_name="Protowell",
    )

    assert a_codes_of(ended, EVERY_AGENCY) == codes


def test_agency_no_longer_valid_is_still_judged_by_its_last_row() -> None:
    ended = a_citation(agency_code="0411", agency_ori="VT0000000", officer_id="A1005")

    assert a_codes_of(ended, EVERY_AGENCY) == ["A202", "A206", "A211"]


@pytest.mark.parametrize(
    ("agencies", "codes"),
    [
        (None, []),
        (frozenset({"1119", "0417"}), []),
        (frozenset({"0417"}), ["A203"]),
        (frozenset[str](), ["A203"]),
    ],
)
def test_sender_may_send_only_for_its_agencies(
    agencies: frozenset[str] | None, codes: list[str]
) -> None:
    assert a_codes_of(a_citation(), Sender("client", agencies)) == codes


def test_agency_of_another_channel_gets_a203_even_when_listed() -> None:
    valcours = a_citation(
        agency_code="0403",
        agency_ori="VT0040100",
        officer_id="B1016",
        officer_last_name="Notreal",
    )

    assert a_codes_of(valcours, EVERY_AGENCY) == ["A203"]
    assert a_codes_of(valcours, Sender("client", frozenset({"0403"}))) == ["A203"]


def test_without_a_sender_there_is_no_client_rule() -> None:
    assert a_codes_of(a_citation(source="valcour"), sender=None) == []


def test_unknown_officer_gets_a205_only() -> None:
    assert a_codes_of(a_citation(officer_id="A9999", officer_last_name="Else")) == ["A205"]


def test_officer_of_another_agency_gets_a206_and_is_not_judged_further() -> None:
    suspended_elsewhere = a_citation(officer_id="A2201", officer_last_name="Else")

    assert a_codes_of(suspended_elsewhere) == ["A206"]


@pytest.mark.parametrize(
    ("day", "codes"), [(date(2026, 5, 31), ["A207"]), (date(2026, 6, 1), ["A210"])]
)
def test_pending_officer_may_issue_from_the_begin_date_and_is_then_monitored(
    day: date, codes: list[str]
) -> None:
    pending = issued_on(
        day,
        agency_code="0417",
        agency_ori=None,
        officer_id="A2101",
        officer_last_name="Samplesky",
    )

    assert a_codes_of(pending) == codes


@pytest.mark.parametrize(("day", "codes"), [(date(2026, 1, 31), []), (date(2026, 2, 1), ["A208"])])
def test_suspension_counts_from_its_first_day(day: date, codes: list[str]) -> None:
    suspended = issued_on(
        day,
        agency_code="0417",
        agency_ori=None,
        officer_id="A2201",
        officer_last_name="Fixturelli",
    )

    assert a_codes_of(suspended) == codes


def test_inactive_officer_gets_a208_with_status_and_date() -> None:
    inactive = a_citation(officer_id="A2301", officer_last_name="Placidtest")

    assert [finding.message for finding in findings_of(inactive)] == [
        "Officer A2301 was inactive on 2026-02-14."
    ]


def test_officer_is_judged_by_the_row_of_the_agency() -> None:
    both = a_citation(officer_id="A2401", officer_last_name="Synthley", agency_ori=None)

    assert a_codes_of(replace(both, agency_code="0417")) == []
    assert a_codes_of(replace(both, agency_code="3004")) == ["A210"]


@pytest.mark.parametrize("name", ["Dummett", "DUMMETT", "Dümmétt", "Dum-mett", "D. u'm\u2019mett "])
def test_officer_name_is_compared_without_case_accents_and_signs(name: str) -> None:
    assert a_codes_of(a_citation(officer_last_name=name)) == []


@pytest.mark.parametrize("name", ["Dummet", "Dummetts", "Dummett Jr", "Dum,mett"])
def test_another_officer_name_gets_a209(name: str) -> None:
    assert fields_of(a_citation(officer_last_name=name), "A209") == ["citation.officer_last_name"]


def test_sign_in_the_register_does_not_count_either() -> None:
    osample = a_washington_citation(
        agency_code="WA0180900", officer_id="LEA0113", officer_last_name="OSAMPLE"
    )

    assert a_codes_of(osample) == ["A202"]


def test_monitored_officer_gets_a210() -> None:
    monitored = a_citation(
        agency_code="2001", agency_ori=None, officer_id="A2002", officer_last_name="Sandboxer"
    )

    assert a_codes_of(monitored) == ["A210"]


def test_wrong_ori_gets_a211() -> None:
    assert fields_of(a_citation(agency_ori="VT0111901"), "A211") == ["citation.agency_ori"]


def test_collision_report_is_judged_by_the_day_of_its_completion() -> None:
    pending = a_collision(
        agency_code="0417", agency_ori=None, officer_id="A2101", officer_last_name="Samplesky"
    )

    assert fields_of(pending, "A207") == ["collision.officer_id"]
    later = replace(pending, reported_at=datetime(2026, 6, 1, 0, 0, tzinfo=EASTERN))
    assert a_codes_of(later) == ["A210"]

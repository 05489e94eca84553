"""What the register adds to a record, and what it leaves alone."""

from datetime import datetime

import pytest

from hub.domain.citation import Citation, Violation
from hub.reference import enrich, load, shipped_tables
from tests.records import EASTERN, a_citation, a_collision, a_violation

REFERENCE = load(shipped_tables())


def traffic_of(*codes: str) -> bool | None:
    violations = tuple(Violation(n, code, "VSA") for n, code in enumerate(codes, start=1))
    record = enrich(a_citation(traffic=None, violations=violations), REFERENCE)
    assert isinstance(record, Citation)
    return record.traffic


@pytest.mark.parametrize(
    ("codes", "traffic"),
    [
        (("23V1081B",), True),
        (("MO201",), True),
        (("MO101",), False),
        (("10V4251",), False),
        (("24V2201", "MO102"), False),
        (("24V2201", "23V301"), True),
        (("23V9999",), None),
        (("23V9999", "MO101"), False),
        ((), None),
    ],
)
def test_one_traffic_violation_makes_a_ticket_traffic(
    codes: tuple[str, ...],
    traffic: bool | None,  # noqa: FBT001
) -> None:
    assert traffic_of(*codes) is traffic


def test_what_the_file_says_of_traffic_stays() -> None:
    told = a_citation(traffic=False, violations=(a_violation(),))

    assert enrich(told, REFERENCE) == told


def test_missing_ori_comes_from_the_register() -> None:
    assert enrich(a_citation(agency_ori=None), REFERENCE) == a_citation()
    assert enrich(a_collision(agency_ori=None), REFERENCE) == a_collision()


def test_given_ori_stays_even_when_wrong() -> None:
    assert enrich(a_citation(agency_ori="VT0000000"), REFERENCE).agency_ori == "VT0000000"
    assert enrich(a_collision(agency_ori="VT0000000"), REFERENCE).agency_ori == "VT0000000"


def test_unknown_or_ended_agency_has_no_ori() -> None:
    assert enrich(a_citation(agency_ori=None, agency_code="0499"), REFERENCE).agency_ori is None
    ended = a_citation(agency_ori=None, agency_code="0411")
    assert enrich(ended, REFERENCE).agency_ori is None
    then = datetime(2019, 12, 31, 23, 0, tzinfo=EASTERN)
    still = a_citation(agency_ori=None, agency_code="0411", issued_at=then)
    assert enrich(still, REFERENCE).agency_ori == "VT0041100"

"""Family D: defendant, guardian, recipient, service."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from hub.domain.citation import Citation
from hub.domain.places import Address, Party
from tests.records import (
    EASTERN,
    a_citation,
    a_criminal_citation,
    a_parking_ticket,
    a_person,
    a_washington_citation,
    an_address,
    an_organization,
    an_organization_citation,
)
from tests.unit.validators.judging import codes_of, fields_of, findings_of

GUARDIAN = Party(kind="person", last_name="Elderson", first_name="Golf")


def against(**changes: Any) -> Citation:
    """A complaint against a person who differs in this."""
    return a_citation(defendant=a_person(**changes))


def at(year: int, month: int, day: int) -> dict[str, datetime]:
    when = datetime(year, month, day, 10, 0, tzinfo=EASTERN)
    return {"violation_at": when, "issued_at": when}


@pytest.mark.parametrize("nobody", [None, Party()])
def test_nobody_gets_d301_and_nothing_that_needs_a_defendant(nobody: Party | None) -> None:
    assert codes_of(a_citation(defendant=nobody)) == ["D301"]
    assert codes_of(a_criminal_citation(defendant=nobody)) == ["D301"]
    assert codes_of(a_parking_ticket(defendant=nobody)) == []


def test_person_and_organisation_in_one_get_d301_in_parking_too() -> None:
    both = a_person(organization_name="Example Haulage (synthetic)")

    assert codes_of(a_citation(defendant=both)) == ["D301"]
    assert codes_of(a_parking_ticket(defendant=both)) == ["D301"]


def test_dangling_defendant_is_not_judged() -> None:
    assert codes_of(a_citation(defendant=None), broken=("defendant",)) == []
    org = an_organization_citation(defendant=None)
    assert codes_of(org, broken=("defendant",)) == []


@pytest.mark.parametrize(
    ("born", "codes"), [(date(2026, 2, 14), ["D302"]), (date(2026, 2, 15), ["D302"])]
)
def test_birth_on_or_after_the_violation_gets_d302_and_switches_d304_off(
    born: date, codes: list[str]
) -> None:
    assert codes_of(against(birth_date=born)) == codes


def test_birth_the_day_before_is_possible() -> None:
    assert codes_of(against(birth_date=date(2026, 2, 13))) == ["D304"]


def test_birth_is_compared_with_the_day_of_a_time_that_does_not_exist() -> None:
    newborn = against(birth_date=date(2026, 2, 14))

    assert codes_of(newborn, broken=("violation_at",)) == ["D302"]


@pytest.mark.parametrize(
    ("born", "day", "codes"),
    [
        (date(2008, 2, 15), (2026, 2, 14), ["D304"]),
        (date(2008, 2, 14), (2026, 2, 14), []),
        (date(2008, 2, 13), (2026, 2, 14), []),
        (date(2008, 2, 29), (2026, 2, 28), ["D304"]),
        (date(2008, 2, 29), (2026, 3, 1), []),
        (date(2008, 3, 1), (2026, 2, 28), ["D304"]),
    ],
)
def test_defendant_is_of_age_on_the_18th_birthday(
    born: date, day: tuple[int, int, int], codes: list[str]
) -> None:
    ticket = a_citation(defendant=a_person(birth_date=born), answer_by=None, **at(*day))

    assert [code for code in codes_of(ticket) if code == "D304"] == codes


def test_guardian_satisfies_d304_and_a_dangling_one_is_not_judged() -> None:
    minor = against(birth_date=date(2010, 1, 1))

    assert codes_of(replace(minor, guardian=GUARDIAN)) == []
    assert codes_of(minor, broken=("guardian",)) == []


def test_no_guardian_is_needed_in_washington_nor_on_criminal_and_parking_tickets() -> None:
    minor = a_person(birth_date=date(2010, 1, 1))

    for ticket in (a_washington_citation, a_criminal_citation, a_parking_ticket):
        assert codes_of(ticket(defendant=minor)) == []


@pytest.mark.parametrize("half", [{"license_state": None}, {"license_number": None}])
def test_half_a_licence_gets_d306(half: dict[str, None]) -> None:
    assert fields_of(against(**half), "D306") == ["citation.defendant.license_state"]
    assert codes_of(a_parking_ticket(defendant=a_person(**half))) == ["D306"]


def test_person_without_birth_date_and_licence_gets_d307() -> None:
    unknown = a_person(birth_date=None, license_number=None, license_state=None)

    assert codes_of(a_citation(defendant=unknown)) == ["D307"]
    assert codes_of(a_parking_ticket(defendant=unknown)) == []
    assert codes_of(against(birth_date=None)) == []


def test_organisation_needs_no_birth_date() -> None:
    assert codes_of(an_organization_citation()) == []


@pytest.mark.parametrize(
    ("is_commercial", "license_class", "codes"),
    [
        (True, "D", ["D308"]),
        (True, "M", ["D308"]),
        (True, "A", []),
        (True, "C", []),
        (True, None, []),
        (False, "D", []),
        (None, "D", []),
    ],
)
def test_commercial_licence_is_of_class_a_b_or_c(
    is_commercial: bool | None,  # noqa: FBT001
    license_class: str | None,
    codes: list[str],
) -> None:
    assert codes_of(against(cdl=is_commercial, license_class=license_class)) == codes


@pytest.mark.parametrize(
    ("state", "postal_code", "codes"),
    [
        ("VT", "05401", []),
        ("VT", "05401-1122", []),
        ("VT", "054011122", ["D309"]),
        ("VT", "5401", ["D309"]),
        ("VT", "H2X 1Y4", ["D309"]),
        ("PR", "00901", []),
        ("QC", "H2X 1Y4", []),
        ("QC", "H2X1Y4", []),
        ("QC", "H2X-1Y4", ["D309"]),
        ("QC", "05401", ["D309"]),
        ("QC", "2HX 1Y4", ["D309"]),
        ("NU", "X0A 0H0", []),
    ],
)
def test_postal_code_has_the_form_of_its_country(
    state: str, postal_code: str, codes: list[str]
) -> None:
    address = an_address(state=state, postal_code=postal_code)

    assert codes_of(against(address=address)) == codes


def test_postal_code_of_the_guardian_is_checked_too() -> None:
    guardian = replace(GUARDIAN, address=Address(state="QC", postal_code="05401"))

    assert fields_of(a_citation(guardian=guardian), "D309") == [
        "citation.guardian.address.postal_code"
    ]


def test_postal_code_without_state_is_not_checked() -> None:
    address = an_address(state=None, postal_code="H2X 1Y4")

    assert codes_of(a_parking_ticket(defendant=a_person(address=address))) == []


@pytest.mark.parametrize(
    ("status", "text", "codes"),
    [
        ("not_active_duty", None, []),
        ("under_17", None, []),
        ("other", "synthetic reason", []),
        ("other", None, ["D311"]),
        (None, None, ["D311"]),
        (None, "synthetic reason", ["D311"]),
    ],
)
def test_a_person_makes_one_relief_statement(
    status: str | None, text: str | None, codes: list[str]
) -> None:
    assert codes_of(a_citation(relief_status=status, relief_text=text)) == codes


def test_no_relief_statement_is_needed_of_organisations_crimes_and_washington() -> None:
    for ticket in (an_organization_citation, a_criminal_citation, a_washington_citation):
        assert codes_of(ticket(relief_status=None)) == []


@pytest.mark.parametrize("nobody", [None, Party(kind="person", first_name="Tango")])
def test_organisation_without_named_recipient_gets_d312(nobody: Party | None) -> None:
    assert codes_of(an_organization_citation(recipient=nobody)) == ["D312"]


def test_dangling_recipient_is_not_judged() -> None:
    org = an_organization_citation(recipient=None)

    assert codes_of(org, broken=("recipient",)) == []


@pytest.mark.parametrize(
    ("way", "codes"),
    [
        ("in_hand", []),
        ("mailed", []),
        ("organization", ["D313"]),
        ("vehicle", ["D313"]),
        (None, ["D313"]),
    ],
)
def test_service_fits_a_person(way: str | None, codes: list[str]) -> None:
    assert codes_of(a_citation(served_by=way)) == codes


def test_service_fits_organisation_and_parking() -> None:
    assert codes_of(an_organization_citation(served_by="in_hand")) == []
    assert codes_of(an_organization_citation(served_by="vehicle")) == ["D313"]
    assert codes_of(a_parking_ticket(served_by="in_hand")) == []
    assert codes_of(a_parking_ticket(served_by=None)) == ["D313"]


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"last_name": None}, "last_name"),
        ({"first_name": None}, "first_name"),
        ({"address": None}, "street, city, state, postal_code"),
        ({"address": an_address(city=None, postal_code=None)}, "city, postal_code"),
    ],
)
def test_incomplete_person_gets_d314_and_hears_what_is_missing(
    changes: dict[str, Any], missing: str
) -> None:
    incomplete = a_person(**changes)
    (found,) = findings_of(a_citation(defendant=incomplete))

    assert (found.code, found.field) == ("D314", "citation.defendant")
    assert found.hint.endswith(f"Missing: {missing}.")
    assert codes_of(a_parking_ticket(defendant=incomplete)) == []


def test_organisation_without_name_gets_d314() -> None:
    nameless = an_organization(organization_name=None)

    assert codes_of(an_organization_citation(defendant=nameless)) == ["D314"]


def test_tracs_guardian_and_recipient_need_both_names() -> None:
    half = Party(kind="person", last_name="Elderson")

    assert fields_of(a_citation(guardian=half), "D314") == ["citation.guardian"]
    assert fields_of(an_organization_citation(recipient=half), "D314") == ["citation.recipient"]
    assert codes_of(a_citation(guardian=Party(kind="person"))) == ["D314"]


def test_sector_recipient_needs_only_a_surname() -> None:
    delivered = a_washington_citation(
        defendant=an_organization(), recipient=Party(kind="person", last_name="Takewell")
    )

    assert codes_of(delivered) == []

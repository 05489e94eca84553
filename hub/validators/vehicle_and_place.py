"""Family N: vehicle, plate, town and court."""

from collections.abc import Iterator

from hub.domain.citation import Citation
from hub.domain.criteria import finding
from hub.domain.findings import Finding
from hub.domain.judgement import Record
from hub.profiles.code_lists import CODE_LISTS
from hub.validators.case import Case
from hub.validators.vin import has_right_check_digit, is_standard, is_vin

_MAKES = frozenset(CODE_LISTS["MAKE"].values)


def vin_has_its_form(case: Case[Record]) -> Iterator[Finding]:
    """N601: 17 characters without I, O, Q; before 1981 any 5 to 17 characters.

    Source: 49 CFR 565; criteria, catalogue.
    """
    for field, vehicle in case.vehicles:
        if vehicle.vin and not is_vin(vehicle.vin, vehicle.model_year):
            yield finding("N601", f"{field}.vin")


def vin_has_right_check_digit(case: Case[Record]) -> Iterator[Finding]:
    """N602: the ninth character of a well-formed VIN from 1981 on is its check digit.

    Source: 49 CFR 565; criteria, catalogue.
    """
    for field, vehicle in case.vehicles:
        vin, year = vehicle.vin, vehicle.model_year
        if vin is None or not is_standard(year) or not is_vin(vin, year):
            continue
        if not has_right_check_digit(vin):
            yield finding("N602", f"{field}.vin")


def plate_has_number_and_state(case: Case[Record]) -> Iterator[Finding]:
    """N603: plate number and plate state stand together. Source: criteria, catalogue."""
    for field, vehicle in case.vehicles:
        if (vehicle.plate_number is None) != (vehicle.plate_state is None):
            yield finding("N603", f"{field}.plate_state")


def municipality_is_valid(case: Case[Record]) -> Iterator[Finding]:
    """N607: the town is known and was valid on the day of the violation or crash.

    Source: criteria, catalogue.
    """
    location = case.record.location
    code = location.municipality_code if location else None
    if code and not case.reference.municipality_on(case.record.state, code, case.event_day):
        yield finding("N607", case.field("location.municipality_code"), code=code)


def court_takes_ticket(case: Case[Citation]) -> Iterator[Finding]:
    """N608: the court is known, valid on the issue date, and takes this kind of ticket.

    Source: criteria, catalogue.
    """
    record = case.record
    court = case.reference.court_on(record.state, record.court_code, case.issue_day)
    if court is None or record.document_kind not in court.kinds:
        yield finding("N608", "citation.court_code", code=record.court_code)


def make_is_listed(case: Case[Record]) -> Iterator[Finding]:
    """N609: the make is in the hub's list. Source: NCIC VMA; canonical, MAKE; criteria."""
    for field, vehicle in case.vehicles:
        if vehicle.make_code and vehicle.make_code not in _MAKES:
            yield finding("N609", f"{field}.make_code", code=vehicle.make_code)

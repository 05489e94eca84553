"""Family A: the agency may send, the officer may issue."""

from collections.abc import Iterator

from hub.domain.criteria import finding
from hub.domain.findings import Finding
from hub.domain.judgement import Record
from hub.domain.reference import is_valid
from hub.validators.case import Case
from hub.validators.names import is_same_name


def agency_is_known(case: Case[Record]) -> Iterator[Finding]:
    """A201: the agency is in the register. Source: criteria, catalogue."""
    if case.agency is None:
        record = case.record
        yield finding(
            "A201", case.field("agency_code"), agency=record.agency_code, state=record.state
        )


def agency_was_valid(case: Case[Record]) -> Iterator[Finding]:
    """A202: the agency's code was valid on the issue date. Source: criteria, catalogue."""
    if case.agency and not is_valid(case.agency, case.issue_day):
        yield finding(
            "A202",
            case.field("agency_code"),
            agency=case.record.agency_code,
            date=case.issue_day,
        )


def sender_may_send_for_agency(case: Case[Record]) -> Iterator[Finding]:
    """A203: the agency sends through this source and is on the client's list.

    Source: criteria, catalogue; reference tables, clients.csv.
    """
    if case.sender is None or case.agency is None:
        return
    listed = case.sender.agencies
    is_listed = listed is None or case.record.agency_code in listed
    if case.agency.channel != case.record.source or not is_listed:
        yield finding("A203", case.field("agency_code"), agency=case.record.agency_code)


def officer_is_known(case: Case[Record]) -> Iterator[Finding]:
    """A205: the officer is in the register of the state. Source: criteria, catalogue."""
    record = case.record
    if (record.state, record.officer_id) not in case.reference.officers:
        yield finding(
            "A205", case.field("officer_id"), officer=record.officer_id, state=record.state
        )


def officer_belongs_to_agency(case: Case[Record]) -> Iterator[Finding]:
    """A206: the officer is registered for this agency. Source: criteria, catalogue."""
    if case.officer is None:
        record = case.record
        yield finding(
            "A206",
            case.field("officer_id"),
            officer=record.officer_id,
            agency=record.agency_code,
        )


def officer_has_begun(case: Case[Record]) -> Iterator[Finding]:
    """A207: the officer's begin date is reached on the issue date. Source: criteria, catalogue."""
    officer = case.officer
    if officer and officer.begin_date and case.issue_day < officer.begin_date:
        yield finding(
            "A207",
            case.field("officer_id"),
            officer=officer.officer_id,
            date=officer.begin_date,
        )


def officer_is_in_service(case: Case[Record]) -> Iterator[Finding]:
    """A208: the officer was neither suspended nor inactive on the issue date.

    Both count from `status_from`; before it the officer counts as approved.
    Source: criteria, catalogue; reference tables, officers.csv.
    """
    officer = case.officer
    if officer is None or officer.status not in ("suspended", "inactive"):
        return
    if officer.status_from is None or officer.status_from <= case.issue_day:
        yield finding(
            "A208",
            case.field("officer_id"),
            officer=officer.officer_id,
            status=officer.status,
            date=case.issue_day,
        )


def officer_name_is_registered(case: Case[Record]) -> Iterator[Finding]:
    """A209: the officer's last name is that of the register. Source: criteria, catalogue."""
    given, officer = case.record.officer_last_name, case.officer
    if given and officer and not is_same_name(given, officer.last_name):
        yield finding("A209", case.field("officer_last_name"))


def officer_is_not_monitored(case: Case[Record]) -> Iterator[Finding]:
    """A210: the court looks at the tickets of a monitored officer.

    A pending officer whose begin date is reached counts as monitored.
    Source: criteria, catalogue; reference tables, officers.csv.
    """
    officer = case.officer
    if officer is None:
        return
    has_begun = officer.begin_date is None or officer.begin_date <= case.issue_day
    if officer.status == "monitored" or (officer.status == "pending" and has_begun):
        yield finding("A210", case.field("officer_id"), officer=officer.officer_id)


def ori_belongs_to_agency(case: Case[Record]) -> Iterator[Finding]:
    """A211: the ORI given is that of the agency. Source: criteria, catalogue."""
    given, agency = case.record.agency_ori, case.agency
    if given and agency and given != agency.ori:
        yield finding("A211", case.field("agency_ori"), agency=agency.agency_code)

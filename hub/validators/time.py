"""Family T: the order of events, lateness, and the dates to answer or appear."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from hub.domain.citation import Citation
from hub.domain.criteria import finding
from hub.domain.findings import Finding
from hub.domain.judgement import Record
from hub.validators.case import Case

CLOCK_TOLERANCE = timedelta(minutes=10)
"""How far the clock of a sender may be ahead. Source: criteria, T502."""

UPLOAD_WITHIN = timedelta(hours=48)
"""How long after issue a ticket is in time. Source: criteria, T503."""


def events_are_in_order(case: Case[Record]) -> Iterator[Finding]:
    """T501: issue, arrival and report are not before the violation or crash.

    Source: criteria, catalogue.
    """
    if case.event_field in case.broken:
        return
    for name, at in _later_events(case):
        if at is not None and at < case.event_at and name not in case.broken:
            yield finding("T501", case.field(name))


def issue_is_not_in_future(case: Case[Record]) -> Iterator[Finding]:
    """T502: issued at most ten minutes after receipt, by the sender's clock.

    Source: criteria, catalogue.
    """
    if case.issue_field in case.broken:
        return
    if case.issued_at - case.received_at > CLOCK_TOLERANCE:
        yield finding("T502", case.field(case.issue_field))


def upload_is_in_time(case: Case[Citation]) -> Iterator[Finding]:
    """T503: received within 48 hours of issue. Source: criteria, catalogue."""
    if "issued_at" in case.broken:
        return
    if case.received_at - case.issued_at > UPLOAD_WITHIN:
        yield finding("T503", "citation.issued_at")


def deadlines_follow_issue(case: Case[Citation]) -> Iterator[Finding]:
    """T505: answer date after the day of issue, appearance after the time of issue.

    Source: criteria, catalogue.
    """
    record = case.record
    if record.answer_by and record.answer_by <= case.issue_day:
        yield finding("T505", "citation.answer_by")
    if record.appearance_at is None or not case.broken.isdisjoint(("issued_at", "appearance_at")):
        return
    if record.appearance_at <= case.issued_at:
        yield finding("T505", "citation.appearance_at")


def answer_date_is_statutory(case: Case[Citation]) -> Iterator[Finding]:
    """T506: the answer date is the issue date and the days of the law.

    Source: 4 V.S.A. 1105; ESSB 5226; criteria, catalogue.
    """
    record = case.record
    if record.answer_by is None:
        return
    way = "mailed" if record.served_by == "mailed" else "in_hand"
    rule = case.reference.rule_on(record.state, f"answer_days_{way}", case.issue_day)
    if rule is None:
        return
    right = case.issue_day + timedelta(days=int(rule.value))
    if record.answer_by != right:
        yield finding("T506", "citation.answer_by", days=int(rule.value)).hinting(
            f"The rules give {right}."
        )


def deadline_is_given(case: Case[Citation]) -> Iterator[Finding]:
    """T509: an infraction has a date to answer, a criminal citation a day in court.

    Source: criteria, catalogue.
    """
    record = case.record
    if record.document_kind == "infraction" and record.answer_by is None:
        yield finding("T509", "citation.answer_by")
    has_no_appearance = record.appearance_at is None and "appearance_at" not in case.broken
    if record.document_kind == "criminal" and has_no_appearance:
        yield finding("T509", "citation.appearance_at")


def _later_events(case: Case[Record]) -> Iterator[tuple[str, datetime | None]]:
    if not isinstance(case.record, Citation):
        yield "arrived_at", case.record.arrived_at
    yield case.issue_field, case.issued_at

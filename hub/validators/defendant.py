"""Family D: the defendant, the guardian, the recipient, and how the ticket was served."""

import re
from collections.abc import Iterator
from datetime import date

from hub.domain.citation import Citation
from hub.domain.criteria import finding
from hub.domain.findings import Finding
from hub.domain.places import Party
from hub.validators.case import Case

_ADULT_YEARS = 18
_COMMERCIAL_CLASSES = frozenset("ABC")
_PROVINCES = frozenset(
    ("AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT")
)
_ZIP = re.compile(r"[0-9]{5}(-[0-9]{4})?")
_CANADIAN = re.compile(r"[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]")


def defendant_is_one_party(case: Case[Citation]) -> Iterator[Finding]:
    """D301: exactly one person or one organisation; a parking ticket may have none.

    Source: criteria, catalogue.
    """
    if "defendant" in case.broken:
        return
    party = case.record.defendant
    is_missing = _is_empty(party) and case.record.document_kind != "parking"
    if is_missing or _is_two_parties(party):
        yield finding("D301", "citation.defendant")


def birth_precedes_violation(case: Case[Citation]) -> Iterator[Finding]:
    """D302: the defendant was born before the day of the violation. Source: criteria, catalogue."""
    party = case.record.defendant
    if party and party.birth_date and party.birth_date >= case.event_day:
        yield finding("D302", "citation.defendant.birth_date")


def minor_has_guardian(case: Case[Citation]) -> Iterator[Finding]:
    """D304: a defendant under 18 on the day of the violation has a parent or guardian.

    Source: Vermont form; criteria, catalogue.
    """
    person = _person(case)
    if person is None or case.record.guardian or "guardian" in case.broken:
        return
    if person.birth_date and _is_minor(person.birth_date, case.event_day):
        yield finding("D304", "citation.guardian")


def licence_has_number_and_state(case: Case[Citation]) -> Iterator[Finding]:
    """D306: licence number and licence state stand together. Source: criteria, catalogue."""
    party = case.record.defendant
    if party and (party.license_number is None) != (party.license_state is None):
        yield finding("D306", "citation.defendant.license_state")


def person_can_be_identified(case: Case[Citation]) -> Iterator[Finding]:
    """D307: a person has a birth date or a licence number. Source: criteria, catalogue."""
    person = _person(case)
    if person and person.birth_date is None and person.license_number is None:
        yield finding("D307", "citation.defendant.birth_date")


def commercial_licence_fits_class(case: Case[Citation]) -> Iterator[Finding]:
    """D308: a commercial licence is of class A, B or C. Source: D20; criteria, catalogue."""
    party = case.record.defendant
    if party is None or not party.cdl or party.license_class is None:
        return
    if party.license_class not in _COMMERCIAL_CLASSES:
        yield finding("D308", "citation.defendant.license_class")


def postal_code_fits_state(case: Case[Citation]) -> Iterator[Finding]:
    """D309: a ZIP code in the United States, a Canadian one in a province.

    Source: criteria, catalogue; canonical, section 1 (the space of a Canadian code may lack).
    """
    parties = (("defendant", case.record.defendant), ("guardian", case.record.guardian))
    for name, party in parties:
        address = party.address if party else None
        if address is None or address.state is None or address.postal_code is None:
            continue
        form = _CANADIAN if address.state in _PROVINCES else _ZIP
        if not form.fullmatch(address.postal_code):
            yield finding("D309", f"citation.{name}.address.postal_code")


def relief_statement_is_given(case: Case[Citation]) -> Iterator[Finding]:
    """D311: a person makes exactly one Civil Relief Act statement, "other" with its text.

    Source: Vermont form; criteria, catalogue.
    """
    status = case.record.relief_status
    is_unexplained = status == "other" and not case.record.relief_text
    if _person(case) and (status is None or is_unexplained):
        yield finding("D311", "citation.relief_status")


def organization_has_recipient(case: Case[Citation]) -> Iterator[Finding]:
    """D312: a named person took delivery for an organisation.

    A recipient without surname counts as none. Source: Vermont form; criteria, catalogue.
    """
    party, recipient = case.record.defendant, case.record.recipient
    if party is None or party.kind != "organization" or "recipient" in case.broken:
        return
    if recipient is None or not recipient.last_name:
        yield finding("D312", "citation.recipient")


def service_fits_defendant(case: Case[Citation]) -> Iterator[Finding]:
    """D313: one way of service; "organization" not for persons, "vehicle" only for parking.

    Source: criteria, catalogue.
    """
    way = case.record.served_by
    is_misplaced = (way == "organization" and _person(case)) or (
        way == "vehicle" and case.record.document_kind != "parking"
    )
    if way is None or is_misplaced:
        yield finding("D313", "citation.served_by")


def parties_are_complete(case: Case[Citation]) -> Iterator[Finding]:
    """D314: the defendant has name and mailing address; TraCS guardian and recipient a name.

    Source: criteria, catalogue.
    """
    for name, missing in _missing_parts(case.record):
        if missing:
            yield finding("D314", f"citation.{name}").hinting(f"Missing: {', '.join(missing)}.")


def _person(case: Case[Citation]) -> Party | None:
    """The defendant, if a person."""
    party = case.record.defendant
    return party if party and party.kind == "person" else None


def _has_personal_name(party: Party) -> bool:
    return party.last_name is not None or party.first_name is not None


def _is_empty(party: Party | None) -> bool:
    return party is None or (
        party.kind is None and not _has_personal_name(party) and not party.organization_name
    )


def _is_two_parties(party: Party | None) -> bool:
    return party is not None and party.organization_name is not None and _has_personal_name(party)


def _is_minor(birth: date, day: date) -> bool:
    """Whether the 18th birthday is still to come; 29 February falls on 1 March."""
    return (day.year - _ADULT_YEARS, day.month, day.day) < (birth.year, birth.month, birth.day)


def _missing_parts(citation: Citation) -> Iterator[tuple[str, list[str]]]:
    party = citation.defendant
    if party and party.kind:
        is_person = party.kind == "person"
        names = ("last_name", "first_name") if is_person else ("organization_name",)
        parts = ("street", "city", "state", "postal_code")
        yield "defendant", [*_missing(party, names), *_missing(party.address, parts)]
    if citation.source != "tracs":
        return
    if citation.guardian:
        yield "guardian", _missing(citation.guardian, ("last_name", "first_name"))
    if citation.recipient and citation.recipient.last_name:
        yield "recipient", _missing(citation.recipient, ("first_name",))


def _missing(part: object, names: tuple[str, ...]) -> list[str]:
    return [name for name in names if getattr(part, name, None) is None]

"""What is known of a shipment, under the names that the table's second column uses.

Names are those of the canonical record (`defendant.address.city`); the derived ones:
`message_id`, `posted_at`, `pdf` (bytes), `case_title`, `statement`, `agency_name`, `court_name`,
`officer_name`, `location.town`, `location.state`, and `named_person` (an organisation's ticket that
names a person too). `violations` is a list of facts, one for each violation.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any

from hub.domain.citation import Citation
from hub.domain.delivery import Shipment
from hub.domain.reference import Reference

_PARTS = (
    "defendant",
    "defendant.address",
    "guardian",
    "guardian.address",
    "recipient",
    "recipient.address",
    "vehicle",
    "location",
    "speed",
)
_NAMES_A_PERSON = attrgetter(
    "last_name",
    "first_name",
    "middle_name",
    "suffix",
    "birth_date",
    "sex",
    "height_inches",
    "weight_pounds",
    "hair_code",
    "eye_code",
    "race_code",
    "license_number",
    "license_state",
    "license_class",
    "fish_wildlife_number",
)


def _is_organization(citation: Citation) -> bool:
    return citation.defendant is not None and citation.defendant.kind == "organization"


CONDITIONS: Mapping[str, Callable[[Citation], bool]] = {
    "person": lambda citation: not _is_organization(citation),
    "organization": _is_organization,
    "guardian": lambda citation: citation.guardian is not None,
    "recipient": lambda citation: citation.recipient is not None,
    "driving": lambda citation: citation.document_kind != "parking",
    "parking": lambda citation: citation.document_kind == "parking",
    "appearance": lambda citation: citation.appearance_at is not None,
    "no appearance": lambda citation: citation.appearance_at is None,
}
"""The words of the table's fourth column."""


def facts_of(shipment: Shipment, citation: Citation, reference: Reference) -> dict[str, Any]:
    """Everything the table may ask for; absent values are None or missing."""
    facts: dict[str, Any] = dict(_named("", citation))
    for name in _PARTS:
        part = facts.get(name)
        if part is not None:
            facts.update(_named(f"{name}.", part))
    facts["violations"] = [dict(_named("violations[].", one)) for one in citation.violations]
    facts.update(_names_of_codes(citation, reference))
    facts["-"] = ""
    facts["message_id"] = shipment.message_id
    facts["posted_at"] = shipment.posted_at
    facts["pdf"] = shipment.attachment
    facts["attachment.sha256"] = citation.attachment and citation.attachment.sha256
    facts["case_title"] = _case_title(citation)
    facts["statement"] = _statement(citation)
    facts["officer_name"] = _name(citation.officer_first_name, citation.officer_last_name)
    if _is_organization(citation) and any(
        value is not None for value in _NAMES_A_PERSON(citation.defendant)
    ):
        facts["named_person"] = True
    return facts


def _names_of_codes(citation: Citation, reference: Reference) -> dict[str, str]:
    """Names from the register as valid that day; the code itself where the register has none."""
    state = citation.state
    issued_on, violated_on = citation.issued_at.date(), citation.violation_at.date()
    agency = reference.agency_on(state, citation.agency_code, issued_on)
    court = reference.court_on(state, citation.court_code, issued_on)
    names = {
        "agency_name": agency.name if agency else citation.agency_code,
        "court_name": court.name if court else citation.court_code,
    }
    if citation.location is None:
        return names
    names["location.state"] = state
    town_code = citation.location.municipality_code
    if town_code is not None:
        town = reference.municipality_on(state, town_code, violated_on)
        names["location.town"] = town.name if town else town_code
    return names


def _case_title(citation: Citation) -> str:
    party = citation.defendant
    if party is None:
        return "State of Vermont v. registered owner"
    if party.kind == "organization":
        return f"State of Vermont v. {party.organization_name or 'organization'}"
    return f"State of Vermont v. {_name(party.first_name, party.last_name) or 'unknown'}"


def _statement(citation: Citation) -> str | None:
    """What happened: the ticket's own narrative, else those of its violations."""
    if citation.narrative is not None:
        return citation.narrative
    narratives = [one.narrative for one in citation.violations if one.narrative is not None]
    return "; ".join(dict.fromkeys(narratives)) or None


def _name(*parts: str | None) -> str | None:
    return " ".join([part for part in parts if part]) or None


def _named(prefix: str, part: Any) -> Iterable[tuple[str, Any]]:
    """The part's values under their canonical names."""
    names, values_of = _columns(prefix, part.__class__)
    return zip(names, values_of(part), strict=True)


@cache
def _columns(prefix: str, kind: type[Any]) -> tuple[list[str], Callable[[Any], Iterable[Any]]]:
    names = [one.name for one in fields(kind)]
    return [prefix + name for name in names], attrgetter(*names)

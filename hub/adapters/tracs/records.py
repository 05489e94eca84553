"""The canonical records of a form, from the typed values that the walker read.

Where a field of the table has a name in the record of its own, the table says so; only what takes
more than one field, or another spelling, is said here. Source: profiles "tracs", last columns;
"canonical", sections 1 and 2.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from hub.domain.citation import Citation, Speed, Violation
from hub.domain.collision import CollisionPerson, CollisionReport, CollisionUnit
from hub.domain.places import Address, Attachment, Location, Party, Vehicle
from hub.profiles import PROFILES
from hub.profiles.walker import Node

_PROFILE = PROFILES["tracs"]
_DOCUMENT_KINDS = {"VCVC": "infraction", "CRIM": "criminal", "PARK": "parking"}
_PARTY_KINDS = {"P": "person", "O": "organization"}
_SPEED_DEVICES = {"R": "radar", "L": "laser", "P": "pace", "V": "visual"}
_SERVICE = {
    "InHand": "in_hand",
    "USMail": "mailed",
    "DeliveredToOrganization": "organization",
}
_RELIEF = {
    "NotActiveDuty": "not_active_duty",
    "Under17": "under_17",
    "CivilReliefOther": "other",
}
_INCHES_PER_FOOT = 12

_NAME = {"last_name", "first_name"}
_ADDRESS = {"address.street", "address.city", "address.state", "address.postal_code"}
_PARTY_FIELDS: Mapping[str, set[str]] = {
    "guardian": _NAME | _ADDRESS,
    "recipient": _NAME,
    "person": _NAME
    | _ADDRESS
    | {"kind", "middle_name", "suffix", "organization_name", "birth_date", "sex"}
    | {"license_number", "license_state", "license_class", "cdl"},
}
"""What the record keeps of a party that is not the defendant."""


class Walked(Protocol):
    """A part as the walker read it."""

    node: Node


Shared = Mapping[str, Walked]
"""The parts a form refers to, by their name in the record."""


def citation(form: Node, shared: Shared, instants: Mapping[str, datetime]) -> Citation:
    """The ticket of a `Form`."""
    values = form.values
    kind = _DOCUMENT_KINDS[values["@FormType"]]
    fields: dict[str, Any] = {
        **form.given(),
        **instants,
        "document_kind": kind,
        "served_by": _served_by(values, kind),
        "relief_status": _only_ticked(values, _RELIEF),
        "defendant": _party(shared, "defendant"),
        "guardian": _party(shared, "guardian"),
        "recipient": _party(shared, "recipient"),
        "vehicle": _vehicle(shared, "vehicle"),
        "location": _location(shared),
        "speed": _speed(form),
        "violations": (Violation(sequence=1, **form.given("violations[1]")),),
        "attachment": attachment(values),
    }
    return Citation(source=_PROFILE.source, state=_PROFILE.state, **fields)


def collision_report(
    form: Node, shared: Shared, instants: Mapping[str, datetime]
) -> CollisionReport:
    """The report of a `CrashForm`."""
    units = form.nodes("Unit")
    fields: dict[str, Any] = {
        **form.given(),
        **instants,
        "location": _location(shared),
        "units": tuple(_unit(unit, shared) for unit in units),
        "persons": tuple(
            _person(person, unit, shared) for unit in units for person in unit.nodes("Person")
        ),
        "attachment": attachment(form.values),
    }
    return CollisionReport(source=_PROFILE.source, state=_PROFILE.state, **fields)


def attachment(values: Mapping[str, Any]) -> Attachment | None:
    """The printed form's mark in the record."""
    pdf = values.get("FormPDF")
    return None if pdf is None else Attachment(hashlib.sha256(pdf).hexdigest())


def _party(shared: Shared, role: str) -> Party | None:
    part = shared.get(role)
    if part is None:
        return None
    node = part.node
    kept = _PARTY_FIELDS.get(role.rpartition(".")[2])
    party = {
        **node.given(),
        "kind": _PARTY_KINDS[node.values["IndividualType"]],
        "height_inches": _height_inches(node.values),
    }
    if kept is not None:
        party = {name: value for name, value in party.items() if name in kept}
    has_address = kept is None or "address.street" in kept
    address = node.given("address") if has_address else {}
    return Party(**party, address=Address(**address) if address else None)


def _vehicle(shared: Shared, role: str) -> Vehicle | None:
    part = shared.get(role)
    return None if part is None else Vehicle(**part.node.given())


def _location(shared: Shared) -> Location | None:
    part = shared.get("location")
    return None if part is None else Location(**part.node.given())


def _speed(form: Node) -> Speed | None:
    speed = form.given("speed")
    if "device" in speed:
        speed["device"] = _SPEED_DEVICES[speed["device"]]
    return Speed(**speed) if speed else None


def _unit(node: Node, shared: Shared) -> CollisionUnit:
    vehicle = _vehicle(shared, f"units[{node.index}].vehicle")
    return CollisionUnit(**{**node.given("units[]"), "vehicle": vehicle})


def _person(node: Node, unit: Node, shared: Shared) -> CollisionPerson:
    given = {**node.given("persons[]"), "person": _party(shared, f"persons[{node.index}].person")}
    return CollisionPerson(unit_number=unit.values["@UnitNumber"], **given)


def _served_by(values: Mapping[str, Any], kind: str) -> str | None:
    """The one way ticked; a parking ticket with none was left on the vehicle."""
    if kind == "parking" and not any(values[name] for name in _SERVICE):
        return "vehicle"
    return _only_ticked(values, _SERVICE)


def _only_ticked(values: Mapping[str, Any], meanings: Mapping[str, str]) -> str | None:
    ticked = [meaning for name, meaning in meanings.items() if values.get(name)]
    return ticked[0] if len(ticked) == 1 else None


def _height_inches(values: Mapping[str, Any]) -> int | None:
    """Feet and inches in inches; inches without feet say nothing."""
    feet: int | None = values.get("HeightFeet")
    inches: int = values.get("HeightInches", 0)
    return None if feet is None else feet * _INCHES_PER_FOOT + inches

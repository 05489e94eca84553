"""A copy of each Vermont ticket from TraCS for the police's records system, Spillman.

The XML is our own and says the canonical record word for word: every element is named like its
field, a list stands in an element of its name (`violations`) with one element (`violation`) for
each item, absent fields are left out. Beside the record stand, as attributes of the root, the ids
of message and document, the version and when the hub received it; and the printed form in base64.
Nothing of the record has no place here.

Source: public interface, "Where documents go"; `xsd/rms-spillman/1.0/rms-spillman.xsd`, which
`schema.py` makes from the same dataclasses.
"""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from hub.domain.citation import Citation
from hub.domain.delivery import Shipment
from hub.domain.judgement import DocumentRecord
from hub.domain.reference import Reference
from hub.ports import Route
from hub.routes.rms_spillman.schema import FORM, NAMESPACE, ROOT, item_name

DESTINATION = "rms.spillman"
_KINDS = frozenset({"infraction", "criminal", "parking"})


def takes(record: DocumentRecord) -> bool:
    """Vermont infractions, criminal citations and parking tickets that came from TraCS."""
    if not isinstance(record, Citation) or record.document_kind not in _KINDS:
        return False
    return record.state == "VT" and record.source == "tracs"


def render(shipment: Shipment, _: Reference) -> bytes:
    """The copy, UTF-8. The same shipment gives the same bytes."""
    form = _element(FORM, b64encode(shipment.attachment).decode()) if shipment.attachment else ""
    body = "".join(_members(shipment.record))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{ROOT} xmlns="{NAMESPACE}"'
        f' message_id="{shipment.message_id}" document_id="{shipment.document_id}"'
        f' version="{shipment.version}" received_at="{shipment.posted_at.isoformat()}">'
        f"{body}{form}</{ROOT}>"
    ).encode()


def _members(record: Any) -> Iterator[str]:
    """An element for each field that has a value, in the record's order."""
    for field in fields(record):
        value = getattr(record, field.name)
        if isinstance(value, tuple) and value:
            items = [_element(item_name(type(item)), "".join(_members(item))) for item in value]
            yield _element(field.name, "".join(items))
        elif is_dataclass(value):
            yield _element(field.name, "".join(_members(value)))
        elif value is not None and value != ():
            yield _element(field.name, escape(_text(value), {"\r": "&#13;"}))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _element(name: str, content: str) -> str:
    return f"<{name}>{content}</{name}>"


ROUTE = Route(destination=DESTINATION, takes=takes, render=render)

"""The XSD of the copy for Spillman, made from the canonical dataclasses. XSD 1.0.

A type for each dataclass, an element for each field in its order; a field with a default may be
absent. A test holds `xsd/rms-spillman/1.0/rms-spillman.xsd` to it.
"""

from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, get_args, get_origin, get_type_hints

from hub.domain.citation import Citation

NAMESPACE = "urn:citation-hub:rms-spillman:1.0"
ROOT = "citation_copy"
FORM = "printed_form"

_SIMPLE = {
    str: "string",
    int: "int",
    bool: "boolean",
    Decimal: "decimal",
    date: "date",
    datetime: "dateTime",
}
_HEAD = f"""<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="{NAMESPACE}"
    targetNamespace="{NAMESPACE}" elementFormDefault="qualified">
  <xs:annotation>
    <xs:documentation>A Vermont ticket as the citation hub keeps it, copied to the records system
      of the police. Elements are named like the fields of the canonical record; instants carry the
      local offset, amounts are decimal dollars, what is unknown is left out.</xs:documentation>
  </xs:annotation>
  <xs:element name="{ROOT}">
    <xs:complexType>
      <xs:complexContent>
        <xs:extension base="Citation">
          <xs:sequence>
            <xs:element name="{FORM}" type="xs:base64Binary" minOccurs="0"/>
          </xs:sequence>
          <xs:attribute name="message_id" type="xs:string" use="required"/>
          <xs:attribute name="document_id" type="xs:string" use="required"/>
          <xs:attribute name="version" type="xs:positiveInteger" use="required"/>
          <xs:attribute name="received_at" type="xs:dateTime" use="required"/>
        </xs:extension>
      </xs:complexContent>
    </xs:complexType>
  </xs:element>
"""


def schema_text() -> str:
    """The text of `xsd/rms-spillman/1.0/rms-spillman.xsd`."""
    types = "".join(_complex_type(record) for record in _records(Citation))
    return f"{_HEAD}{types}</xs:schema>\n"


def item_name(record: type) -> str:
    """The element of one item in a list: the record's name in small letters."""
    return record.__name__.lower()


def _records(record: Any, known: tuple[type, ...] = ()) -> tuple[type, ...]:
    """The dataclass and all it is made of, each once."""
    known = (*known, record)
    for _, kind, _ in _members(record):
        if is_dataclass(kind) and kind not in known:
            known = _records(kind, known)
    return known


def _members(record: Any) -> Iterator[tuple[Field[Any], Any, bool]]:
    """Each field with the type of its value, or of its items, and whether it is a list."""
    hints = get_type_hints(record)
    for field in fields(record):
        hint = hints[field.name]
        is_list = get_origin(hint) is tuple
        inner = [kind for kind in get_args(hint) if kind not in (type(None), ...)]
        yield field, inner[0] if inner else hint, is_list


def _complex_type(record: type) -> str:
    elements = "".join(_element(*member) for member in _members(record))
    return (
        f'  <xs:complexType name="{record.__name__}">\n    <xs:sequence>\n{elements}'
        "    </xs:sequence>\n  </xs:complexType>\n"
    )


def _element(field: Field[Any], kind: type, is_list: bool) -> str:  # noqa: FBT001 - of one table
    occurs = "" if field.default is MISSING else ' minOccurs="0"'
    type_name = f"xs:{_SIMPLE[kind]}" if kind in _SIMPLE else kind.__name__
    if not is_list:
        return f'      <xs:element name="{field.name}" type="{type_name}"{occurs}/>\n'
    return (
        f'      <xs:element name="{field.name}"{occurs}>\n'
        "        <xs:complexType>\n          <xs:sequence>\n"
        f'            <xs:element name="{item_name(kind)}" type="{type_name}"'
        ' maxOccurs="unbounded"/>\n'
        "          </xs:sequence>\n        </xs:complexType>\n      </xs:element>\n"
    )

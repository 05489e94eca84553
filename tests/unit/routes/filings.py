"""What the court must read out of a citation, worked out from the record alone."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hub.domain.citation import Citation
from hub.domain.delivery import Shipment
from hub.reference import load, shipped_tables
from hub.testing.ecf_reader import Filing

REFERENCE = load(shipped_tables())
POSTED_AT = datetime(2026, 2, 14, 18, 53, tzinfo=UTC)
_PARTIES = ("defendant", "guardian", "recipient")


def a_shipment(citation: Citation, attachment: bytes | None = None) -> Shipment:
    return Shipment("message-1", "document-1", 1, POSTED_AT, citation, attachment)


def values_of(citation: Citation) -> dict[str, Any]:
    """The record's present fields by name, as the values the court should read.

    A party of no stated kind is a person; the ticket's own narrative arrives as its statement.
    """
    values = dict(_flat("", citation))
    values.pop("narrative", None)
    for who in _PARTIES[1:]:
        if values.get(f"{who}.kind") == "person":
            del values[f"{who}.kind"]
    return values


def read_values(filing: Filing, citation: Citation) -> dict[str, Any]:
    """What was read, each text turned into the type of the record's field."""
    wanted = dict(_flat("", citation))
    return {name: _typed(text, wanted.get(name)) for name, text in filing.values.items()}


def statement_of(citation: Citation) -> str | None:
    if citation.narrative is not None:
        return citation.narrative
    stated = [one.narrative for one in citation.violations if one.narrative]
    return "; ".join(dict.fromkeys(stated)) or None


def _flat(prefix: str, part: Any) -> Iterator[tuple[str, Any]]:
    for one in fields(part):
        value = getattr(part, one.name)
        if is_dataclass(value):
            yield from _flat(f"{prefix}{one.name}.", value)
        elif isinstance(value, tuple):
            for number, item in enumerate(value, start=1):
                yield from _flat(f"{prefix}{one.name}[{number}].", item)
        elif value is not None:
            yield prefix + one.name, value.isoformat() if isinstance(value, datetime) else value


def _typed(text: str, like: Any) -> Any:
    match like:
        case bool():
            return {"true": True, "false": False}[text]
        case int():
            return int(text)
        case Decimal():
            return Decimal(text)
        case date():
            return date.fromisoformat(text)
        case _:
            return text

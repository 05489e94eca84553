"""Records as JSON and back, and the fingerprint that tells a duplicate from a repass.

In JSON, names, nesting and types are those of the canonical records: absent fields are left out,
instants are RFC 3339 with the local offset, money is a string of dollars and cents.
Source: profiles "canonical" sections 1, 2 and 6.
"""

import hashlib
import types
from collections.abc import Callable
from dataclasses import is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

import orjson

from hub.domain.citation import Citation
from hub.domain.collision import CollisionReport
from hub.domain.disposition import Disposition
from hub.domain.judgement import DocumentRecord, Kind

FINGERPRINT_VERSION = 1
"""Counts the ways of computing a fingerprint; each stays computable."""

Plain = dict[str, Any]
"""A record as nested dicts, lists and JSON's own values."""

RECORD_TYPES: dict[str, type[DocumentRecord]] = {
    Kind.CITATION: Citation,
    Kind.COLLISION: CollisionReport,
    Kind.DISPOSITION: Disposition,
}

_DOLLARS = frozenset(
    {"penalty_min", "penalty_max", "waiver_amount", "fine", "surcharge", "total", "paid"}
)
# `traffic` follows from the violations and the court's table: a new table must not turn a
# re-export into a repass. The review is the hub's own mark.
_NOT_CONTENT = ("source", "attachment", "traffic", "review_status", "reviewed_by", "reviewed_at")


def to_plain(record: DocumentRecord) -> Plain:
    """The record as JSON's values, absent fields left out."""
    return _plain(record, _local_time)


def encode(record: DocumentRecord) -> bytes:
    """The record as JSON bytes."""
    return orjson.dumps(to_plain(record))


def decode(kind: str, data: bytes | str) -> DocumentRecord:
    """The record that `encode` wrote.

    Raises:
        KeyError: the kind has no canonical record.
    """
    record_type: Any = RECORD_TYPES[kind]
    return cast("DocumentRecord", _decoder(record_type)(orjson.loads(data)))


def fingerprint(record: DocumentRecord) -> str:
    """A hash of what the record says, in lower-case hex.

    Numbers count by value, instants as points in time; order of violations is by sequence, of
    units by number. Source, attachment and what the hub itself adds do not count.
    """
    content = _plain(record, _point_in_time)
    for name in _NOT_CONTENT:
        content.pop(name, None)
    _sort(content, "violations", "sequence")
    _sort(content, "units", "unit_number")
    _sort(content, "charges", "sequence")
    data = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(data).hexdigest()


def _sort(content: Plain, name: str, by: str) -> None:
    if name in content:
        content[name].sort(key=lambda row: row[by])


def _local_time(instant: datetime) -> str:
    return instant.isoformat()


def _point_in_time(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat()


def _plain(record: Any, time: Callable[[datetime], str]) -> Plain:
    plain: Plain = {}
    for name in record.__slots__:
        value = getattr(record, name)
        if value is None or value == ():
            continue
        plain[name] = value if type(value) in _AS_IS else _plain_value(name, value, time)
    return plain


_AS_IS = frozenset({str, int, bool})


def _plain_value(name: str, value: Any, time: Callable[[datetime], str]) -> object:
    if isinstance(value, datetime):
        return time(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:.2f}" if name in _DOLLARS else float(value) + 0.0
    if isinstance(value, tuple):
        return [_plain(item, time) for item in value]
    return _plain(value, time)


Decoder = Callable[[Any], Any]


@cache
def _decoder(kind: Any) -> Decoder:
    """What turns a JSON value into a value of `kind`, built once from the type hints."""
    if is_dataclass(kind):
        return _record_decoder(kind)
    if kind is datetime or kind is date:
        return cast("Decoder", kind.fromisoformat)
    if kind is Decimal:
        return lambda value: Decimal(str(value))
    return lambda value: value


def _record_decoder(kind: Any) -> Decoder:
    parts = {name: _hint_decoder(hint) for name, hint in get_type_hints(kind).items()}
    return lambda plain: kind(**{name: parts[name](value) for name, value in plain.items()})


def _hint_decoder(hint: Any) -> Decoder:
    if get_origin(hint) is tuple:
        item = _decoder(get_args(hint)[0])
        return lambda values: tuple(item(value) for value in values)
    if get_origin(hint) in (Union, types.UnionType):
        return _decoder(next(part for part in get_args(hint) if part is not type(None)))
    return _decoder(hint)

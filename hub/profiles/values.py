"""Types of values: how each is read, described in words, and said in XSD.

A value is read after normalisation, so readers see no white space but single inner spaces.
Source: profiles "README", How to read a field table; Values.
"""

import base64
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any

from hub.profiles.code_lists import CODE_LISTS, CodeList

PDF_CHARACTERS_MAX = 700_000
"""Longest base64 of a printed form."""

RAW_CHARACTERS_MAX = 1_048_576
"""Longest text that is normalised: no document holds a longer one, only what documents share."""

_SPACES = re.compile("[ \t\r\n\u00a0]+")
# Not `\s` and not str.split: they count U+0085 and others as white space, the profiles do not.
_FORBIDDEN = re.compile("[\u0080-\u009f\ue000-\uf8ff\ufffd-\uffff]")


@dataclass(frozen=True, slots=True)
class ValueType:
    """A type of value.

    `read` turns normalised text into the typed value, or raises ValueError: finding `fault`.
    `expected` says in words what is wanted; `base` and `facets` say it in XSD 1.0.
    """

    fault: str
    read: Callable[[str], Any]
    expected: str
    base: str = "xs:token"
    facets: tuple[tuple[str, str], ...] = ()


def normalise(text: str) -> str:
    """Unicode NFC, runs of white space as one space, trimmed.

    A text longer than RAW_CHARACTERS_MAX comes back as it is: it is too long for any field.
    Source: profiles "README", Values.
    """
    if len(text) > RAW_CHARACTERS_MAX:
        return text
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip(" ")


def is_normal(text: str) -> bool:
    """Whether `normalise` would surely change nothing: the quick way for plain ASCII."""
    return (
        text.isascii()
        and text.isprintable()
        and (" " not in text or ("  " not in text and text[0] != " " and text[-1] != " "))
    )


def has_forbidden_character(text: str) -> bool:
    """Whether a character is one that S109 names."""
    return not text.isascii() and _FORBIDDEN.search(text) is not None


def value_type(described: str) -> ValueType:
    """The type a field table names, such as `token /[0-9]{8}/` or `int 0..199`.

    Raises:
        KeyError: the table names a type that nobody defined.
    """
    kind, _, rest = described.partition(" ")
    return _TYPES[kind](rest)


def _text(_: str) -> ValueType:
    return ValueType("S104", str, "free text")


def _token(slashed: str) -> ValueType:
    pattern = slashed.strip("/")
    fits = re.compile(pattern).fullmatch

    def read(text: str) -> str:
        if fits(text) is None:
            raise ValueError
        return text

    return ValueType("S104", read, f"text of the pattern {pattern}", facets=(("pattern", pattern),))


def _code(name: str) -> ValueType:
    codes = CODE_LISTS[name]
    values = frozenset(codes.values)

    def read(text: str) -> str:
        if text not in values and codes.spell(text) is None:
            raise ValueError
        return text

    expected = f"a value of the list {name}: {' '.join(codes.values)}"
    return ValueType("S105", read, expected, facets=_code_facets(codes))


def _code_facets(codes: CodeList) -> tuple[tuple[str, str], ...]:
    if codes.is_ncic:  # the digit 0 is read as letter O, so the schema must let it pass
        return (("pattern", "|".join(codes.values).replace("O", "[O0]")),)
    return tuple(("enumeration", value) for value in codes.values)


_US_DATE = re.compile(r"([0-9]{2})/([0-9]{2})/((?:19|20)[0-9]{2})").fullmatch
_US_CALENDAR = (
    "((0[13578]|1[02])/(0[1-9]|[12][0-9]|3[01])"
    "|(0[469]|11)/(0[1-9]|[12][0-9]|30)"
    "|02/(0[1-9]|1[0-9]|2[0-8]))/(19|20)[0-9]{2}"
    "|02/29/(19(0[48]|[2468][048]|[13579][26])|20([02468][048]|[13579][26]))"
)


def _us_date(_: str) -> ValueType:
    def read(text: str) -> date:
        parts = _US_DATE(text)
        if parts is None:
            raise ValueError
        month, day, year = parts.groups()
        return date(int(year), int(month), int(day))

    expected = "a date MM/DD/YYYY that exists, 1900 to 2099"
    return ValueType("S107", read, expected, facets=(("pattern", _US_CALENDAR),))


_CLOCK_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]"


def _clock_time(_: str) -> ValueType:
    fits = re.compile(_CLOCK_TIME).fullmatch

    def read(text: str) -> time:
        if fits(text) is None:
            raise ValueError
        return time(int(text[:2]), int(text[3:]))

    return ValueType(
        "S107", read, "a time HH:MM, 00:00 to 23:59", facets=(("pattern", _CLOCK_TIME),)
    )


_INT_DIGITS_MAX = 9


def _int(bounds: str) -> ValueType:
    low, high = (int(bound) for bound in bounds.split(".."))
    fits = re.compile("[0-9]+").fullmatch

    def read(text: str) -> int:
        digits = text.lstrip("0")
        if fits(text) is None or len(digits) > _INT_DIGITS_MAX:
            raise ValueError
        value = int(digits or "0")
        if not low <= value <= high:
            raise ValueError
        return value

    facets = (("pattern", "[0-9]+"), ("minInclusive", str(low)), ("maxInclusive", str(high)))
    expected = f"a whole number from {low} to {high}, digits only"
    return ValueType("S107", read, expected, "xs:integer", facets)


_CENT = Decimal("0.01")


def _dec(described: str) -> ValueType:
    bounds, _, places = described.partition(" /")
    low, high = (Decimal(bound) for bound in bounds.split(".."))
    pattern = rf"-?[0-9]+(\.[0-9]{{1,{places}}})?"
    fits = re.compile(pattern).fullmatch

    def read(text: str) -> Decimal:
        if fits(text) is None:
            raise ValueError
        value = Decimal(text)
        if not low <= value <= high:
            raise ValueError
        value += 0  # no negative zero
        return value.quantize(_CENT) if places == "2" else value

    facets = (("pattern", pattern), ("minInclusive", str(low)), ("maxInclusive", str(high)))
    expected = f"a number from {low} to {high} with at most {places} decimals"
    return ValueType("S107", read, expected, "xs:decimal", facets)


def _flag(_: str) -> ValueType:
    def read(text: str) -> bool:
        if text not in ("Y", "N"):
            raise ValueError
        return text == "Y"

    facets = (("enumeration", "Y"), ("enumeration", "N"))
    return ValueType("S107", read, "Y or N", facets=facets)


def _pdf(_: str) -> ValueType:
    def read(text: str) -> bytes:
        packed = text.replace(" ", "")
        data = base64.b64decode(packed, validate=True)
        if base64.b64encode(data) != packed.encode():  # stray padding bits
            raise ValueError
        return data

    facets = (("maxLength", str(PDF_CHARACTERS_MAX // 4 * 3)),)
    expected = f"base64 of at most {PDF_CHARACTERS_MAX:,} characters"
    return ValueType("S107", read, expected, "xs:base64Binary", facets)


_TYPES: dict[str, Callable[[str], ValueType]] = {
    "text": _text,
    "token": _token,
    "code": _code,
    "date.us": _us_date,
    "time.hm": _clock_time,
    "int": _int,
    "dec": _dec,
    "flag.yn": _flag,
    "pdf": _pdf,
}

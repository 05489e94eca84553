"""Types of values: what each accepts, and what it makes of it."""

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from hub.profiles.values import has_forbidden_character, is_normal, normalise, value_type

ACCEPTED: list[tuple[str, str, Any]] = [
    ("token /[0-9]{8}/", "00000001", "00000001"),
    ("code COLOR", "BR0", "BR0"),
    ("date.us", "02/29/2024", date(2024, 2, 29)),
    ("date.us", "12/31/2099", date(2099, 12, 31)),
    ("time.hm", "00:00", time(0, 0)),
    ("time.hm", "23:59", time(23, 59)),
    ("int 0..199", "00000199", 199),
    ("int 0..199", "0" * 5000, 0),
    ("dec -90..90 /7", "-90.0000000", Decimal(-90)),
    ("dec 0..9999.99 /2", "105.5", Decimal("105.50")),
    ("dec 0..0.60 /3", "0.6", Decimal("0.6")),
    ("flag.yn", "Y", True),
    ("flag.yn", "N", False),
    ("pdf", "QUI= ", b"AB"),
    ("pdf", "Q U I =", b"AB"),
]
REFUSED = [
    ("token /[0-9]{8}/", "0000000\u0661"),
    ("token /[0-9]{8}/", "000000010"),
    ("code COLOR", "BRX"),
    ("code STATE_POST", "C0"),
    ("date.us", "02/29/2023"),
    ("date.us", "02/29/1900"),
    ("date.us", "2/9/2026"),
    ("date.us", "01/01/1899"),
    ("date.us", "01/01/2100"),
    ("date.us", "13/01/2026"),
    ("time.hm", "24:00"),
    ("time.hm", "25:10"),
    ("time.hm", "9:00"),
    ("int 0..199", "200"),
    ("int 0..199", "+5"),
    ("int 0..199", "-0"),
    ("int 0..199", "1.0"),
    ("int 0..199", "\u0661"),
    ("int 5..85", "4"),
    ("int 0..199", "9" * 5000),
    ("dec -90..90 /7", "90.0000001"),
    ("dec -90..90 /7", "1."),
    ("dec -90..90 /7", ".5"),
    ("dec -90..90 /7", "1e1"),
    ("dec -90..90 /7", "NaN"),
    ("dec 0..9999.99 /2", "1.005"),
    ("flag.yn", "y"),
    ("flag.yn", "true"),
    ("pdf", "QUI"),
    ("pdf", "QUJ="),
    ("pdf", "QU*="),
    ("pdf", "="),
]


@pytest.mark.parametrize(("described", "text", "value"), ACCEPTED)
def test_value_is_read(described: str, text: str, value: object) -> None:
    assert value_type(described).read(text) == value


@pytest.mark.parametrize(("described", "text"), REFUSED)
def test_value_is_refused(described: str, text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - readers say nothing about the value
        value_type(described).read(text)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  a \t\r\n b\u00a0\u00a0c ", "a b c"),
        ("\u00a0\u00a0", ""),
        ("Tre\u0301panier", "Tr\u00e9panier"),
        ("a\u0085b\u2003c", "a\u0085b\u2003c"),
        ("\u0085a", "\u0085a"),
    ],
)
def test_normal_form_knows_five_kinds_of_white_space_only(raw: str, clean: str) -> None:
    assert normalise(raw) == clean


@pytest.mark.parametrize("text", ["", "a", "a b", " a", "a ", "a  b", "a\tb", "\u00e9", "a\x7fb"])
def test_the_quick_way_never_skips_a_change(text: str) -> None:
    assert normalise(text) == text or not is_normal(text)


@pytest.mark.parametrize(
    ("character", "forbidden"),
    [
        ("\u0080", True), ("\u0092", True), ("\u009f", True), ("\u00a0", False), ("\x7f", False),
        ("\ue000", True), ("\uf8ff", True), ("\uf900", False), ("\ufffd", True), ("\ufffc", False),
        ("\u20ac", False), ("\U000f0000", False),
    ],
)  # fmt: skip
def test_forbidden_characters(character: str, forbidden: bool) -> None:  # noqa: FBT001
    assert has_forbidden_character(f"a{character}b") is forbidden

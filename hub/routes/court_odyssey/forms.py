"""How a canonical value is written: one function for each word in the third column of the table.

A form gives None when the value has no text of this kind; the line is then left out.
"""

import base64
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from hub.routes.court_odyssey.codes import (
    COURT_MAKES,
    LIS_IS_NOT_EXACT,
    NOT_IN_COURT_LISTS,
    POSTAL_TO_LIS,
    PROVINCES,
)

Form = Callable[[Any], str | None]

_ZIP_PLUS_4 = re.compile(r"([0-9]{5})-([0-9]{4})")
_TITLES = {
    "infraction": "Vermont civil violation complaint",
    "criminal": "Vermont criminal citation",
    "parking": "Vermont parking complaint",
}


def _day(value: date) -> str:
    return value.isoformat()


def _instant(value: datetime) -> str:
    return value.isoformat()


def _decimal(value: Decimal) -> str:
    return f"{value:f}"


def _dollars(value: Decimal) -> str:
    return f"{value:.2f}"


def _flag(value: bool) -> str:  # noqa: FBT001 - a form takes the value alone
    return "true" if value else "false"


def _yes_no(value: bool) -> str:  # noqa: FBT001
    return "yes" if value else "no"


def _code(name: str) -> Form:
    """The code, unless the court's list lacks it."""
    missing = NOT_IN_COURT_LISTS[name]
    return lambda value: None if value in missing else value


def _text(name: str) -> Form:
    """What stands for a code that the court's list lacks."""
    return NOT_IN_COURT_LISTS[name].get


def _postal_code(value: str) -> str:
    zip_plus_4 = _ZIP_PLUS_4.fullmatch(value)
    return zip_plus_4[1] if zip_plus_4 else value


def _postal_extension(value: str) -> str | None:
    zip_plus_4 = _ZIP_PLUS_4.fullmatch(value)
    return zip_plus_4[2] if zip_plus_4 else None


def _only(wanted: str) -> Form:
    return lambda value: "true" if value == wanted else None


FORMS: Mapping[str, Form] = {
    "base64": lambda value: base64.b64encode(value).decode("ascii"),
    "canada": lambda value: "Canada" if value in PROVINCES else None,
    "class_code": _code("LICCLASS"),
    "class_text": _text("LICCLASS"),
    "color_code": _code("COLOR"),
    "color_text": _text("COLOR"),
    "date": _day,
    "decimal": _decimal,
    "device_text": lambda value: None if value in ("radar", "laser") else value,
    "document_title": _TITLES.get,
    "dollars": _dollars,
    "empty": lambda _: "",
    "fatal_severity": lambda value: "1" if value else None,
    "flag": _flag,
    "hazmat_code": lambda value: "1" if value else "2",
    "instant": _instant,
    "is_laser": _only("laser"),
    "is_radar": _only("radar"),
    "lis_code": lambda value: POSTAL_TO_LIS.get(value, value),
    "lis_text": lambda value: value if value in LIS_IS_NOT_EXACT else None,
    "make_code": lambda value: value if value in COURT_MAKES else None,
    "make_text": lambda value: None if value in COURT_MAKES else value,
    "number": str,
    "postal_code": _postal_code,
    "postal_extension": _postal_extension,
    "province": lambda value: value if value in PROVINCES else None,
    "register_action": lambda value: "Citation" if value == "criminal" else "Complaint",
    "sex_code": _code("SEX"),
    "sex_text": _text("SEX"),
    "sha256_text": lambda value: f"SHA-256 {value}",
    "unless_person": lambda value: None if value == "person" else value,
    "us_state": lambda value: None if value in PROVINCES else value,
    "yes_no": _yes_no,
}


def form_of(name: str) -> Form | None:
    """The form of this name; a text in quotes is written as it stands, no name = as is.

    Raises:
        KeyError: there is no such form.
    """
    if name.startswith('"'):
        text = name.strip('"')
        return lambda _: text
    return FORMS[name] if name else None


def quoted(value: str) -> str:
    """A value inside a `label: value; label: value` text: in double quotes where it must be.

    A value that holds `;` or `"` is put in double quotes, its own doubled, so that the text can
    be read back without doubt.
    """
    if ";" not in value and '"' not in value:
        return value
    return '"' + value.replace('"', '""') + '"'

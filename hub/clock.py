"""The one place that reads the time and makes identifiers; both are injected everywhere."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import uuid_utils

Clock = Callable[[], datetime]
"""Gives the present instant, aware, in UTC."""

NewId = Callable[[], str]
"""Gives a fresh identifier; later ones sort after earlier ones (UUID version 7)."""


def system_clock() -> datetime:
    """The machine's clock, aware, in UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """A time-ordered unique identifier (RFC 9562, UUID version 7)."""
    return str(uuid_utils.uuid7())


_YEAR_MIN, _YEAR_MAX = 1900, 9998  # what every database and every local time can hold
_RFC_3339 = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})", re.ASCII
)


def parse_instant(text: str) -> datetime:
    """An instant as RFC 3339, section 5.6, writes it: with seconds and an offset, in either case.

    Raises:
        ValueError: it is written otherwise, or lies outside the years the hub can keep.
    """
    written = text.strip().upper()
    if _RFC_3339.fullmatch(written) is None:
        raise ValueError("not an instant of RFC 3339")
    return keepable(datetime.fromisoformat(written))


def keepable(instant: datetime) -> datetime:
    """The same instant, when the hub can keep it.

    Raises:
        ValueError: it lies outside the years the hub can keep.
    """
    if not _YEAR_MIN <= instant.year <= _YEAR_MAX:
        raise ValueError(f"the year must lie between {_YEAR_MIN} and {_YEAR_MAX}")
    return instant

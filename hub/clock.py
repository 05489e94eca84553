"""The one place that reads the time and makes identifiers; both are injected everywhere."""

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

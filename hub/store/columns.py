"""Column types that mean the same on SQLite and on PostgreSQL."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import DateTime, Dialect, Enum, Text, TypeDecorator
from sqlalchemy.types import TypeEngine

WORD = Text().with_variant(Text(collation="C"), "postgresql")
"""Ids, codes and numbers: compared byte by byte on both engines, so that ids sort by time."""


class Instant(TypeDecorator[datetime]):
    """An aware instant, stored in UTC; SQLite keeps it as ISO text, which sorts by time."""

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = DateTime(timezone=True)
    cache_ok: bool | None = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time: nobody could say later what it meant."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("The store takes aware instants only.")
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give it back aware, in UTC."""
        if value is None:
            return None
        if dialect.name == "sqlite":
            return value.replace(tzinfo=UTC)
        return value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """JSON as text. A JSON list comes back as a tuple."""

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = Text()
    cache_ok: bool | None = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write it; None stays NULL."""
        return None if value is None else orjson.dumps(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002
        """Read it back."""
        if value is None:
            return None
        plain = orjson.loads(value)
        return tuple(plain) if isinstance(plain, list) else plain


def state(kind: type[StrEnum], name: str) -> Enum:
    """One of a closed set of words, held by a CHECK constraint called `name`."""
    return Enum(
        kind,
        name=name,
        native_enum=False,
        length=32,
        create_constraint=True,
        values_callable=lambda members: [member.value for member in members],
    )

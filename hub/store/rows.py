"""Values to rows and back, and the statements that both engines spell differently."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Row, Table, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

ROWS_PER_STATEMENT_MAX = 500  # so that a large batch gives the event loop back in between
VALUES_PER_STATEMENT_MAX = 10_000  # SQLite takes 32,766 variables, PostgreSQL 65,535

Value = TypeVar("Value")
Values = dict[str, Any]

_INSERT: dict[str, Callable[[Table], "sqlite.Insert | postgresql.Insert"]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def dialect_insert(connection: AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT, in the dialect of the connection."""
    return _INSERT[connection.dialect.name](table)


async def add_rows(
    connection: AsyncConnection,
    table: Table,
    values: Iterable[Value],
    row_of: Callable[[Value], Values],
) -> None:
    """Insert a row for each value."""
    for chunk in in_chunks(values, ROWS_PER_STATEMENT_MAX):
        await connection.execute(insert(table), [row_of(value) for value in chunk])


def in_chunks(
    values: Iterable[Value], size: int = VALUES_PER_STATEMENT_MAX
) -> Iterator[list[Value]]:
    """The values in lists of at most `size`; no list at all for no values."""
    rest = iter(values)
    while chunk := list(islice(rest, size)):
        yield chunk


def reader(table: Table, *, leave_out: Sequence[str] = ()) -> Callable[[Any], Values]:
    """What takes a value's attributes named like the table's columns."""
    names = [column.name for column in table.c if column.name not in leave_out]
    return lambda value: {name: getattr(value, name) for name in names}


def values_of(row: Row[Any], table: Table, *, leave_out: Sequence[str] = ()) -> Values:
    """The table's part of a row by column name."""
    columns = (column for column in table.c if column.name not in leave_out)
    return {column.name: row._mapping[column] for column in columns}  # noqa: SLF001 - public in SQLAlchemy

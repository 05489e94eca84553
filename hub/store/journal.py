"""What happened: events, the error log, and replies."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Row, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.domain.delivery import Reply
from hub.domain.stored import ErrorEntry, ErrorFilter, Event, Page, StoredReply
from hub.store.filters import conditions, paged
from hub.store.rows import Values, add_rows, dialect_insert, reader, values_of
from hub.store.tables import error_entry, event, reply

_event_row = reader(event)
_error_row = reader(error_entry)

_EQUAL = {
    "kind": error_entry.c.kind,
    "source": error_entry.c.source,
    "agency": error_entry.c.agency,
    "number": error_entry.c.number,
}
_MATCH = ("received_at", "delivery_id", "document_id")
_REPLY_NAMES = tuple(field.name for field in fields(Reply))


async def add_events(connection: AsyncConnection, events: Sequence[Event]) -> None:
    """Append events."""
    await add_rows(connection, event, events, _event_row)


async def list_events(
    connection: AsyncConnection, *, submission_id: str, document_id: str
) -> list[Event]:
    """The events of a document and of its submission as a whole, oldest first."""
    of_the_whole = and_(event.c.submission_id == submission_id, event.c.document_id.is_(None))
    query = select(event).where(or_(event.c.document_id == document_id, of_the_whole))
    rows = await connection.execute(query.order_by(event.c.id))
    return [Event(**values_of(row, event)) for row in rows]


async def add_errors(connection: AsyncConnection, errors: Sequence[ErrorEntry]) -> None:
    """Append to the error log."""
    await add_rows(connection, error_entry, errors, _error_row)


async def list_errors(
    connection: AsyncConnection, wanted: ErrorFilter, page: Page
) -> list[ErrorEntry]:
    """The error log, newest first."""
    condition = conditions(wanted, _EQUAL, error_entry.c.at, error_entry)
    rows = await connection.execute(paged(select(error_entry).where(*condition), page, error_entry))
    return [ErrorEntry(**values_of(row, error_entry)) for row in rows]


async def add_reply(connection: AsyncConnection, stored: StoredReply) -> bool:
    """Insert a reply; False when its destination has sent this reply_id before."""
    statement = dialect_insert(connection, reply).on_conflict_do_nothing()
    added = await connection.execute(
        statement.returning(reply.c.reply_id).values(_reply_row(stored))
    )
    return added.one_or_none() is not None


def _reply_row(stored: StoredReply) -> Values:
    said = {name: getattr(stored.reply, name) for name in _REPLY_NAMES}
    return said | {name: getattr(stored, name) for name in _MATCH}


async def list_replies(connection: AsyncConnection, document_id: str) -> list[StoredReply]:
    """The replies matched to a document, oldest first."""
    query = select(reply).where(reply.c.document_id == document_id)
    rows = await connection.execute(query.order_by(reply.c.received_at, reply.c.at))
    return [stored_reply(row) for row in rows]


def stored_reply(row: Row[Any]) -> StoredReply:
    """The reply of a row."""
    values = values_of(row, reply)
    said = Reply(**{name: values[name] for name in _REPLY_NAMES})
    return StoredReply(said, **{name: values[name] for name in _MATCH})

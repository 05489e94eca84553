"""Pushed deliveries: which may start, their attempts and retries; and the state of destinations."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.domain.push import Attempt, DestinationState, Step
from hub.domain.states import DeliveryStatus
from hub.domain.stored import Delivery, DeliveryFilter, ListedDelivery, Page
from hub.store import outbox
from hub.store.engine import Database
from hub.store.filters import paged
from hub.store.rows import dialect_insert, reader, values_of
from hub.store.tables import attempt, delivery, destination, document

_attempt_row = reader(attempt)
_OPEN = (DeliveryStatus.PENDING, DeliveryStatus.PUBLISHED)


def _is_current(delivery_id: str, number: int) -> ColumnElement[bool]:
    """Whether a message of this attempt is the one on its way; it may have outrun its mark."""
    is_published = and_(delivery.c.status == DeliveryStatus.PUBLISHED, delivery.c.attempt == number)
    is_claimed = and_(
        delivery.c.status == DeliveryStatus.PENDING,
        delivery.c.attempt == number - 1,
        delivery.c.claim.is_not(None),
    )
    return and_(delivery.c.id == delivery_id, or_(is_published, is_claimed))


class SqlPushes:
    """`hub.domain.push_rows.PushRows` on a connection in a transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add_attempt(self, tried: Attempt) -> None:
        """As `PushRows.add_attempt`."""
        await self._connection.execute(insert(attempt), [_attempt_row(tried)])

    async def count_attempts(self, delivery_id: str, since: datetime | None) -> int:
        """As `PushRows.count_attempts`."""
        query = select(func.count()).where(attempt.c.delivery_id == delivery_id)
        if since is not None:
            query = query.where(attempt.c.at >= since)
        return (await self._connection.execute(query)).scalar_one()

    async def retry(self, tried: Attempt, step: Step, *, tried_since: datetime) -> bool:
        """As `PushRows.retry`."""
        statement = (
            update(delivery)
            .where(_is_current(tried.delivery_id, tried.number))
            .values(
                status=DeliveryStatus.PENDING,
                attempt=tried.number,
                available_at=step.available_at,
                cause=step.cause,
                published_at=None,
                claim=None,
                claimed_until=None,
                tried_since=tried_since,
            )
        )
        return (await self._connection.execute(statement)).rowcount == 1

    async def pause(self, destination: str, *, at: datetime, by: str) -> None:
        """As `PushRows.pause`."""
        await self._change(destination, paused_at=at, paused_by=by)

    async def resume(self, destination: str) -> None:
        """As `PushRows.resume`."""
        await self._change(destination, paused_at=None, paused_by=None, down_until=None)

    async def rest(self, destination: str, until: datetime | None) -> None:
        """As `PushRows.rest`."""
        await self._change(destination, down_until=until)

    async def _change(self, name: str, **values: Any) -> None:
        statement = dialect_insert(self._connection, destination).values(name=name, **values)
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=["name"], set_=values)
        )


class SqlPushLists:
    """`hub.domain.push_rows.PushLists` on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find_startable(self, delivery_id: str, number: int) -> Delivery | None:
        """As `PushLists.find_startable`."""
        async with self._database.read() as connection:
            found = await outbox.list_deliveries(connection, _is_current(delivery_id, number))
        return found[0] if found else None

    async def list_outbox(self, wanted: DeliveryFilter, page: Page) -> list[ListedDelivery]:
        """As `PushLists.list_outbox`."""
        key = (document.c.source, document.c.agency, document.c.number)
        query = (
            select(delivery, *key)
            .join(document, document.c.id == delivery.c.document_id)
            .where(*_conditions(wanted))
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(paged(query, page, delivery))).all()
        return [
            ListedDelivery(outbox.delivery_of(row), row.source, row.agency, row.number)
            for row in rows
        ]

    async def list_attempts(self, delivery_id: str) -> list[Attempt]:
        """As `PushLists.list_attempts`."""
        query = select(attempt).where(attempt.c.delivery_id == delivery_id).order_by(attempt.c.id)
        async with self._database.read() as connection:
            return [Attempt(**values_of(row, attempt)) for row in await connection.execute(query)]

    async def list_oldest(self) -> Mapping[str, datetime]:
        """As `PushLists.list_oldest`."""
        query = (
            select(delivery.c.destination, func.min(delivery.c.created_at).label("oldest"))
            .where(delivery.c.status.in_(_OPEN))
            .group_by(delivery.c.destination)
        )
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return {row.destination: row.oldest for row in rows}

    async def list_destinations(self, names: Sequence[str]) -> list[DestinationState]:
        """As `PushLists.list_destinations`."""
        query = select(destination).where(destination.c.name.in_(names))
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        known = {row.name: DestinationState(**values_of(row, destination)) for row in rows}
        return [known.get(name) or DestinationState(name) for name in names]


def _conditions(wanted: DeliveryFilter) -> Iterator[ColumnElement[bool]]:
    equal = {
        delivery.c.destination: wanted.destination,
        delivery.c.status: wanted.status,
        delivery.c.cause: wanted.cause,
        document.c.agency: wanted.agency,
        document.c.number: wanted.number,
    }
    yield from (column == value for column, value in equal.items() if value is not None)
    if wanted.since is not None:
        yield delivery.c.created_at >= wanted.since
    if wanted.until is not None:
        yield delivery.c.created_at < wanted.until

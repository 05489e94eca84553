"""What chores and operators look at: alarms, what is late, what did not go, what waits."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select, update

from hub.domain.alarm import Alarm
from hub.domain.figures import DeliveryFigure
from hub.domain.states import DeliveryStatus
from hub.store.engine import Database
from hub.store.rows import dialect_insert, reader, values_of
from hub.store.tables import IS_HELD, IS_OPEN, IS_PENDING, alarm, delivery, reply, submission

NOT_SENT_CAUSES = ("nacked", "unroutable", "unconfirmed", "render-failed")

_alarm_row = reader(alarm)
_UNSETTLED = (
    DeliveryStatus.PENDING,
    DeliveryStatus.PUBLISHED,
    DeliveryStatus.DELIVERED,
    DeliveryStatus.REFUSED,
    DeliveryStatus.DEAD,
)
_OLDEST = func.min(func.coalesce(delivery.c.published_at, delivery.c.created_at))


class SqlWatch:
    """`hub.chores.Watch` and `hub.figures.FigureRows` on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open_alarm(self, opened: Alarm) -> bool:
        """As `Watch.open_alarm`; of two processes that see the same, one wins."""
        async with self._database.begin() as connection:
            statement = dialect_insert(connection, alarm).on_conflict_do_nothing()
            row = await connection.execute(
                statement.values(_alarm_row(opened)).returning(alarm.c.id)
            )
            return row.one_or_none() is not None

    async def close_alarm(self, name: str, subject: str, at: datetime) -> bool:
        """As `Watch.close_alarm`."""
        is_this = and_(IS_OPEN, alarm.c.name == name, alarm.c.subject == subject)
        async with self._database.begin() as connection:
            statement = update(alarm).where(is_this).values(closed_at=at)
            return (await connection.execute(statement)).rowcount == 1

    async def list_open_alarms(self) -> list[Alarm]:
        """As `Watch.list_open_alarms`."""
        async with self._database.read() as connection:
            query = select(alarm).where(IS_OPEN).order_by(alarm.c.id)
            return [Alarm(**values_of(row, alarm)) for row in await connection.execute(query)]

    async def count_unanswered(
        self, destinations: Collection[str], before: datetime
    ) -> Mapping[str, int]:
        """As `Watch.count_unanswered`."""
        has_reply = exists().where(
            reply.c.document_id == delivery.c.document_id,
            reply.c.destination == delivery.c.destination,
        )
        is_silent = or_(
            delivery.c.status == DeliveryStatus.PUBLISHED,
            and_(delivery.c.status == DeliveryStatus.DELIVERED, ~has_reply),
        )
        return await self._count(
            select(delivery.c.destination, func.count()).where(
                delivery.c.destination.in_(destinations),
                delivery.c.status.in_((DeliveryStatus.PUBLISHED, DeliveryStatus.DELIVERED)),
                delivery.c.published_at < before,
                is_silent,
            )
        )

    async def count_unsent(self) -> Mapping[str, int]:
        """As `Watch.count_unsent`."""
        return await self._count(
            select(delivery.c.destination, func.count()).where(
                IS_PENDING, delivery.c.cause.in_(NOT_SENT_CAUSES)
            )
        )

    async def count_unjudged(self) -> int:
        """As `Watch.count_unjudged`."""
        async with self._database.read() as connection:
            held = select(func.count(submission.c.id)).where(IS_HELD)
            return (await connection.execute(held)).scalar_one()

    async def list_figures(self, destinations: Collection[str]) -> list[DeliveryFigure]:
        """As `FigureRows.list_figures`."""
        place = (delivery.c.destination, delivery.c.status)
        query = (
            select(*place, func.count(), _OLDEST)
            .where(delivery.c.destination.in_(destinations), delivery.c.status.in_(_UNSETTLED))
            .group_by(*place)
            .order_by(*place)
        )
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return [DeliveryFigure(name, str(status), n, at) for name, status, n, at in rows]

    async def _count(self, query: Select[Any]) -> Mapping[str, int]:
        async with self._database.read() as connection:
            rows = await connection.execute(query.group_by(delivery.c.destination))
            return {row[0]: row[1] for row in rows}

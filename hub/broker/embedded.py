"""The broker without a server: a table of the database, in the hub's own process.

A row is a message on its way; its id is the delivery's, its body is rendered when it is leased.
No exchanges, no priorities, no second process, no promise of throughput.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.broker.consumption import Consumption
from hub.broker.limits import QueueLimits
from hub.clock import Clock
from hub.domain.delivery import Message, NotSent, SendResult, Sent
from hub.domain.errors import Busy, NotFound
from hub.ports import Leased, MessageHandler, ReplyHandler, Settlement

metadata = sa.MetaData()
_WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_INSTANT = sa.DateTime(timezone=True)

queue_entry = sa.Table(
    "queue_entry",
    metadata,
    sa.Column("message_id", _WORD, primary_key=True),
    sa.Column("destination", _WORD, nullable=False),
    sa.Column("enqueued_at", _INSTANT, nullable=False),
    sa.Column("leased_until", _INSTANT),
    sa.Column("delivery_count", sa.Integer, nullable=False),
    sa.Column("dead_at", _INSTANT),
    sa.Column("dead_cause", sa.Text),
    sa.Index(
        "ix_queue_entry_destination_dead_at_enqueued_at", "destination", "dead_at", "enqueued_at"
    ),
)
"""Messages of the embedded broker; `delivery_count` = how often one came back. Times are UTC."""

_row = queue_entry.c

Render = Callable[[Sequence[str]], Awaitable[list[Message]]]
"""Gives the messages of these ids as they are now; an id without a delivery is left out."""


class Database(Protocol):
    """What the embedded broker needs of the hub's database."""

    def begin(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A write transaction: committed when the block ends, rolled back when it raises."""
        ...

    def read(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A connection to read on."""
        ...


class EmbeddedBroker:
    """Implements `hub.ports.Broker` in the hub's own database."""

    def __init__(
        self,
        database: Database,
        render: Render,
        destinations: Sequence[str],
        limits: QueueLimits,
        clock: Clock,
    ) -> None:
        self._database = database
        self._render = render
        self._destinations = tuple(destinations)
        self._limits = limits
        self._clock = clock
        self._last_enqueued_at = datetime.min.replace(tzinfo=UTC)
        self._stopped = asyncio.Event()
        self._arrived = {name: asyncio.Event() for name in destinations}

    async def start(self) -> list[str]:
        """Nothing to connect; no queue can be missing."""
        self._stopped.clear()
        return []

    async def stop(self) -> None:
        """Give leased messages back."""
        self._stopped.set()
        self._wake(self._destinations)
        with suppress(Busy):  # then they come back when their lease ends
            async with self._database.begin() as connection:
                await connection.execute(self._come_back(_row.leased_until.is_not(None)))

    async def publish(self, messages: Sequence[Message]) -> list[SendResult]:
        """Enqueue all in one transaction; one result each, in order.

        A message that is waiting already is not enqueued again; a dead one is revived. One that
        is leased is refused (`leased`): whoever settles it would settle the new one with it.
        """
        try:
            async with self._database.begin() as connection:
                leased = await self._leased_of(connection, messages)
                admission = _Admission(await self._room(connection, messages), leased)
                results = [admission.admit(message) for message in messages]
                await self._insert(connection, admission.admitted)
        except Busy:
            return [NotSent("unconfirmed") for _ in messages]
        self._wake(message.destination for message in admission.admitted)
        return results

    def _wake(self, destinations: Iterable[str]) -> None:
        for destination in destinations:
            self._arrived[destination].set()

    async def consume(
        self, destination: str, handler: MessageHandler, *, max_count: int, stop: asyncio.Event
    ) -> None:
        """Call `handler` for each message of a destination until `stop` is set."""
        consumption = Consumption(self, destination, handler, max_count)
        await consumption.run(stop, self._arrived[destination])

    async def lease(self, destination: str, *, max_count: int, lease_seconds: int) -> list[Leased]:
        """Take up to `max_count` ready messages, oldest first, and render them.

        A message whose delivery is gone is dead, cause `unrendered`.

        Raises:
            NotFound: no such destination.
        """
        if destination not in self._destinations:
            raise NotFound(f"There is no destination {destination}.")
        taken = await self._take(destination, max_count, lease_seconds)
        try:
            rendered = {message.message_id: message for message in await self._render(taken)}
        except BaseException:
            await self._change(_row.message_id.in_(taken), leased_until=None)
            raise
        lost = [message_id for message_id in taken if message_id not in rendered]
        if lost:
            await self._bury(_row.message_id.in_(lost), cause="unrendered")
        return [_leased(rendered[message_id]) for message_id in taken if message_id in rendered]

    async def is_leased(self, destination: str, message_id: str) -> bool:
        """Whether somebody holds the message and may settle it."""
        query = sa.select(_row.message_id).where(self._is_leased(destination, message_id))
        async with self._database.read() as connection:
            return (await connection.execute(query)).one_or_none() is not None

    async def settle(self, destination: str, message_id: str, how: Settlement) -> bool:
        """Settle a leased message; False when it is not leased (any more)."""
        is_leased = self._is_leased(destination, message_id)
        if how is Settlement.DEAD:
            return await self._bury(is_leased, cause="rejected") == 1
        statement = (
            sa.delete(queue_entry).where(is_leased)
            if how is Settlement.ACK
            else self._come_back(is_leased)
        )
        return await self._execute(statement) == 1

    async def depths(self) -> Mapping[str, tuple[int, int]]:
        """(ready, dead) messages of each destination."""
        is_over = _row.leased_until <= self._clock()
        is_dead = sa.or_(_row.dead_at.is_not(None), sa.and_(is_over, self._is_worn_out))
        is_ready = sa.and_(sa.not_(is_dead), sa.or_(_row.leased_until.is_(None), is_over))
        query = sa.select(
            _row.destination,
            sa.func.count(sa.case((is_ready, 1))),
            sa.func.count(sa.case((is_dead, 1))),
        ).group_by(_row.destination)
        async with self._database.read() as connection:
            found = {name: (ready, dead) for name, ready, dead in await connection.execute(query)}
        return {name: found.get(name, (0, 0)) for name in self._destinations}

    async def consume_replies(self, handler: ReplyHandler) -> None:  # noqa: ARG002 - it carries none
        """Return at `stop`: replies come over HTTP here."""
        await self._stopped.wait()

    async def consume_unroutable(self, handler: ReplyHandler) -> None:  # noqa: ARG002 - as above
        """Return at `stop`."""
        await self._stopped.wait()

    def _is_leased(self, destination: str, message_id: str) -> sa.ColumnElement[bool]:
        return sa.and_(
            _row.message_id == message_id,
            _row.destination == destination,
            _row.leased_until > self._clock(),
        )

    @property
    def _is_worn_out(self) -> sa.ColumnElement[bool]:
        return _row.delivery_count >= self._limits.delivery_limit

    def _come_back(self, *which: sa.ColumnElement[bool]) -> sa.Update:
        """Back to the queue, or dead when that happened too often."""
        now = sa.literal(self._clock(), _INSTANT)
        return (
            sa.update(queue_entry)
            .where(*which)
            .values(
                leased_until=None,
                delivery_count=_row.delivery_count + 1,
                dead_at=sa.case((self._is_worn_out, now)),
                dead_cause=sa.case((self._is_worn_out, "delivery_limit")),
            )
        )

    async def _leased_of(
        self, connection: AsyncConnection, messages: Sequence[Message]
    ) -> frozenset[str]:
        ids = [message.message_id for message in messages]
        query = sa.select(_row.message_id).where(
            _row.message_id.in_(ids), _row.leased_until > self._clock()
        )
        return frozenset((await connection.execute(query)).scalars())

    async def _room(
        self, connection: AsyncConnection, messages: Sequence[Message]
    ) -> dict[str, int]:
        """How many more messages each known destination of the batch takes."""
        wanted = {message.destination for message in messages} & set(self._destinations)
        query = (
            sa.select(_row.destination, sa.func.count())
            .where(_row.destination.in_(wanted), _row.dead_at.is_(None))
            .group_by(_row.destination)
        )
        room = dict.fromkeys(wanted, self._limits.max_length)
        for name, waiting in await connection.execute(query):
            room[name] -= waiting
        return room

    async def _insert(self, connection: AsyncConnection, messages: Sequence[Message]) -> None:
        rows = [
            {
                "message_id": message.message_id,
                "destination": message.destination,
                "enqueued_at": self._next_instant(),
                "delivery_count": 0,
            }
            for message in messages
        ]
        if rows:
            await connection.execute(_insert(connection.dialect.name), rows)

    def _next_instant(self) -> datetime:
        """Now, but later than any instant before: the order of the queue."""
        self._last_enqueued_at = max(self._clock(), self._last_enqueued_at + _TICK)
        return self._last_enqueued_at

    async def _take(self, destination: str, max_count: int, lease_seconds: int) -> list[str]:
        now = self._clock()
        ready = (
            sa.select(_row.message_id)
            .where(
                _row.destination == destination,
                _row.dead_at.is_(None),
                _row.leased_until.is_(None),
            )
            .order_by(_row.enqueued_at)
            .limit(max_count)
            .with_for_update(skip_locked=True)
        )
        async with self._database.begin() as connection:
            await connection.execute(
                self._come_back(_row.destination == destination, _row.leased_until <= now)
            )
            taken = list((await connection.execute(ready)).scalars())
            await connection.execute(
                sa.update(queue_entry)
                .where(_row.message_id.in_(taken))
                .values(leased_until=now + timedelta(seconds=lease_seconds))
            )
        return taken

    async def _bury(self, which: sa.ColumnElement[bool], *, cause: str) -> int:
        return await self._change(which, leased_until=None, dead_at=self._clock(), dead_cause=cause)

    async def _change(self, which: sa.ColumnElement[bool], **values: object) -> int:
        return await self._execute(sa.update(queue_entry).where(which).values(**values))

    async def _execute(self, statement: sa.Update | sa.Delete) -> int:
        async with self._database.begin() as connection:
            return (await connection.execute(statement)).rowcount


_TICK = timedelta(microseconds=1)


class _Admission:
    """Which messages of a batch their queues take; `room` by known destination."""

    def __init__(self, room: dict[str, int], leased: frozenset[str]) -> None:
        self._room = room
        self._leased = leased
        self.admitted: list[Message] = []

    def admit(self, message: Message) -> SendResult:
        room = self._room.get(message.destination)
        if room is None:
            return NotSent("unroutable")
        if message.message_id in self._leased:
            return NotSent("leased")
        if room <= 0:
            return NotSent("nacked")
        self._room[message.destination] = room - 1
        self.admitted.append(message)
        return Sent()


def _insert(dialect: str) -> Any:
    """Insert what is new, revive what is dead, leave alone what waits or is leased."""
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    statement = insert(queue_entry)
    return statement.on_conflict_do_update(
        index_elements=[_row.message_id],
        set_={
            "enqueued_at": statement.excluded.enqueued_at,
            "delivery_count": 0,
            "dead_at": None,
            "dead_cause": None,
        },
        where=_row.dead_at.is_not(None),
    )


def _leased(message: Message) -> Leased:
    return Leased(message.message_id, message.type, message.headers, message.body)

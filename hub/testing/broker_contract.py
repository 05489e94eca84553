# ruff: noqa: S101, PLR2004 - a suite asserts, and its figures are its own
"""What every broker of the hub promises. Give a subclass a fixture `rig` and pytest runs it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Protocol, TypeVar

from hub.broker import QueueLimits
from hub.clock import new_id
from hub.domain.delivery import Message, NotSent, Sent
from hub.domain.errors import NotFound
from hub.ports import Broker, Leased, Settlement

COURT = "court.odyssey"
DMV = "dmv.vt"
DESTINATIONS = (COURT, DMV)
LEASE_SECONDS = 1
EVENTUALLY_SECONDS = 30

_T = TypeVar("_T")


class Sender(Protocol):
    """Where the messages of a test are kept for rendering."""

    messages: dict[str, Message]


class Rig(Sender, Protocol):
    """A broker's world: the same queues for every broker made in it."""

    def broker(self, limits: QueueLimits) -> Broker:
        """A new broker for `DESTINATIONS`, not yet started."""
        ...

    def let_leases_end(self) -> None:
        """Move an injected clock past `LEASE_SECONDS`; with a real one there is nothing to do."""
        ...


def message(rig: Sender, destination: str = COURT, *, body: bytes = b"<Citation/>") -> Message:
    """A message of its own id, which the rig can render."""
    made = Message(
        destination=destination,
        message_id=new_id(),
        correlation_id=new_id(),
        type="citation.v1",
        timestamp=datetime(2026, 11, 20, 14, 3, 7, tzinfo=UTC),
        headers={"x-hub-source": "tracs", "x-hub-version": 1, "x-hub-monitored": False},
        body=body,
    )
    rig.messages[made.message_id] = made
    return made


async def eventually(probe: Callable[[], Awaitable[_T]], wanted: Callable[[_T], bool]) -> _T:
    """The first answer that is wanted.

    Raises:
        TimeoutError: none came; it quotes the last one.
    """
    answer = await probe()
    try:
        async with asyncio.timeout(EVENTUALLY_SECONDS):
            while not wanted(answer):
                await asyncio.sleep(0.02)
                answer = await probe()
    except TimeoutError:
        raise TimeoutError(f"still {answer!r} after {EVENTUALLY_SECONDS} seconds") from None
    return answer


@asynccontextmanager
async def running(rig: Rig, limits: QueueLimits | None = None) -> AsyncIterator[Broker]:
    """A started broker, stopped at the end of the block."""
    broker = rig.broker(limits or QueueLimits())
    await broker.start()
    try:
        yield broker
    finally:
        await broker.stop()


async def lease(broker: Broker, *, max_count: int = 10, seconds: int = 60) -> list[Leased]:
    """Lease from the court's queue; waits until there is something."""
    return await eventually(
        lambda: broker.lease(COURT, max_count=max_count, lease_seconds=seconds), bool
    )


async def expect_depth(broker: Broker, ready: int, dead: int) -> None:
    """Wait until the court's queue is this deep."""
    await eventually(broker.depths, lambda depths: depths[COURT] == (ready, dead))


def ids(leased: list[Leased]) -> list[str]:
    """The ids of leased messages."""
    return [each.message_id for each in leased]


class Desk:
    """A handler that keeps its messages until it is opened, and fails the first few times."""

    def __init__(self, *, places: int = 1, failures: int = 0) -> None:
        self.seen: list[str] = []
        self.most_at_once = 0
        self._places = places
        self._failures = failures
        self._now = 0
        self._opened = asyncio.Event()
        self._changed = asyncio.Condition()

    def open(self) -> None:
        """Let all through."""
        self._opened.set()

    async def handle(self, message: Leased) -> Settlement:
        """Take a message."""
        async with self._changed:
            self.seen.append(message.message_id)
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
            self._changed.notify_all()
        await self._opened.wait()
        self._now -= 1
        if self._failures:
            self._failures -= 1
            raise ValueError("a bug")
        return Settlement.ACK

    async def is_full(self) -> None:
        """Wait until every place is taken."""
        await self.has_seen(self._places)

    async def has_seen(self, count: int) -> None:
        """Wait until so many messages have come."""
        async with asyncio.timeout(EVENTUALLY_SECONDS), self._changed:
            await self._changed.wait_for(lambda: len(self.seen) >= count)


@asynccontextmanager
async def consuming(broker: Broker, desk: Desk, *, max_count: int = 1) -> AsyncIterator[None]:
    """A consumer of the court's queue, stopped at the end of the block."""
    stop = asyncio.Event()
    work = asyncio.ensure_future(broker.consume(COURT, desk.handle, max_count=max_count, stop=stop))
    try:
        yield
    finally:
        stop.set()
        await work


class BrokerContract:
    """The promises, one test each."""

    async def test_sent_messages_are_each_in_their_own_queue(self, rig: Rig) -> None:
        """Sent means there, and nowhere else."""
        async with running(rig) as broker:
            batch = [message(rig), message(rig, DMV), message(rig)]
            assert await broker.publish(batch) == [Sent()] * 3
            await eventually(broker.depths, lambda it: it == {COURT: (2, 0), DMV: (1, 0)})

    async def test_unknown_destination_is_unroutable_and_harms_no_other(self, rig: Rig) -> None:
        """A result each, in order."""
        async with running(rig) as broker:
            batch = [message(rig), message(rig, "court.nowhere"), message(rig)]
            results = await broker.publish(batch)
            assert results == [Sent(), NotSent("unroutable"), Sent()]
            await expect_depth(broker, 2, 0)

    async def test_nothing_to_publish_is_no_trouble(self, rig: Rig) -> None:
        """An idle relay may call with an empty batch."""
        async with running(rig) as broker:
            assert await broker.publish([]) == []

    async def test_messages_are_leased_in_the_order_they_were_sent(self, rig: Rig) -> None:
        """Within a batch and from batch to batch."""
        async with running(rig) as broker:
            first, second = [message(rig) for _ in range(20)], [message(rig) for _ in range(20)]
            await broker.publish(first[::-1])
            await broker.publish(second)
            await expect_depth(broker, 40, 0)
            leased = await lease(broker, max_count=100)
            assert ids(leased) == [each.message_id for each in (*first[::-1], *second)]

    async def test_receiver_gets_type_headers_and_body_as_sent(self, rig: Rig) -> None:
        """And no header that the broker itself added."""
        async with running(rig) as broker:
            sent = message(rig, body="<Citation>né</Citation>".encode())
            await broker.publish([sent])
            for how in (Settlement.REQUEUE, Settlement.ACK):
                (leased,) = await lease(broker)
                assert leased == Leased(sent.message_id, sent.type, sent.headers, sent.body)
                assert await broker.settle(COURT, leased.message_id, how)

    async def test_leased_message_is_handed_out_once(self, rig: Rig) -> None:
        """Until it is settled or its lease ends."""
        async with running(rig) as broker:
            await broker.publish([message(rig), message(rig)])
            await expect_depth(broker, 2, 0)
            one = await lease(broker, max_count=1)
            rest = await lease(broker)
            assert len(one) == len(rest) == 1
            assert ids(one) != ids(rest)
            assert await broker.lease(COURT, max_count=1, lease_seconds=60) == []
            await expect_depth(broker, 0, 0)

    async def test_acknowledged_message_is_gone_for_good(self, rig: Rig) -> None:
        """Settling it again finds no lease."""
        async with running(rig) as broker:
            await broker.publish([message(rig)])
            (leased,) = await lease(broker)
            assert await broker.settle(COURT, leased.message_id, Settlement.ACK)
            assert not await broker.settle(COURT, leased.message_id, Settlement.ACK)
        async with running(rig) as broker:
            await expect_depth(broker, 0, 0)

    async def test_rejected_message_is_dead(self, rig: Rig) -> None:
        """It is counted and not handed out any more."""
        async with running(rig) as broker:
            await broker.publish([message(rig)])
            (leased,) = await lease(broker)
            assert await broker.settle(COURT, leased.message_id, Settlement.DEAD)
            await expect_depth(broker, 0, 1)
            assert await broker.lease(COURT, max_count=1, lease_seconds=60) == []

    async def test_requeued_message_comes_again(self, rig: Rig) -> None:
        """With the same id."""
        async with running(rig) as broker:
            sent = message(rig)
            await broker.publish([sent])
            await broker.settle(COURT, ids(await lease(broker))[0], Settlement.REQUEUE)
            assert ids(await lease(broker)) == [sent.message_id]

    async def test_only_the_leased_message_of_that_queue_is_settled(self, rig: Rig) -> None:
        """Not one that waits, not one of another destination, not one unheard of."""
        async with running(rig) as broker:
            sent = message(rig)
            await broker.publish([sent])
            assert not await broker.settle(COURT, sent.message_id, Settlement.ACK)
            await lease(broker)
            assert not await broker.is_leased(DMV, sent.message_id)
            assert await broker.is_leased(COURT, sent.message_id)
            assert not await broker.settle(DMV, sent.message_id, Settlement.ACK)
            assert not await broker.settle(COURT, new_id(), Settlement.ACK)
            assert await broker.settle(COURT, sent.message_id, Settlement.ACK)

    async def test_message_comes_back_when_its_lease_ends(self, rig: Rig) -> None:
        """And the late receiver learns that it is too late."""
        async with running(rig) as broker:
            sent = message(rig)
            await broker.publish([sent])
            await lease(broker, seconds=LEASE_SECONDS)
            rig.let_leases_end()
            await expect_depth(broker, 1, 0)
            assert not await broker.settle(COURT, sent.message_id, Settlement.ACK)
            assert ids(await lease(broker)) == [sent.message_id]

    async def test_message_is_dead_when_it_came_back_too_often(self, rig: Rig) -> None:
        """A limit of 2 hands it out three times."""
        async with running(rig, QueueLimits(delivery_limit=2)) as broker:
            await broker.publish([message(rig)])
            for _ in range(3):
                (leased,) = await lease(broker)
                assert await broker.settle(COURT, leased.message_id, Settlement.REQUEUE)
            await expect_depth(broker, 0, 1)

    async def test_leases_that_end_count_to_the_delivery_limit(self, rig: Rig) -> None:
        """A receiver that always dies on a message does not take it for ever."""
        async with running(rig, QueueLimits(delivery_limit=1)) as broker:
            await broker.publish([message(rig)])
            for _ in range(2):
                await lease(broker, seconds=LEASE_SECONDS)
                rig.let_leases_end()
            await expect_depth(broker, 0, 1)

    async def test_copies_with_one_id_are_taken_and_settled_as_one(self, rig: Rig) -> None:
        """A crash between confirm and mark sends twice."""
        async with running(rig) as broker:
            sent = message(rig)
            assert await broker.publish([sent, sent]) == [Sent()] * 2
            assert await broker.publish([sent]) == [Sent()]
            await eventually(broker.depths, lambda it: it[COURT][0] >= 1)
            assert ids(await lease(broker)) == [sent.message_id]
            assert await broker.settle(COURT, sent.message_id, Settlement.ACK)
            await expect_depth(broker, 0, 0)
            assert await broker.lease(COURT, max_count=1, lease_seconds=60) == []

    async def test_dead_message_sent_again_is_delivered_again(self, rig: Rig) -> None:
        """Replay keeps the id, and the message has all its tries again."""
        async with running(rig, QueueLimits(delivery_limit=1)) as broker:
            sent = message(rig)
            await broker.publish([sent])
            await broker.settle(COURT, ids(await lease(broker))[0], Settlement.DEAD)
            await expect_depth(broker, 0, 1)
            assert await broker.publish([sent]) == [Sent()]
            for how in (Settlement.REQUEUE, Settlement.ACK):
                assert ids(await lease(broker)) == [sent.message_id]
                assert await broker.settle(COURT, sent.message_id, how)

    async def test_what_was_sent_outlives_the_broker_object(self, rig: Rig) -> None:
        """Waiting and leased messages alike, once each."""
        batch = [message(rig) for _ in range(5)]
        async with running(rig) as broker:
            assert await broker.publish(batch) == [Sent()] * 5
            await lease(broker, max_count=2)
        async with running(rig) as broker:
            await expect_depth(broker, 5, 0)
            assert set(ids(await lease(broker))) == {each.message_id for each in batch}

    async def test_two_thousand_messages_in_one_call_are_all_there(self, rig: Rig) -> None:
        """More than may be on the wire at once."""
        async with running(rig) as broker:
            batch = [message(rig, body=bytes(4096)) for _ in range(2000)]
            assert await broker.publish(batch) == [Sent()] * 2000
            await expect_depth(broker, 2000, 0)

    async def test_full_queue_refuses_and_harms_no_other(self, rig: Rig) -> None:
        """What it refused is not in it; when it is emptied it takes more."""
        async with running(rig, QueueLimits(max_length=5)) as broker:
            results = [(await broker.publish([message(rig)]))[0] for _ in range(20)]
            accepted = results.count(Sent())
            assert results.count(NotSent("nacked")) == 20 - accepted > 0
            assert accepted >= 5
            assert await broker.publish([message(rig, DMV)]) == [Sent()]
            await expect_depth(broker, accepted, 0)
            for message_id in ids(await lease(broker, max_count=20)):
                assert await broker.settle(COURT, message_id, Settlement.ACK)
            await expect_depth(broker, 0, 0)
            await eventually(lambda: broker.publish([message(rig)]), lambda it: it == [Sent()])

    async def test_lease_of_an_unknown_destination_is_not_found(self, rig: Rig) -> None:
        """Rather than an empty list for ever."""
        async with running(rig) as broker:
            try:
                await broker.lease("court.nowhere", max_count=1, lease_seconds=60)
            except NotFound as error:
                assert "court.nowhere" in str(error)  # noqa: PT017 - no pytest in the package
            else:
                raise AssertionError("an unknown destination was leased from")

    async def test_second_start_finds_every_queue_in_place(self, rig: Rig) -> None:
        """Starting is idempotent, and so is stopping."""
        async with running(rig) as broker:
            await broker.publish([message(rig)])
            assert await broker.start() == []
            await expect_depth(broker, 1, 0)
            await broker.stop()
            await broker.stop()

    async def test_consumed_messages_are_handled_once_each_and_few_at_a_time(
        self, rig: Rig
    ) -> None:
        """However many wait."""
        async with running(rig) as broker:
            desk = Desk(places=3)
            batch = [message(rig) for _ in range(10)]
            await broker.publish(batch)
            async with consuming(broker, desk, max_count=3):
                await desk.is_full()
                desk.open()
                await expect_depth(broker, 0, 0)
            assert sorted(desk.seen) == sorted(each.message_id for each in batch)
            assert desk.most_at_once == 3

    async def test_a_message_sent_to_a_consumer_that_waits_is_handled(self, rig: Rig) -> None:
        """It need not poll."""
        async with running(rig) as broker:
            desk = Desk()
            desk.open()
            async with consuming(broker, desk):
                sent = message(rig)
                await broker.publish([sent])
                await desk.has_seen(1)
            assert desk.seen == [sent.message_id]

    async def test_a_consumer_that_stops_lets_handlers_end_and_takes_no_more(
        self, rig: Rig
    ) -> None:
        """What had begun is settled; the rest stays in the queue."""
        async with running(rig) as broker:
            desk = Desk()
            await broker.publish([message(rig) for _ in range(3)])
            stop = asyncio.Event()
            work = asyncio.ensure_future(broker.consume(COURT, desk.handle, max_count=1, stop=stop))
            await desk.is_full()
            stop.set()
            desk.open()
            async with asyncio.timeout(EVENTUALLY_SECONDS):
                await work
            assert len(desk.seen) == 1
            await expect_depth(broker, 2, 0)

    async def test_a_handler_that_fails_gets_its_message_again(self, rig: Rig) -> None:
        """A bug of ours loses nothing."""
        async with running(rig) as broker:
            desk = Desk(failures=1)
            desk.open()
            await broker.publish([message(rig)])
            async with consuming(broker, desk):
                await desk.has_seen(2)
                await expect_depth(broker, 0, 0)
            assert len(set(desk.seen)) == 1

    async def test_stop_ends_the_consumer_of_replies(self, rig: Rig) -> None:
        """Even one that has nothing to do."""

        async def never(_: object) -> Settlement:
            raise AssertionError("nobody sent a reply")

        broker = rig.broker(QueueLimits())
        await broker.start()
        consuming = asyncio.ensure_future(broker.consume_replies(never))
        await broker.depths()
        await broker.stop()
        async with asyncio.timeout(EVENTUALLY_SECONDS):
            await consuming

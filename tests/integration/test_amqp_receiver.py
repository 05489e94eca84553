"""The toy court on a real RabbitMQ, with the permissions of the public interface."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aio_pika
import orjson
import pytest
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from aio_pika.exceptions import AMQPConnectionError

from hub.broker.limits import QueueLimits
from hub.broker.link import Link
from hub.broker.topology import DELIVERIES, REPLIES, declare
from hub.ports import Leased
from hub.testing.faults import Died, Fault, Faults
from hub.testing.odyssey import ToyOdyssey
from hub.testing.odyssey.amqp import AmqpReceiver
from hub.testing.servers import RabbitmqServer
from tests.unit.testing.test_toy_court import a_message

COURT = "court.odyssey"


@pytest.fixture
def court(tmp_path: Path) -> Iterator[ToyOdyssey]:
    court = ToyOdyssey(tmp_path / "court.db")
    yield court
    court.close()


@pytest.fixture
def court_url(rabbitmq: RabbitmqServer, amqp_vhost: str) -> str:
    """The court's own account: its queue to read, its own key to reply with, nothing else."""
    name, password = amqp_vhost.rsplit("/", 1)[1], rabbitmq.create_user(COURT)
    rabbitmq.permit(COURT, name, configure="^$", write=r"^hub\.replies$", read=r"^court\.odyssey$")
    rabbitmq.permit_topic(COURT, name, exchange=REPLIES, write=r"^court\.odyssey$")
    return rabbitmq.url_of(name, COURT, password)


async def make_queues(url: str) -> None:
    link = Link(url, "test", 10)
    await declare(link, [COURT], QueueLimits())
    await link.close()


@pytest.fixture
async def channel(amqp_vhost: str) -> AsyncIterator[AbstractChannel]:
    async with await aio_pika.connect(amqp_vhost) as connection:
        yield await connection.channel()


async def send(channel: AbstractChannel, message: Leased) -> None:
    exchange = await channel.get_exchange(DELIVERIES, ensure=False)
    sent = aio_pika.Message(
        message.body,
        message_id=message.message_id,
        type=message.type,
        headers=dict(message.headers),
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
    )
    await exchange.publish(sent, COURT)


Inbox = asyncio.Queue[AbstractIncomingMessage]


async def inbox_of(channel: AbstractChannel, name: str) -> Inbox:
    """What comes out of a queue from now on."""
    inbox: Inbox = asyncio.Queue()
    queue = await channel.get_queue(name, ensure=False)
    await queue.consume(inbox.put, no_ack=True)
    return inbox


async def reply_ids(inbox: Inbox, count: int) -> list[str]:
    async with asyncio.timeout(20):
        messages = [await inbox.get() for _ in range(count)]
    assert {message.user_id for message in messages} == {COURT}
    return [orjson.loads(message.body)["reply_id"] for message in messages]


async def depth(channel: AbstractChannel, name: str) -> int | None:
    queue = await channel.declare_queue(name, passive=True)
    return queue.declaration_result.message_count


async def test_a_filing_is_docketed_once_answered_and_settled(
    amqp_vhost: str, court_url: str, channel: AbstractChannel, court: ToyOdyssey
) -> None:
    await make_queues(amqp_vhost)
    for _ in range(2):
        await send(channel, a_message())

    await AmqpReceiver(court, court_url).run_until(2)

    replies = await reply_ids(await inbox_of(channel, REPLIES), 4)
    assert replies == 2 * ["m-1.received", "m-1.accepted"]
    assert len(court.entries()) == 1
    assert await depth(channel, COURT) == 0


async def test_a_message_without_id_is_dead(
    rabbitmq: RabbitmqServer,
    amqp_vhost: str,
    court_url: str,
    channel: AbstractChannel,
    court: ToyOdyssey,
) -> None:
    await make_queues(amqp_vhost)
    nameless = {
        "properties": {},
        "routing_key": COURT,
        "payload": "<x/>",
        "payload_encoding": "string",
    }
    path = f"exchanges/{amqp_vhost.rsplit('/', 1)[1]}/{DELIVERIES}/publish"
    await asyncio.to_thread(rabbitmq.manage, "POST", path, nameless)
    await send(channel, a_message())

    await AmqpReceiver(court, court_url).run_until(1)

    dead = await inbox_of(channel, f"{COURT}.dead")
    async with asyncio.timeout(20):
        message = await dead.get()
    assert message.message_id is None
    assert [entry.message_id for entry in court.entries()] == ["m-1"]


async def test_the_court_may_start_before_the_hub_has_made_its_queue(
    amqp_vhost: str, court_url: str, channel: AbstractChannel, court: ToyOdyssey
) -> None:
    receiving = asyncio.create_task(AmqpReceiver(court, court_url).run_until(1))
    await make_queues(amqp_vhost)
    await send(channel, a_message())

    await receiving

    assert len(court.entries()) == 1


async def test_a_queue_that_was_made_anew_is_consumed_again(
    amqp_vhost: str, court_url: str, channel: AbstractChannel, court: ToyOdyssey
) -> None:
    await make_queues(amqp_vhost)
    await send(channel, a_message("m-1"))
    replies = await inbox_of(channel, REPLIES)
    stop = asyncio.Event()
    receiving = asyncio.create_task(AmqpReceiver(court, court_url, quiet_seconds=1).run(stop))
    assert await reply_ids(replies, 2) == ["m-1.received", "m-1.accepted"]

    await channel.queue_delete(COURT)
    await make_queues(amqp_vhost)
    await send(channel, a_message("m-2", version=2))

    assert await reply_ids(replies, 2) == ["m-2.received", "m-2.accepted"]
    stop.set()
    await receiving
    assert [entry.message_id for entry in court.entries()] == ["m-1", "m-2"]


async def test_a_broker_that_was_killed_and_came_back_loses_no_filing(
    rabbitmq: RabbitmqServer, amqp_vhost: str, court_url: str, court: ToyOdyssey
) -> None:
    await make_queues(amqp_vhost)
    docketed: asyncio.Queue[str] = asyncio.Queue()
    stop = asyncio.Event()
    receiver = AmqpReceiver(
        court, court_url, on_taken=lambda taken: docketed.put_nowait(taken.message.message_id)
    )
    receiving = asyncio.create_task(receiver.run(stop))
    async with await aio_pika.connect(amqp_vhost) as connection:
        await send(await connection.channel(), a_message("m-1"))
        assert await docketed.get() == "m-1"

    rabbitmq.kill()
    await asyncio.to_thread(rabbitmq.start)
    async with await aio_pika.connect(amqp_vhost) as connection:
        await send(await connection.channel(), a_message("m-2", version=2))

    while await docketed.get() != "m-2":
        pass  # m-1 comes again if the broker died before it had stored the ack
    stop.set()
    await receiving
    assert [entry.message_id for entry in court.entries()] == ["m-1", "m-2"]


async def test_a_court_that_dies_before_it_settles_gets_the_filing_again(
    amqp_vhost: str, court_url: str, channel: AbstractChannel, court: ToyOdyssey
) -> None:
    await make_queues(amqp_vhost)
    await send(channel, a_message())
    faults = next(
        one
        for seed in range(200)
        if (one := Faults({Fault.DIE: 0.5}, seed)).strikes(Fault.DIE, "m-1", 1)
        and not one.strikes(Fault.DIE, "m-1", 2)
    )

    with pytest.raises(Died):
        await AmqpReceiver(court, court_url, faults=faults).run(asyncio.Event())
    await AmqpReceiver(court, court_url, faults=faults).run_until(1)

    assert court.comings() == {"m-1": 2}
    assert len(court.entries()) == 1
    assert await depth(channel, COURT) == 0


async def test_replies_come_twice_and_late_but_all_of_them(
    amqp_vhost: str, court_url: str, channel: AbstractChannel, court: ToyOdyssey
) -> None:
    await make_queues(amqp_vhost)
    await send(channel, a_message())
    put_off = next(
        one
        for seed in range(200)
        if (one := Faults({Fault.LATE: 1, Fault.TWICE: 1}, seed, late_seconds=0)).draw(
            "turned", "m-1"
        )
        >= 0.5
    )
    stop = asyncio.Event()
    receiving = asyncio.create_task(AmqpReceiver(court, court_url, faults=put_off).run(stop))

    replies = await reply_ids(await inbox_of(channel, REPLIES), 3)
    stop.set()
    await receiving

    assert replies == ["m-1.received", "m-1.received", "m-1.accepted"]


async def test_patience_ends_when_nobody_is_there(court: ToyOdyssey) -> None:
    receiver = AmqpReceiver(court, "amqp://nobody:x@127.0.0.1:1/", patience_seconds=0)

    with pytest.raises(AMQPConnectionError):
        await receiver.run(asyncio.Event())

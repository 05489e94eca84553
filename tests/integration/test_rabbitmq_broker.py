"""What only RabbitMQ can do to the hub: die, forget, refuse, fall silent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import aio_pika
import pytest
from aio_pika.abc import AbstractIncomingMessage
from aio_pika.exceptions import ChannelClosed

from hub.broker import QueueLimits
from hub.broker.consumer import Consumer
from hub.broker.link import Link
from hub.broker.rabbitmq import RabbitmqBroker
from hub.broker.topology import REPLIES, UNROUTABLE, declare_replies, depth, has_consumer
from hub.domain.delivery import Message, NotSent, SendResult, Sent
from hub.domain.errors import BrokerUnavailable, Misconfigured
from hub.ports import Inbound, Settlement
from hub.testing.broker_contract import COURT, DESTINATIONS, DMV, eventually, ids, lease, message
from hub.testing.proxy import Proxy
from hub.testing.servers import RabbitmqServer


class Rig:
    """What `message` needs."""

    def __init__(self) -> None:
        self.messages: dict[str, Message] = {}


RIG = Rig()


def new_broker(url: str, limits: QueueLimits | None = None, timeout: float = 10) -> RabbitmqBroker:
    return RabbitmqBroker(url, DESTINATIONS, limits or QueueLimits(), timeout)


@pytest.fixture
async def broker(amqp_vhost: str) -> AsyncIterator[RabbitmqBroker]:
    broker = new_broker(amqp_vhost)
    await broker.start()
    yield broker
    await broker.stop()


@pytest.fixture
async def mortal_broker(mortal_vhost: str) -> AsyncIterator[RabbitmqBroker]:
    broker = new_broker(mortal_vhost)
    await broker.start()
    yield broker
    await broker.stop()


@pytest.fixture
async def link(amqp_vhost: str) -> AsyncIterator[Link]:
    link = Link(amqp_vhost, "test", 10)
    yield link
    await link.close()


def vhost(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


async def outage(rabbitmq: RabbitmqServer) -> None:
    await asyncio.to_thread(rabbitmq.kill)
    await asyncio.to_thread(rabbitmq.start)


async def send_reply(url: str, key: str, body: bytes = b"{}", user_id: str | None = None) -> None:
    connection = await aio_pika.connect(url)
    async with connection:
        channel = await connection.channel(on_return_raises=True)
        exchange = await channel.get_exchange(REPLIES, ensure=False)
        await exchange.publish(aio_pika.Message(body, user_id=user_id), key)


class Court:
    """A handler of replies that keeps what it got and answers as told."""

    def __init__(self, *answers: Settlement | Exception) -> None:
        self.replies: asyncio.Queue[Inbound] = asyncio.Queue()
        self._answers = list(answers)

    async def __call__(self, reply: Inbound) -> Settlement:
        self.replies.put_nowait(reply)
        answer = self._answers.pop(0) if self._answers else Settlement.ACK
        if isinstance(answer, Exception):
            raise answer
        return answer


@asynccontextmanager
async def consuming(broker: RabbitmqBroker, link: Link, court: Court) -> AsyncIterator[None]:
    task = asyncio.ensure_future(broker.consume_replies(court))
    await eventually(lambda: has_consumer(link, REPLIES), bool)
    yield
    await broker.stop()
    await task


# --- dying --------------------------------------------------------------------------------------


async def test_every_sent_message_is_there_after_the_broker_was_killed(
    mortal_broker: RabbitmqBroker, mortal_rabbitmq: RabbitmqServer
) -> None:
    sent: set[str] = set()

    async def publish_until_it_is_gone() -> None:
        results: list[SendResult] = []
        while NotSent("broker-unavailable") not in results:
            batch = [message(RIG, body=bytes(4096)) for _ in range(2000)]
            results = await mortal_broker.publish(batch)
            pairs = zip(batch, results, strict=True)
            sent.update(each.message_id for each, result in pairs if result == Sent())

    publishing = asyncio.ensure_future(publish_until_it_is_gone())
    await eventually(mortal_broker.depths, lambda depths: depths[COURT][0] > 500)
    await asyncio.to_thread(mortal_rabbitmq.kill)
    await publishing
    await asyncio.to_thread(mortal_rabbitmq.start)

    found: set[str] = set()
    await eventually(mortal_broker.depths, lambda depths: depths[COURT][0] >= len(sent))
    while leased := await mortal_broker.lease(COURT, max_count=5000, lease_seconds=60):
        found.update(ids(leased))
    assert len(sent) > 500
    assert sent <= found
    assert await mortal_broker.publish([message(RIG)]) == [Sent()]


async def test_leases_are_back_in_the_queue_after_the_broker_was_killed(
    mortal_broker: RabbitmqBroker, mortal_rabbitmq: RabbitmqServer
) -> None:
    await mortal_broker.publish([message(RIG)])
    (leased,) = await lease(mortal_broker)
    await outage(mortal_rabbitmq)
    assert not await mortal_broker.settle(COURT, leased.message_id, Settlement.ACK)
    assert ids(await lease(mortal_broker)) == [leased.message_id]
    assert await mortal_broker.settle(COURT, leased.message_id, Settlement.ACK)


async def test_consumer_of_replies_is_back_after_the_broker_was_killed(
    mortal_broker: RabbitmqBroker, mortal_rabbitmq: RabbitmqServer, mortal_vhost: str
) -> None:
    court, link = Court(), Link(mortal_vhost, "test", 10)
    async with consuming(mortal_broker, link, court):
        await outage(mortal_rabbitmq)
        await send_reply(mortal_vhost, COURT, b'{"reply_id": "1"}')
        assert (await court.replies.get()).body == b'{"reply_id": "1"}'
    await link.close()


# --- forgetting ---------------------------------------------------------------------------------


async def test_fresh_broker_has_every_queue_made_anew(amqp_vhost: str) -> None:
    broker = new_broker(amqp_vhost)
    assert await broker.start() == list(DESTINATIONS)
    await broker.stop()


async def test_deleted_queue_is_unroutable_until_start_makes_it_anew(
    broker: RabbitmqBroker, rabbitmq: RabbitmqServer, amqp_vhost: str
) -> None:
    rabbitmq.manage("DELETE", f"queues/{vhost(amqp_vhost)}/{COURT}")
    batch = [message(RIG), message(RIG, DMV)]
    assert await broker.publish(batch) == [NotSent("unroutable"), Sent()]
    assert COURT not in await broker.depths()
    assert await broker.start() == [COURT]
    assert await broker.publish(batch) == [Sent(), Sent()]


async def test_deleted_exchange_is_never_taken_for_sent(
    broker: RabbitmqBroker, rabbitmq: RabbitmqServer, amqp_vhost: str
) -> None:
    rabbitmq.manage("DELETE", f"exchanges/{vhost(amqp_vhost)}/hub.deliveries")
    results = await broker.publish([message(RIG) for _ in range(3)])
    assert set(results) <= {NotSent("unroutable"), NotSent("unconfirmed")}
    assert await broker.start() == []
    assert await broker.publish([message(RIG)]) == [Sent()]


async def test_consumer_makes_a_deleted_queue_anew_and_goes_on(
    broker: RabbitmqBroker, rabbitmq: RabbitmqServer, link: Link, amqp_vhost: str
) -> None:
    court = Court()
    async with consuming(broker, link, court):
        rabbitmq.manage("DELETE", f"queues/{vhost(amqp_vhost)}/{REPLIES}")
        await eventually(lambda: has_consumer(link, REPLIES), bool)
        await send_reply(amqp_vhost, DMV)
        assert (await court.replies.get()).destination == DMV


async def test_consumer_is_back_when_the_broker_closed_its_channel(
    broker: RabbitmqBroker, link: Link, amqp_vhost: str
) -> None:
    """Settling one message twice makes RabbitMQ close the channel, not the connection."""
    assert await broker.depths()
    bodies: asyncio.Queue[bytes] = asyncio.Queue()

    async def settle_too_often(incoming: AbstractIncomingMessage) -> Settlement:
        bodies.put_nowait(incoming.body)
        if incoming.body == b"twice":
            await incoming.channel.basic_ack(incoming.delivery_tag or 0)
        return Settlement.ACK

    async def prepare(channel: aio_pika.abc.AbstractChannel) -> None:
        await declare_replies(channel, DESTINATIONS)

    consumer = Consumer(link, REPLIES, prepare, settle_too_often)
    task = asyncio.ensure_future(consumer.run())
    await send_reply(amqp_vhost, COURT, b"twice")
    assert await bodies.get() == b"twice"
    await send_reply(amqp_vhost, COURT, b"after")
    assert await bodies.get() == b"after"
    await consumer.stop()
    await task


# --- refusing -----------------------------------------------------------------------------------


async def test_other_arguments_stop_the_start_with_one_sentence(
    broker: RabbitmqBroker, amqp_vhost: str
) -> None:
    other = new_broker(amqp_vhost, QueueLimits(max_length=7))
    with pytest.raises(Misconfigured, match="x-max-length") as refusal:
        await other.start()
    assert str(urlsplit(amqp_vhost).password) not in str(refusal.value)
    await other.stop()
    assert await broker.publish([message(RIG)]) == [Sent()]


async def test_wrong_password_is_named_and_not_quoted(rabbitmq: RabbitmqServer) -> None:
    broker = new_broker(rabbitmq.url_of("/", "hub", "a-wrong-secret"))
    with pytest.raises(BrokerUnavailable, match="refused the user name, password") as refusal:
        await broker.start()
    assert "a-wrong-secret" not in str(refusal.value)
    assert refusal.value.__cause__ is None


@pytest.mark.parametrize("url", ["amqp://", "http://host/", "amqp://host:port/", "localhost"])
def test_url_that_cannot_be_understood_is_misconfigured(url: str) -> None:
    with pytest.raises(Misconfigured, match="HUB_BROKER_URL"):
        new_broker(url)


@pytest.fixture
def court_url(rabbitmq: RabbitmqServer, amqp_vhost: str) -> str:
    """A destination's own account, with the permissions of the interface."""
    name, password = vhost(amqp_vhost), rabbitmq.create_user(COURT)
    rabbitmq.permit(COURT, name, configure="^$", write=r"^hub\.replies$", read=r"^court\.odyssey$")
    rabbitmq.permit_topic(COURT, name, exchange=REPLIES, write=r"^court\.odyssey$")
    return rabbitmq.url_of(name, COURT, password)


async def test_reply_carries_the_account_that_the_broker_verified(
    broker: RabbitmqBroker, link: Link, court_url: str
) -> None:
    court = Court()
    async with consuming(broker, link, court):
        await send_reply(court_url, COURT, b'{"reply_id": "1"}', user_id=COURT)
        assert await court.replies.get() == Inbound(COURT, COURT, b'{"reply_id": "1"}')
        await send_reply(court_url, COURT)
        assert (await court.replies.get()).account is None


@pytest.mark.usefixtures("broker")
@pytest.mark.parametrize(("key", "user_id"), [(COURT, DMV), (DMV, COURT)])
async def test_reply_in_the_name_of_another_closes_the_channel(
    court_url: str, key: str, user_id: str
) -> None:
    with pytest.raises(ChannelClosed):
        await send_reply(court_url, key, user_id=user_id)


# --- replies ------------------------------------------------------------------------------------


async def test_reply_under_an_unknown_key_is_set_aside(
    broker: RabbitmqBroker, link: Link, amqp_vhost: str
) -> None:
    court = Court()
    async with consuming(broker, link, court):
        await send_reply(amqp_vhost, "court.nowhere")
        await eventually(lambda: depth(link, UNROUTABLE), lambda count: count == 1)
    assert court.replies.empty()


async def test_dead_reply_is_set_aside_and_a_requeued_one_comes_again(
    broker: RabbitmqBroker, link: Link, amqp_vhost: str
) -> None:
    court = Court(Settlement.REQUEUE, Settlement.DEAD)
    async with consuming(broker, link, court):
        await send_reply(amqp_vhost, COURT)
        await court.replies.get()
        await court.replies.get()
        await eventually(lambda: depth(link, UNROUTABLE), lambda count: count == 1)


async def test_reply_whose_handler_fails_comes_again_and_is_not_logged(
    broker: RabbitmqBroker,
    link: Link,
    amqp_vhost: str,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    body = b'{"text": "Testperson Sample"}'
    court = Court(ValueError(body))
    async with consuming(broker, link, court):
        await send_reply(amqp_vhost, COURT, body)
        first, again = await court.replies.get(), await court.replies.get()
        assert first == again
    printed = capfd.readouterr()
    logged = printed.out + printed.err + caplog.text
    assert "handler_failed" in logged
    assert "Testperson" not in logged


async def test_stop_lets_a_running_handler_settle(
    broker: RabbitmqBroker, link: Link, amqp_vhost: str
) -> None:
    entered, leave = asyncio.Event(), asyncio.Event()

    async def slow(_: Inbound) -> Settlement:
        entered.set()
        await leave.wait()
        return Settlement.ACK

    consumer = asyncio.ensure_future(broker.consume_replies(slow))
    await send_reply(amqp_vhost, COURT)
    await entered.wait()
    stopping = asyncio.ensure_future(broker.stop())
    asyncio.get_running_loop().call_soon(leave.set)
    await asyncio.gather(stopping, consumer)
    assert await depth(link, REPLIES) == 0


# --- silence ------------------------------------------------------------------------------------


@pytest.fixture
async def proxy(amqp_vhost: str) -> AsyncIterator[Proxy]:
    async with Proxy(urlsplit(amqp_vhost).port or 0) as proxy:
        yield proxy


def through(proxy: Proxy, url: str) -> str:
    return url.replace(f":{urlsplit(url).port}/", f":{proxy.port}/")


async def test_no_broker_at_all_is_unavailable(rabbitmq: RabbitmqServer) -> None:
    broker = new_broker(rabbitmq.url.replace(f":{urlsplit(rabbitmq.url).port}/", ":1/"))
    with pytest.raises(BrokerUnavailable, match=r"127\.0\.0\.1:1 gave no connection"):
        await broker.start()
    assert await broker.publish([message(RIG)]) == [NotSent("broker-unavailable")]
    with pytest.raises(BrokerUnavailable):
        await broker.lease(COURT, max_count=1, lease_seconds=1)
    await broker.stop()


async def test_server_that_says_nothing_is_unavailable_within_the_timeout() -> None:
    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(listen, "127.0.0.1", 0) as mute:
        port = mute.sockets[0].getsockname()[1]
        broker = new_broker(f"amqp://hub:secret@127.0.0.1:{port}/", timeout=0.2)
        with pytest.raises(BrokerUnavailable, match="TimeoutError"):
            await broker.start()


async def test_silent_connection_leaves_messages_unconfirmed_and_is_replaced(
    amqp_vhost: str, proxy: Proxy
) -> None:
    broker = new_broker(through(proxy, amqp_vhost), timeout=1)
    await broker.start()
    assert await broker.publish([message(RIG)]) == [Sent()]
    proxy.go_silent()
    assert await broker.publish([message(RIG)]) == [NotSent("unconfirmed")]
    assert await broker.publish([message(RIG)]) == [Sent()]
    with pytest.raises(BrokerUnavailable):
        await broker.depths()
    assert (await broker.depths())[COURT][0] >= 2
    await broker.stop()


async def test_silent_connection_of_a_consumer_is_replaced_by_its_watch(
    amqp_vhost: str, proxy: Proxy
) -> None:
    replies: asyncio.Queue[bytes] = asyncio.Queue()

    async def handle(incoming: AbstractIncomingMessage) -> Settlement:
        replies.put_nowait(incoming.body)
        return Settlement.ACK

    async def prepare(channel: aio_pika.abc.AbstractChannel) -> None:
        await declare_replies(channel, DESTINATIONS)

    link = Link(through(proxy, amqp_vhost), "test", timeout_seconds=1)
    consumer = Consumer(link, REPLIES, prepare, handle, watch_seconds=0.1)
    task = asyncio.ensure_future(consumer.run())
    await eventually(lambda: has_consumer(link, REPLIES), bool)
    await send_reply(amqp_vhost, COURT, b"before")
    assert await replies.get() == b"before"
    proxy.go_silent()

    async def is_answered() -> bool:
        # RabbitMQ still feeds the dead consumer too, in turns, until its heartbeats are missed.
        await send_reply(amqp_vhost, COURT, b"after")
        return not replies.empty()

    await eventually(is_answered, bool)
    await consumer.stop()
    await task
    await link.close()

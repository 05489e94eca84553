"""Exchanges and queues of the hub on RabbitMQ, declared idempotently. Source: interface, "AMQP".

The same arguments work from RabbitMQ 3.10 to 4.x. They cannot be changed once a queue exists.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aio_pika import ExchangeType
from aio_pika.abc import AbstractChannel
from aio_pika.exceptions import ChannelNotFoundEntity, ChannelPreconditionFailed

from hub.broker.limits import QueueLimits
from hub.domain.errors import Misconfigured

DELIVERIES = "hub.deliveries"
DEAD = "hub.dead"
REPLIES = "hub.replies"
UNROUTABLE = "hub.unroutable"

REPLY_RETURNS_MAX = 1_000
"""How often a reply may come back before it goes to `hub.unroutable`: hours, see `consumer`."""

OpenChannel = Callable[[], Awaitable[AbstractChannel]]
Arguments = dict[str, Any]


def dead_queue(destination: str) -> str:
    """Where dead messages of a destination wait."""
    return f"{destination}.dead"


async def declare(
    open_channel: OpenChannel, destinations: Sequence[str], limits: QueueLimits
) -> list[str]:
    """Declare and verify everything; gives the destinations whose queue was not there.

    Raises:
        Misconfigured: something exists with other arguments.
    """
    remade = [name for name in destinations if not await _exists(open_channel, name)]
    channel = await open_channel()
    try:
        await _declare_deliveries(channel, destinations, limits)
        await declare_replies(channel, destinations)
    except ChannelPreconditionFailed as refusal:
        raise Misconfigured(_mismatch(refusal)) from None
    finally:
        await channel.close()
    return remade


async def _exists(open_channel: OpenChannel, queue: str) -> bool:
    channel = await open_channel()  # its own: asking for a queue that is not there closes it
    try:
        await channel.declare_queue(queue, passive=True)
    except ChannelNotFoundEntity:
        return False
    finally:
        await channel.close()
    return True


async def _declare_deliveries(
    channel: AbstractChannel, destinations: Sequence[str], limits: QueueLimits
) -> None:
    # No alternate exchange: a message without a queue must come back to the relay.
    await channel.declare_exchange(DELIVERIES, ExchangeType.DIRECT, durable=True)
    await channel.declare_exchange(DEAD, ExchangeType.DIRECT, durable=True)
    for destination in destinations:
        # The dead queue comes first: without a target, dead letters would stay where they died.
        dead = await _quorum_queue(channel, dead_queue(destination), {})
        await dead.bind(DEAD, destination)
        queue = await _quorum_queue(channel, destination, _delivery_arguments(destination, limits))
        await queue.bind(DELIVERIES, destination)


def _delivery_arguments(destination: str, limits: QueueLimits) -> Arguments:
    return {
        "x-delivery-limit": limits.delivery_limit,
        "x-max-length": limits.max_length,
        **_dead_letters_to(DEAD),
        "x-dead-letter-routing-key": destination,
    }


async def declare_replies(channel: AbstractChannel, destinations: Sequence[str]) -> None:
    """Declare the way back: replies under a known key, everything else set aside."""
    await channel.declare_exchange(UNROUTABLE, ExchangeType.FANOUT, durable=True)
    aside = await _quorum_queue(channel, UNROUTABLE, {})
    await aside.bind(UNROUTABLE)
    await channel.declare_exchange(
        REPLIES, ExchangeType.TOPIC, durable=True, arguments={"alternate-exchange": UNROUTABLE}
    )
    replies = await _quorum_queue(
        channel,
        REPLIES,
        {"x-delivery-limit": REPLY_RETURNS_MAX, **_dead_letters_to(UNROUTABLE)},
    )
    for destination in destinations:
        await replies.bind(REPLIES, destination)


def _dead_letters_to(exchange: str) -> Arguments:
    """At least once; without `reject-publish` RabbitMQ would silently fall back to at most once."""
    return {
        "x-dead-letter-exchange": exchange,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


async def _quorum_queue(channel: AbstractChannel, name: str, arguments: Arguments) -> Any:
    return await channel.declare_queue(
        name, durable=True, arguments={"x-queue-type": "quorum", **arguments}
    )


def _mismatch(refusal: ChannelPreconditionFailed) -> str:
    return (
        "RabbitMQ holds a queue or exchange of the hub with other arguments; put the setting back, "
        f"or drain and delete it so that the hub can make it anew. RabbitMQ says: {refusal}"
    )

"""Exchanges and queues of the hub on RabbitMQ, declared idempotently. Source: interface, "AMQP".

The same arguments work from RabbitMQ 3.10 to 4.x. They cannot be changed once a queue exists.
"""

from collections.abc import Sequence
from typing import Any

from aio_pika import ExchangeType
from aio_pika.abc import AbstractChannel
from aio_pika.exceptions import ChannelClosed, ChannelNotFoundEntity

from hub.broker.limits import QueueLimits
from hub.broker.link import Link
from hub.domain.errors import Misconfigured

DELIVERIES = "hub.deliveries"
DEAD = "hub.dead"
REPLIES = "hub.replies"
UNROUTABLE = "hub.unroutable"

REPLY_RETURNS_MAX = 1_000
"""How often a reply may come back before it goes to `hub.unroutable`: hours, see `consumer`."""

Arguments = dict[str, Any]


def dead_queue(destination: str) -> str:
    """Where dead messages of a destination wait."""
    return f"{destination}.dead"


async def declare(link: Link, destinations: Sequence[str], limits: QueueLimits) -> list[str]:
    """Declare and verify everything; gives the destinations whose queue was not there.

    Raises:
        BrokerUnavailable: no connection, or no answer, within the timeout.
        Misconfigured: something exists with other arguments, or the account may not declare it.
    """
    remade = [name for name in destinations if await depth(link, name) is None]
    try:
        async with link.opened() as channel:
            await _declare_exchanges(channel)
        for destination in destinations:
            async with link.opened() as channel:
                await _declare_destination(channel, destination, limits)
        async with link.opened() as channel:
            await declare_replies(channel, destinations)
    except ChannelClosed as refusal:
        raise Misconfigured(
            "RabbitMQ refused the hub's queues. If one exists with other arguments, put the setting"
            f" back, or drain and delete it and start again. RabbitMQ says: {refusal}"
        ) from None
    return remade


async def depth(link: Link, queue: str) -> int | None:
    """How many messages are ready in a queue; None when there is no such queue.

    Raises:
        BrokerUnavailable: no connection, or no answer, within the timeout.
    """
    declared = await _look_at(link, queue)
    return None if declared is None else declared.message_count


async def has_consumer(link: Link, queue: str) -> bool:
    """Whether the broker knows of a consumer on this queue.

    Raises:
        BrokerUnavailable: no connection, or no answer, within the timeout.
    """
    declared = await _look_at(link, queue)
    return declared is not None and bool(declared.consumer_count)


async def _look_at(link: Link, queue: str) -> Any:
    try:
        async with link.opened() as channel:  # asking for a queue that is not there closes it
            return (await channel.declare_queue(queue, passive=True)).declaration_result
    except ChannelNotFoundEntity:
        return None


async def _declare_exchanges(channel: AbstractChannel) -> None:
    # No alternate exchange: a message without a queue must come back to the relay.
    await channel.declare_exchange(DELIVERIES, ExchangeType.DIRECT, durable=True)
    await channel.declare_exchange(DEAD, ExchangeType.DIRECT, durable=True)


async def _declare_destination(
    channel: AbstractChannel, destination: str, limits: QueueLimits
) -> None:
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

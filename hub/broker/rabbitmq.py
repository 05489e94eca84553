"""The broker on RabbitMQ: one connection to publish on, one to consume on.

Two, because a broker short of memory or disk blocks connections that publish, and settling must go
on meanwhile.
"""

import asyncio
from collections.abc import Mapping, Sequence

from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from hub.broker import topology
from hub.broker.consumer import Consumer
from hub.broker.lessee import Lessee, leased
from hub.broker.limits import QueueLimits
from hub.broker.link import Link
from hub.broker.publisher import Publisher
from hub.domain.delivery import Message, SendResult
from hub.domain.errors import NotFound
from hub.ports import Inbound, Leased, MessageHandler, ReplyHandler, Settlement


class RabbitmqBroker:
    """Implements `hub.ports.Broker`.

    Raises:
        Misconfigured: the URL cannot be understood.
    """

    def __init__(
        self, url: str, destinations: Sequence[str], limits: QueueLimits, timeout_seconds: float
    ) -> None:
        self._destinations = tuple(destinations)
        self._limits = limits
        self._out = Link(url, "citation-hub publisher", timeout_seconds)
        self._in = Link(url, "citation-hub consumer", timeout_seconds)
        self._publisher = Publisher(self._out)
        self._lessee = Lessee(self._in)
        self._consumers: list[Consumer] = []

    async def start(self) -> list[str]:
        """Declare and verify the topology; gives destinations whose queue was made anew.

        May be called again while it runs, to verify anew after `unroutable`.

        Raises:
            BrokerUnavailable: no connection within the timeout.
            Misconfigured: a queue exists with other arguments.
        """
        return await topology.declare(self._in, self._destinations, self._limits)

    async def stop(self) -> None:
        """Let reply handlers end, give leased messages back, close."""
        await asyncio.gather(*(consumer.stop() for consumer in self._consumers))
        await self._lessee.stop()
        await self._in.close()
        await self._out.close()

    async def publish(self, messages: Sequence[Message]) -> list[SendResult]:
        """Send all; one result each, in order."""
        return await self._publisher.publish(messages)

    async def lease(self, destination: str, *, max_count: int, lease_seconds: int) -> list[Leased]:
        """Take up to `max_count` ready messages for a receiver.

        Raises:
            NotFound: no such destination.
            BrokerUnavailable: RabbitMQ does not answer.
        """
        if destination not in self._destinations:
            raise NotFound(f"There is no destination {destination}.")
        return await self._lessee.lease(
            destination, max_count=max_count, lease_seconds=lease_seconds
        )

    async def is_leased(self, destination: str, message_id: str) -> bool:
        """Whether a receiver holds the message through this process."""
        return self._lessee.is_leased(destination, message_id)

    async def settle(self, destination: str, message_id: str, how: Settlement) -> bool:
        """Settle a leased message; False when it is not leased (any more)."""
        return await self._lessee.settle(destination, message_id, how)

    async def depths(self) -> Mapping[str, tuple[int, int]]:
        """(ready, dead) messages; a destination whose queue is missing is left out.

        Raises:
            BrokerUnavailable: RabbitMQ does not answer.
        """
        found = await asyncio.gather(*(self._depths(each) for each in self._destinations))
        named = zip(self._destinations, found, strict=True)
        return {name: depths for name, depths in named if depths is not None}

    async def _depths(self, destination: str) -> tuple[int, int] | None:
        ready = await topology.depth(self._in, destination)
        dead = await topology.depth(self._in, topology.dead_queue(destination))
        return None if ready is None or dead is None else (ready, dead)

    async def consume(
        self, destination: str, handler: MessageHandler, *, max_count: int, stop: asyncio.Event
    ) -> None:
        """Call `handler` for each message of a destination until `stop` is set.

        A missing queue is waited for, not declared: who declares it must know that it was missing.
        """

        async def handle(message: AbstractIncomingMessage) -> Settlement:
            return await handler(leased(message))

        consumer = Consumer(self._in, destination, _nothing, handle, prefetch=max_count)
        self._consumers.append(consumer)
        consuming = asyncio.create_task(consumer.run())
        try:
            await stop.wait()
            await consumer.stop()
        finally:
            self._consumers.remove(consumer)
            consuming.cancel()
            await asyncio.wait([consuming])

    async def consume_replies(self, handler: ReplyHandler) -> None:
        """Call `handler` for every reply until `stop`."""
        await self._consume_inbound(topology.REPLIES, handler)

    async def consume_unroutable(self, handler: ReplyHandler) -> None:
        """Call `handler` for what came under no destination's key, until `stop`."""
        await self._consume_inbound(topology.UNROUTABLE, handler)

    async def _consume_inbound(self, queue: str, handler: ReplyHandler) -> None:
        async def handle(message: AbstractIncomingMessage) -> Settlement:
            return await handler(Inbound(message.routing_key or "", message.user_id, message.body))

        consumer = Consumer(self._in, queue, self._declare_replies, handle)
        self._consumers.append(consumer)
        await consumer.run()

    async def _declare_replies(self, channel: AbstractChannel) -> None:
        await topology.declare_replies(channel, self._destinations)


async def _nothing(_: AbstractChannel) -> None:
    """Declares nothing."""

"""Publishing to RabbitMQ: sent means confirmed and routed, everything else has a cause."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence

from aio_pika import DeliveryMode
from aio_pika import Message as AmqpMessage
from aio_pika.abc import AbstractChannel
from aio_pika.exceptions import ChannelNotFoundEntity, DeliveryError, PublishError

from hub.broker.link import Link, loss_is_an_error
from hub.broker.topology import DELIVERIES
from hub.domain.delivery import Message, NotSent, SendResult, Sent
from hub.domain.errors import BrokerUnavailable

IN_FLIGHT_MAX = 200
"""Messages on the wire without their confirm: bounds memory, and what an outage leaves unknown."""


class Publisher:
    """Sends batches in order over one channel; batches take turns."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._channel: AbstractChannel | None = None
        self._turn = asyncio.Lock()

    async def publish(self, messages: Sequence[Message]) -> list[SendResult]:
        """One result for each message, in order."""
        async with self._turn:
            try:
                batch = _Batch(await self._open_channel(), self._link.timeout_seconds)
            except BrokerUnavailable:
                return [NotSent("broker-unavailable") for _ in messages]
            is_settled = False
            try:
                results = await asyncio.gather(*(batch.send(message) for message in messages))
                is_settled = NotSent("unconfirmed") not in results
            finally:
                if not is_settled:
                    await self._drop_channel()
            return results

    async def _open_channel(self) -> AbstractChannel:
        if self._channel is None or self._channel.is_closed:
            self._channel = await self._link.channel(publisher_confirms=True, on_return_raises=True)
        return self._channel

    async def _drop_channel(self) -> None:
        """Leave late confirms behind: the next batch must not meet them."""
        self._channel = None
        await self._link.close()


class _Batch:
    """The messages of one call on one channel."""

    def __init__(self, channel: AbstractChannel, timeout_seconds: float) -> None:
        self._channel = channel
        self._timeout_seconds = timeout_seconds
        self._in_flight = asyncio.Semaphore(IN_FLIGHT_MAX)
        # The library finds a returned message by its id: one id is never on the wire twice.
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def send(self, message: Message) -> SendResult:
        async with self._turns[message.message_id], self._in_flight:
            try:
                with loss_is_an_error():
                    await self._publish(message)
            except (PublishError, ChannelNotFoundEntity):  # no such queue, no such exchange
                return NotSent("unroutable")
            except DeliveryError:
                return NotSent("nacked")
            except Exception:  # noqa: BLE001 - in an outage the library raises assorted types,
                return NotSent("unconfirmed")  # and none of them says whether the message arrived
            return Sent()

    async def _publish(self, message: Message) -> None:
        channel = await self._channel.get_underlay_channel()
        await channel.basic_publish(
            message.body,
            exchange=DELIVERIES,
            routing_key=message.destination,
            properties=AmqpMessage(
                b"",
                headers=dict(message.headers),
                content_type=message.content_type,
                delivery_mode=DeliveryMode.PERSISTENT,
                correlation_id=message.correlation_id,
                message_id=message.message_id,
                timestamp=message.timestamp,
                type=message.type,
                app_id=message.app_id,
            ).properties,
            mandatory=True,
            timeout=self._timeout_seconds,
        )

"""The toy court over RabbitMQ: consumes its queue, publishes replies, settles explicitly.

Plain connections: after a loss a new one is opened, so that nothing is restored behind our back.
Source: public interface, "AMQP".
"""

import asyncio
import logging
from typing import Any
from urllib.parse import unquote, urlsplit

import aio_pika
import orjson
from aio_pika.abc import AbstractChannel, AbstractExchange, AbstractIncomingMessage
from aio_pika.exceptions import AMQPError, ChannelInvalidStateError

from hub.ports import Leased
from hub.testing.faults import Faults
from hub.testing.odyssey.court import DESTINATION, Reply, ToyOdyssey
from hub.testing.odyssey.receiver import OnTaken, Patience, Receiver, Send, ignore

_REPLIES = "hub.replies"
_PREFETCH = 20
_ANSWER_SECONDS = 10.0
_LOST = (AMQPError, ChannelInvalidStateError, OSError, TimeoutError)

# The libraries log whole messages, bodies and all.
for _library in ("aio_pika", "aiormq"):
    logging.getLogger(_library).setLevel(logging.CRITICAL)

_Inbox = asyncio.Queue[AbstractIncomingMessage | None]
"""Messages as they come; None when the channel or the consumer was lost."""


class AmqpReceiver(Receiver):
    """Receives from the broker at `url`, as the account named in it.

    A lost connection, and a queue that is not there yet, are waited out for `patience_seconds`.
    After `quiet_seconds` without a message it connects anew: RabbitMQ 3.10 does not tell the
    consumer of a quorum queue that the queue was deleted. Replies that were put off go out with the
    next message or the next connection.
    """

    def __init__(
        self,
        court: ToyOdyssey,
        url: str,
        *,
        on_taken: OnTaken = ignore,
        faults: Faults | None = None,
        patience_seconds: float = 60.0,
        quiet_seconds: float = 15.0,
    ) -> None:
        super().__init__(court, on_taken, faults or Faults())
        self._url = url
        self._quiet_seconds = quiet_seconds
        self._account = unquote(urlsplit(url).username or "guest")
        self._patience = Patience(patience_seconds)

    async def listen(self) -> None:  # noqa: D102 - as in Receiver
        while True:
            try:
                await self._consume()
            except _LOST as trouble:
                await self._patience.wait(trouble)

    async def _consume(self) -> None:
        """Consume until the connection is lost; raises how it was lost."""
        connection = await aio_pika.connect(self._url, timeout=_ANSWER_SECONDS)
        async with connection:
            channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
            await channel.set_qos(_PREFETCH)
            inbox = await _inbox(channel)
            replies = await channel.get_exchange(_REPLIES, ensure=False)
            self._patience.reset()
            send = self._sender(replies)
            await self._send_due(send)
            while (message := await self._next(inbox)) is not None:
                await self._take(message, send)
                await self._send_due(send)
            raise ConnectionError("RabbitMQ closed the channel.")

    async def _next(self, inbox: _Inbox) -> AbstractIncomingMessage | None:
        async with asyncio.timeout(self._quiet_seconds):
            return await inbox.get()

    async def _take(self, message: AbstractIncomingMessage, send: Send) -> None:
        """Answer confirmed, then the ack.

        A message without id could never be told from its copies: it is rejected, and dead.
        """
        leased = _leased(message)
        if leased is None:
            async with asyncio.timeout(_ANSWER_SECONDS):  # on a dead channel it may hang
                await message.reject(requeue=False)
            return
        conduct = await self._begin(leased)
        async with asyncio.timeout(_ANSWER_SECONDS):
            replies = await self._answer(leased, conduct, send)
            await message.ack()
        await self._note(leased, replies)

    def _sender(self, exchange: AbstractExchange) -> Send:
        async def send(reply: Reply) -> None:
            await exchange.publish(self._message(reply), DESTINATION, timeout=_ANSWER_SECONDS)

        return send

    def _message(self, reply: Reply) -> aio_pika.Message:
        return aio_pika.Message(
            orjson.dumps(reply),
            content_type="application/json",
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            message_id=reply["reply_id"],
            type=reply["type"],
            user_id=self._account,
            app_id="toy-odyssey",
        )


async def _inbox(channel: AbstractChannel) -> _Inbox:
    inbox: _Inbox = asyncio.Queue()

    def note_loss(*_: object) -> None:
        inbox.put_nowait(None)

    channel.close_callbacks.add(note_loss)
    underlay = await channel.get_underlay_channel()
    underlay.on_consumer_cancel_callbacks.add(note_loss)
    queue = await channel.get_queue(DESTINATION, ensure=False)
    await queue.consume(inbox.put)
    return inbox


def _leased(message: AbstractIncomingMessage) -> Leased | None:
    if not message.message_id:
        return None
    headers: dict[str, Any] = dict(message.headers)
    return Leased(message.message_id, message.type or "", headers, message.body)

"""A consumer that is there, whatever happens to the broker; and the one way to settle."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import structlog
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from hub.broker.link import Link, close_quietly, loss_is_an_error
from hub.broker.topology import has_consumer
from hub.ports import Settlement

PREFETCH = 50
"""Messages handed out without being settled: the only bound on handlers running at once."""
WATCH_SECONDS = 15.0
RETRY_SECONDS = 1.0
PAUSE_SECONDS_MAX = 30.0
STOP_SECONDS = 10.0

Handler = Callable[[AbstractIncomingMessage], Awaitable[Settlement]]
Prepare = Callable[[AbstractChannel], Awaitable[None]]

log = structlog.get_logger(__name__)


async def settle(message: AbstractIncomingMessage, how: Settlement) -> None:
    """Tell the broker what became of a message.

    Requeueing is a reject, never a nack: from RabbitMQ 4.3 on a nack does not count to the
    delivery limit, and a message nacked for ever would go round for ever.
    """
    with loss_is_an_error():
        async with asyncio.timeout(STOP_SECONDS):  # on a dead channel it may hang (aio-pika 501)
            if how is Settlement.ACK:
                await message.ack()
            else:
                await message.reject(requeue=how is Settlement.REQUEUE)


class Consumer:
    """Consumes one queue. `prepare` declares the queue, each time a channel is opened.

    A handler that raises has its message requeued after a pause that grows with every return, so
    that a bug or a database that is away neither spins nor uses up the delivery limit.
    """

    def __init__(
        self,
        link: Link,
        queue: str,
        prepare: Prepare,
        handler: Handler,
        *,
        prefetch: int = PREFETCH,
        watch_seconds: float = WATCH_SECONDS,
    ) -> None:
        self._prefetch = prefetch
        self._watch_seconds = watch_seconds
        self._link = link
        self._queue = queue
        self._prepare = prepare
        self._handler = handler
        self._lost = asyncio.Event()
        self._stopping = asyncio.Event()
        self._ended = asyncio.Event()
        self._running: set[asyncio.Task[Any]] = set()

    async def run(self) -> None:
        """Consume until `stop`; after any loss open a new channel and go on."""
        try:
            while not self._stopping.is_set():
                await self._consume_until_lost()
        finally:
            self._ended.set()

    async def stop(self) -> None:
        """Take no more messages, let the running handlers end, and end `run`."""
        self._stopping.set()
        self._lost.set()
        await _wait(self._ended, 2 * STOP_SECONDS)

    async def _consume_until_lost(self) -> None:
        self._lost = asyncio.Event()
        try:
            channel = await self._link.channel()
            try:
                with loss_is_an_error():
                    await self._consume(channel)
            finally:
                await close_quietly(channel)
        except Exception as cause:  # noqa: BLE001 - an outage raises assorted types
            log.warning("consumer_lost", queue=self._queue, cause=type(cause).__name__)
            await _wait(self._stopping, RETRY_SECONDS)

    async def _consume(self, channel: AbstractChannel) -> None:
        async with asyncio.timeout(self._link.timeout_seconds):
            await self._prepare(channel)
            await channel.set_qos(self._prefetch)
            channel.close_callbacks.add(self._note_loss)
            underlay = await channel.get_underlay_channel()
            underlay.on_consumer_cancel_callbacks.add(self._note_loss)
            queue = await channel.get_queue(self._queue, ensure=False)
            tag = await queue.consume(self._on_message)
        await self._watch()
        if self._stopping.is_set():
            await queue.cancel(tag, timeout=STOP_SECONDS)
            await self._let_handlers_end()

    async def _watch(self) -> None:
        """Return when the consumer is lost, or the broker knows of none although we think so."""
        while not self._lost.is_set():
            await _wait(self._lost, self._watch_seconds)
            if not self._lost.is_set() and not await has_consumer(self._link, self._queue):
                self._lost.set()

    def _note_loss(self, *_: object) -> None:
        self._lost.set()

    async def _let_handlers_end(self) -> None:
        if self._running:
            await asyncio.wait(self._running, timeout=STOP_SECONDS)

    async def _on_message(self, message: AbstractIncomingMessage) -> None:
        task = asyncio.current_task()
        self._running.update({task} if task else ())
        try:
            await settle(message, await self._decide(message))
        except Exception as cause:  # noqa: BLE001 - the channel is gone: the message comes again
            log.warning("message_not_settled", queue=self._queue, cause=type(cause).__name__)
        finally:
            self._running.discard(task)

    async def _decide(self, message: AbstractIncomingMessage) -> Settlement:
        try:
            return await self._handler(message)
        except Exception as bug:  # noqa: BLE001 - whatever it is, the message must be settled
            # Neither text nor traceback: both may quote the message.
            log.error("handler_failed", queue=self._queue, error=type(bug).__name__)
            await _wait(self._lost, _pause_seconds(message))
            return Settlement.REQUEUE


def _pause_seconds(message: AbstractIncomingMessage) -> float:
    returns = message.headers.get("x-delivery-count")
    count = returns if isinstance(returns, int) else 0
    return min(PAUSE_SECONDS_MAX, 0.1 * 2.0 ** min(count, 10))


async def _wait(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()

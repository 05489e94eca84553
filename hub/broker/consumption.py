"""A consumer of the embedded broker: leases messages, runs handlers, settles what they decide."""

import asyncio
from typing import Protocol

import structlog

from hub.domain.errors import HubError
from hub.ports import Leased, MessageHandler, Settlement

LEASE_SECONDS = 60
"""Longer than any handler may take; what a process that died had taken comes again after it."""
POLL_SECONDS = 1.0
PAUSE_SECONDS = 1.0

log = structlog.get_logger(__name__)


class Lessor(Protocol):
    """What leases and settles."""

    async def lease(self, destination: str, *, max_count: int, lease_seconds: int) -> list[Leased]:
        """As `Broker.lease`."""
        ...

    async def settle(self, destination: str, message_id: str, how: Settlement) -> bool:
        """As `Broker.settle`."""
        ...


class Consumption:
    """Hands messages of one destination to a handler, at most `max_count` at once."""

    def __init__(
        self, lessor: Lessor, destination: str, handler: MessageHandler, max_count: int
    ) -> None:
        self._lessor = lessor
        self._destination = destination
        self._handler = handler
        self._max_count = max_count
        self._running: set[asyncio.Task[None]] = set()

    async def run(self, stop: asyncio.Event, arrived: asyncio.Event) -> None:
        """Consume until `stop` is set; then let the handlers that have begun end."""
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                arrived.clear()
                if not await self._take():
                    await self._wait(stopping, arrived)
            if self._running:
                await asyncio.wait(self._running)
        finally:
            stopping.cancel()
            for task in self._running:
                task.cancel()

    async def _take(self) -> bool:
        """Lease as many as may run, and start their handlers; False when there were none."""
        free = self._max_count - len(self._running)
        if free == 0:
            return False
        try:
            taken = await self._lessor.lease(
                self._destination, max_count=free, lease_seconds=LEASE_SECONDS
            )
        except HubError as lost:
            log.warning("consumer_waits", queue=self._destination, cause=lost.code)
            return False
        for message in taken:
            task = asyncio.create_task(self._handle(message))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return bool(taken)

    async def _wait(self, stopping: asyncio.Task[bool], arrived: asyncio.Event) -> None:
        """Wait for room or, if there is some, for a message; at most until the next poll."""
        waits: set[asyncio.Task[bool] | asyncio.Task[None]] = {stopping, *self._running}
        arriving = asyncio.create_task(arrived.wait())
        if len(self._running) < self._max_count:
            waits.add(arriving)
        await asyncio.wait(waits, timeout=POLL_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        arriving.cancel()

    async def _handle(self, message: Leased) -> None:
        how = await self._decide(message)
        try:
            await self._lessor.settle(self._destination, message.message_id, how)
        except HubError as lost:  # it comes again when its lease ends
            log.warning("message_not_settled", queue=self._destination, cause=lost.code)

    async def _decide(self, message: Leased) -> Settlement:
        try:
            return await self._handler(message)
        except Exception as bug:  # noqa: BLE001 - whatever it is, the message must be settled
            log.error("handler_failed", queue=self._destination, error=type(bug).__name__)
            await asyncio.sleep(PAUSE_SECONDS)
            return Settlement.REQUEUE

"""Delivery: workers push the messages of destinations that have an endpoint.

Reads after `hub/relay.py`; read next: `hub/replies.py`. A message is only a copy: the row of its
delivery says whether it may still go. Every try ends in one outcome (`Delivered | TryLater |
Refused`), `step_after` makes a state of it, and the message is acked: what is to be tried again is
PENDING again. Who fetches its messages itself is served by `hub/endpoints/mailbox.py`.
"""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from hub import metrics
from hub.clock import Clock, NewId
from hub.domain.errors import HubError
from hub.domain.push import (
    Attempt,
    Circuit,
    PushOutcome,
    Schedule,
    Step,
    Tries,
    attempt_of,
    step_after,
)
from hub.domain.states import DeliveryStatus
from hub.domain.stored import Delivery, ErrorEntry, ErrorKind, Event
from hub.ports import Broker, Endpoint, Leased, Settlement, Store, Transaction

log = structlog.get_logger(__name__)

WATCH_SECONDS = 1.0


@dataclass(slots=True)
class Worker:
    """Pushes one destination's messages, a few at once; several may run side by side."""

    destination: str
    endpoint: Endpoint
    store: Store
    broker: Broker
    clock: Clock
    new_id: NewId
    schedule: Schedule
    concurrency: int
    jitter: Callable[[], float] = random.random
    _circuit: Circuit = field(default_factory=Circuit)
    _hold: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; then finish what was begun."""
        while not stop.is_set():
            if await self._rests():
                await _wait(stop)
            else:
                await self._consume(stop)
        await self.endpoint.close()

    async def _rests(self) -> bool:
        """Whether the destination is to be left alone: paused, or down."""
        try:
            (state,) = await self.store.pushes.list_destinations([self.destination])
        except HubError as lost:
            log.warning("worker.waits", destination=self.destination, error=lost.code)
            return True
        return state.rests(self.clock())

    async def _consume(self, stop: asyncio.Event) -> None:
        """Consume until told to stop, or until the destination is to be left alone."""
        self._hold = asyncio.Event()
        count = 1 if self._circuit.is_proving else self.concurrency
        consuming = asyncio.create_task(
            self.broker.consume(self.destination, self.handle, max_count=count, stop=self._hold)
        )
        try:
            while not self._hold.is_set():
                await _wait(stop, self._hold)
                if stop.is_set() or await self._rests():
                    self._hold.set()
            await consuming
        finally:
            consuming.cancel()

    async def handle(self, message: Leased) -> Settlement:
        """Push a message if its delivery still waits for it, and record what came of it.

        Raises:
            Busy: the store does not answer; the message comes again.
        """
        number = int(message.headers.get("x-hub-attempt", 0))
        delivery = await self.store.pushes.find_startable(message.message_id, number)
        if delivery is None:
            log.info("delivery.stale", delivery=message.message_id, attempt=number)
            return Settlement.ACK
        began_at = self.clock()
        outcome = await self.endpoint.push(message)
        tried = attempt_of(self.new_id(), delivery, number, outcome, (began_at, self.clock()))
        metrics.ATTEMPTS.labels(delivery.destination, tried.outcome.value).inc()
        await self._record(message, delivery, tried, outcome)
        await self._heed(outcome)
        return Settlement.ACK

    async def _record(
        self, message: Leased, delivery: Delivery, tried: Attempt, outcome: PushOutcome
    ) -> None:
        since = delivery.tried_since or tried.at
        async with self.store.begin() as transaction:
            await transaction.pushes.add_attempt(tried)
            count = await transaction.pushes.count_attempts(delivery.id, since)
            step = step_after(
                outcome,
                Tries(count, since),
                schedule=self.schedule,
                now=self.clock(),
                jitter=self.jitter(),
            )
            if step.status is DeliveryStatus.PENDING:
                await transaction.pushes.retry(tried, step, tried_since=since)
            else:
                await self._end(transaction, message, delivery, step)
        log.info(
            "delivery.tried",
            delivery=delivery.id,
            destination=self.destination,
            attempt=tried.number,
            cause=tried.cause,
            status=step.status.value,
        )

    async def _end(
        self, transaction: Transaction, message: Leased, delivery: Delivery, step: Step
    ) -> None:
        """Move the delivery to where pushing ends; late facts change nothing."""
        at = self.clock()
        if not await transaction.move_delivery(delivery.id, step.status, at=at, cause=step.cause):
            return
        await transaction.add_events([_event(self.new_id(), at, delivery, step)])
        if step.status is DeliveryStatus.REFUSED:
            await transaction.add_errors([_error(self.new_id(), at, message, delivery, step)])

    async def _heed(self, outcome: PushOutcome) -> None:
        """Open or close the circuit; whoever was under way when it opened is not counted."""
        if self._hold.is_set():
            return
        was_proving = self._circuit.is_proving
        seconds = self._circuit.note(outcome, self.schedule)
        if seconds is not None:
            self._hold.set()
            until = self.clock() + timedelta(seconds=seconds)
            log.error("destination.down", destination=self.destination, seconds=seconds)
            await self._rest(until)
        elif was_proving and not self._circuit.is_proving:
            self._hold.set()  # consume again, as many at once as before
            log.info("destination.up", destination=self.destination)
            await self._rest(None)

    async def _rest(self, until: datetime | None) -> None:
        async with self.store.begin() as transaction:
            await transaction.pushes.rest(self.destination, until)


def _event(id_: str, at: datetime, delivery: Delivery, step: Step) -> Event:
    return Event(
        id=id_,
        at=at,
        name=f"delivery.{step.status}",
        actor=delivery.destination,
        document_id=delivery.document_id,
        delivery_id=delivery.id,
        detail={"cause": step.cause} if step.cause else {},
    )


def _error(id_: str, at: datetime, message: Leased, delivery: Delivery, step: Step) -> ErrorEntry:
    """A line without the receiver's words: they may name a person, and stay with the attempt."""
    key = ("source", "agency", "number")
    said = {name: str(message.headers.get(f"x-hub-{name}", "")) or None for name in key}
    return ErrorEntry(
        id=id_,
        at=at,
        kind=ErrorKind.RMS_REJECTED,
        document_id=delivery.document_id,
        detail={"reason": step.cause, "destination": delivery.destination},
        **said,
    )


async def _wait(*events: asyncio.Event) -> None:
    """Return when one of the events is set, or when it is time to look at the destination."""
    waits = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, timeout=WATCH_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()

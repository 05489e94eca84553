"""The relay: pending deliveries are claimed, rendered, published, confirmed and marked.

Reads after `hub/intake.py`; read next: `hub/delivery.py`. Sent means confirmed and routed, or the
delivery stays pending. A crash between confirm and mark publishes twice with the same message id.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from hub import metrics
from hub.clock import Clock
from hub.domain.delivery import Claimed, Message, NotSent, SendResult, Sent
from hub.domain.errors import HubError
from hub.domain.reference import Reference
from hub.observability import places
from hub.ports import Broker, Doorbell, Route, Store

log = structlog.get_logger(__name__)

CLAIM_COUNT_MAX = 200
POLL_SECONDS = 1.0
VERIFY_SECONDS = 60
BACKOFF_SECONDS_MAX = 300

_SIGNS_OF_LOSS = {"unroutable", "broker-unavailable"}  # time to look at the queues


@dataclass(frozen=True, slots=True)
class Renderer:
    """Makes messages of claimed deliveries, with today's reference data."""

    routes: Mapping[str, Route]
    reference: Callable[[], Awaitable[Reference]]
    store: Store

    async def render(self, claimed: Sequence[Claimed]) -> list[Message | NotSent]:
        """One message each, in order; a delivery that cannot be rendered never stops the others."""
        reference = await self.reference()
        return [self._render(one, reference) for one in claimed]

    async def render_ids(self, delivery_ids: Sequence[str]) -> list[Message]:
        """Messages for these deliveries, those that cannot be rendered left out."""
        rendered = await self.render(await self.store.get_claimed(delivery_ids))
        return [message for message in rendered if isinstance(message, Message)]

    def _render(self, claimed: Claimed, reference: Reference) -> Message | NotSent:
        try:
            return message_of(claimed, self.routes[claimed.destination], reference)
        except Exception as bug:  # noqa: BLE001 - a bug in one route must not stop the relay
            log.error("delivery.unrendered", delivery=claimed.delivery_id, bug=type(bug).__name__)
            return NotSent("render-failed")


def message_of(claimed: Claimed, route: Route, reference: Reference) -> Message:
    """The message of a delivery. Source: public interface, AMQP."""
    shipment = claimed.shipment
    return Message(
        destination=claimed.destination,
        message_id=claimed.delivery_id,
        correlation_id=shipment.document_id,
        type=claimed.type,
        timestamp=shipment.posted_at,
        headers={
            "x-hub-source": claimed.source,
            "x-hub-agency": claimed.agency,
            "x-hub-number": claimed.number,
            "x-hub-version": shipment.version,
            "x-hub-monitored": claimed.monitored,
            "x-hub-attempt": claimed.attempt,
            "traceparent": _traceparent(shipment.document_id, claimed.delivery_id),
        },
        body=route.render(shipment, reference),
    )


def _traceparent(document_id: str, delivery_id: str) -> str:
    """The document is the trace, the delivery its span. Source: W3C Trace Context, section 3.2."""
    return f"00-{document_id.replace('-', '')}-{delivery_id.replace('-', '')[-16:]}-01"


@dataclass(slots=True)
class Relay:
    """Moves pending deliveries to their queues until cancelled; several may run side by side."""

    store: Store
    broker: Broker
    renderer: Renderer
    clock: Clock
    doorbell: Doorbell
    claim_seconds: int
    _remade: set[str] = field(default_factory=set)
    _verify_at: datetime | None = None

    async def verify_queues(self) -> None:
        """Declare what is missing; a queue made anew has lost its messages, so send them again.

        Raises:
            BrokerUnavailable, Busy: broker or database do not answer; call again.
        """
        self._remade.update(await self.broker.start())
        for destination in sorted(self._remade):
            count = await self.store.put_back_published(destination)
            tell = log.warning if count else log.info  # nothing was lost at a first start
            tell("queue.made", destination=destination, count=count)
            self._remade.discard(destination)
        self._verify_at = self.clock() + timedelta(seconds=VERIFY_SECONDS)

    async def run(self, stop: asyncio.Event) -> None:
        """Send what is due, then wait for the doorbell or the next poll, until `stop` is set.

        Whoever sets it rings the doorbell; the step under way is finished, so no claim is left.
        """
        while not stop.is_set():
            try:
                if self._verify_at is not None and self.clock() >= self._verify_at:
                    await self.verify_queues()
                if await self.step() == 0:
                    await self.doorbell.wait(POLL_SECONDS)
            except HubError as lost:
                log.warning("relay.waits", error=lost.code)
                await _let_pass(stop)
            except Exception as bug:  # noqa: BLE001 - one bad row must not end the process
                log.error("relay.failed", bug=type(bug).__name__, where=places(bug))
                await _let_pass(stop)

    async def step(self) -> int:
        """Claim, render, publish and mark once; gives how many were sent."""
        claimed = await self.store.claim(
            limit=CLAIM_COUNT_MAX, now=self.clock(), lease_seconds=self.claim_seconds
        )
        if not claimed:
            return 0
        results = await self._publish(claimed)
        pairs = list(zip(claimed, results, strict=True))
        _count(pairs)
        sent = [one for one, result in pairs if isinstance(result, Sent)]
        unsent = [(one, result.cause) for one, result in pairs if isinstance(result, NotSent)]
        await self.store.mark_sent(sent, now=self.clock())
        await self._put_back(unsent)
        if {cause for _, cause in unsent} & _SIGNS_OF_LOSS:
            await self.verify_queues()
        return len(sent)

    async def _publish(self, claimed: Sequence[Claimed]) -> list[SendResult]:
        rendered = await self.renderer.render(claimed)
        messages = [one for one in rendered if isinstance(one, Message)]
        results = iter(await self.broker.publish(messages))
        return [next(results) if isinstance(one, Message) else one for one in rendered]

    async def _put_back(self, unsent: Sequence[tuple[Claimed, str]]) -> None:
        """Back to pending, each row with its own backoff: nobody waits for another's trouble."""
        by_wait: dict[int, list[tuple[Claimed, str]]] = {}
        for one, cause in unsent:
            by_wait.setdefault(backoff_seconds(one.attempt), []).append((one, cause))
        for seconds, group in by_wait.items():
            due = self.clock() + timedelta(seconds=seconds)
            await self.store.put_back(group, available_at=due)


def _count(pairs: Sequence[tuple[Claimed, SendResult]]) -> None:
    """Count what was sent, and tell once a batch, not for each message, what was not."""
    words = Counter((one.destination, getattr(result, "cause", "sent")) for one, result in pairs)
    for (destination, word), count in words.items():
        metrics.PUBLISHED.labels(destination, word).inc(count)
        if word != "sent":
            log.warning("delivery.unsent", destination=destination, cause=word, count=count)


def backoff_seconds(attempt: int) -> int:
    """1, 2, 4, ... seconds after the first, second, third attempt, at most five minutes."""
    return int(min(2 ** (attempt - 1), BACKOFF_SECONDS_MAX))


async def _let_pass(stop: asyncio.Event) -> None:
    """Wait, but not at the doorbell: it rings with every post."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), POLL_SECONDS)


class LoopDoorbell:
    """A doorbell within one event loop."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake whoever waits, or the next one to wait."""
        self._rung.set()

    async def wait(self, timeout_seconds: float) -> None:
        """Return at the next ring, or after the timeout."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._rung.wait(), timeout_seconds)
            self._rung.clear()

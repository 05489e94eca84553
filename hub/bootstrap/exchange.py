"""What a process does with the broker: relay, workers and replies, as far as it has these parts."""

import asyncio
import contextlib
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from enum import Enum

import structlog

from hub.bootstrap.opening import Hub
from hub.bootstrap.registry import ROUTES
from hub.broker import EmbeddedBroker, QueueLimits, rabbitmq_broker
from hub.delivery import Worker
from hub.destinations import Destinations
from hub.domain.errors import BrokerUnavailable, Busy, HubError, Misconfigured
from hub.domain.push import Schedule
from hub.endpoints.https import Address, HttpsEndpoint
from hub.ports import Broker, Endpoint
from hub.relay import Relay, Renderer
from hub.replies import Replies
from hub.settings import Settings

log = structlog.get_logger(__name__)

RETRY_SECONDS = 2


class Part(Enum):
    """What a process of the hub may do; `hub run` does all of it."""

    API = "api"
    RELAY = "relay"
    WORKER = "worker"
    CHORES = "chores"


EVERY_PART = frozenset(Part)


@dataclass(slots=True)
class Exchange:
    """What goes on with the broker, once it is there; intake does not wait for it."""

    hub: Hub
    broker: Broker
    relay: Relay
    replies: Replies
    operations: Destinations
    workers: tuple[Worker, ...] = ()
    parts: frozenset[Part] = EVERY_PART
    is_connected: bool = False
    has_tried: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, stop: asyncio.Event) -> None:
        """Connect and work until `stop` is set; then finish what was begun, and disconnect."""
        try:
            await self._connect(stop)
        finally:
            self.has_tried.set()
        async with asyncio.TaskGroup() as group:
            senders = [group.create_task(one.run(stop)) for one in self._senders()]
            if Part.WORKER in self.parts and self.is_connected:
                group.create_task(self.broker.consume_replies(self.replies.take_inbound))
                group.create_task(self.broker.consume_unroutable(self.operations.put_unroutable))
            await stop.wait()
            if senders:
                await asyncio.wait(senders)
            await self.broker.stop()

    async def states(self) -> dict[str, str]:
        """`ready` or `waiting` for database and broker."""
        return {
            "database": await _state_of(self.hub.store.ping()),
            "broker": await _state_of(self.ask_broker()),
        }

    def _senders(self) -> list[Relay | Worker]:
        relays = [self.relay] if Part.RELAY in self.parts else []
        return [*relays, *self.workers]

    async def _connect(self, stop: asyncio.Event) -> None:
        while not self.is_connected and not stop.is_set():
            try:
                await self.relay.verify_queues()
                self.is_connected = True
            except (BrokerUnavailable, Busy) as error:
                log.warning("broker.waits", error=error.code)
                self.has_tried.set()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), RETRY_SECONDS)

    async def watch_broker(self) -> None:
        """Ask the broker something once a first connection was tried: a start is no outage.

        Raises:
            BrokerUnavailable: it is not connected, or does not answer.
        """
        await self.has_tried.wait()
        await self.ask_broker()

    async def ask_broker(self) -> None:
        """Ask the broker something.

        Raises:
            BrokerUnavailable: it is not connected, or does not answer.
        """
        if not self.is_connected:
            raise BrokerUnavailable("The broker is not connected yet.")
        await self.broker.depths()


async def _state_of(question: Awaitable[object]) -> str:
    try:
        await question
    except HubError:
        return "waiting"
    return "ready"


def broker_of(hub: Hub, renderer: Renderer) -> Broker:
    """The broker of the settings, not started.

    Raises:
        Misconfigured: its URL cannot be understood, or its client library is not installed.
    """
    settings, destinations = hub.settings, tuple(ROUTES)
    limits = QueueLimits(max_length=settings.queue_length_max)
    if settings.has_own_broker:
        database = hub.store.database
        return EmbeddedBroker(database, renderer.render_ids, destinations, limits, hub.clock)
    return rabbitmq_broker(
        settings.broker_url, destinations, limits, settings.broker_timeout_seconds
    )


def endpoints_named(settings: Settings) -> tuple[str, ...]:
    """The destinations that the hub pushes to."""
    return ("rms.spillman",) if settings.rms_spillman_url else ()


def endpoints_of(settings: Settings) -> Mapping[str, Endpoint]:
    """The endpoints of the destinations that the hub pushes to.

    Raises:
        Misconfigured: a certificate file cannot be read.
    """
    if not endpoints_named(settings):
        return {}
    address = Address(
        url=settings.rms_spillman_url,
        token=settings.rms_spillman_token or None,
        timeout_seconds=settings.push_timeout_seconds,
        ca_path=settings.rms_spillman_ca_path or None,
        certificate_path=settings.rms_spillman_certificate_path or None,
        key_path=settings.rms_spillman_key_path or None,
    )
    try:
        return {"rms.spillman": HttpsEndpoint(address)}
    except OSError as fault:
        raise Misconfigured(
            f"A certificate file of rms.spillman cannot be used ({type(fault).__name__}): "
            "see HUB_RMS_SPILLMAN_CA_PATH and its neighbours in docs/SETTINGS.md."
        ) from None


def workers_of(hub: Hub, broker: Broker) -> tuple[Worker, ...]:
    """A worker for each destination with an endpoint."""
    return tuple(
        Worker(
            destination=destination,
            endpoint=endpoint,
            store=hub.store,
            broker=broker,
            clock=hub.clock,
            new_id=hub.new_id,
            schedule=schedule_of(hub.settings),
            concurrency=hub.settings.push_concurrency,
        )
        for destination, endpoint in endpoints_of(hub.settings).items()
    )


def schedule_of(settings: Settings) -> Schedule:
    """When pushes are tried again."""
    return Schedule(
        first_seconds=settings.push_retry_seconds,
        tries_max=settings.push_tries_max,
        age_seconds_max=settings.push_age_seconds_max,
    )

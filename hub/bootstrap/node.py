"""A running hub, everything in one process or one part of it: door, relay, worker."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from fastapi import FastAPI

from hub import metrics
from hub.accounts import Doorkeeper, Rate, Rates
from hub.api import Services, create_app
from hub.bootstrap.chores import chores_of
from hub.bootstrap.desk import desk_of
from hub.bootstrap.exchange import (
    EVERY_PART,
    Exchange,
    Part,
    broker_of,
    endpoints_named,
    schedule_of,
    workers_of,
)
from hub.bootstrap.offline import page_of, schema_of
from hub.bootstrap.opening import Hub
from hub.bootstrap.registry import ADAPTERS, ROUTES
from hub.bootstrap.server import GRACE_SECONDS, Server, on_signals
from hub.chores import Chore, run_chores
from hub.destinations import Destinations
from hub.dispositions import Dispositions
from hub.domain.errors import Misconfigured
from hub.endpoints.mailbox import Mailbox
from hub.figures import FigureBoard
from hub.intake import Intake
from hub.orphans import Orphans
from hub.ports import Broker, Doorbell
from hub.relay import LoopDoorbell, Relay, Renderer
from hub.replies import Replies
from hub.settings import Settings

__all__ = [
    "EVERY_PART",
    "Node",
    "Part",
    "assemble",
    "open_broker",
    "operations_of",
]


@dataclass(frozen=True, slots=True)
class Node:
    """One process of the hub."""

    settings: Settings
    app: FastAPI
    intake: Intake
    exchange: Exchange
    doorkeeper: Doorkeeper
    doorbell: Doorbell
    chores: tuple[Chore, ...] = ()

    async def serve(
        self, on_listening: Callable[[str], None], stop: asyncio.Event | None = None
    ) -> None:
        """Serve until `stop` is set or the process is told to; then finish what was begun."""
        server = Server(self.app, self.settings, on_listening)
        async with self.background():
            watch = asyncio.create_task(server.exit_at(stop or asyncio.Event()))
            await server.serve()
            watch.cancel()

    async def work(self, on_working: Callable[[], None]) -> None:
        """Work without a door until the process is told to stop; then finish what was begun."""
        stop = asyncio.Event()

        def end(_: signal.Signals) -> None:
            stop.set()

        with on_signals(end), self._metrics_shown():
            async with self.background():
                on_working()
                await stop.wait()

    @contextmanager
    def _metrics_shown(self) -> Iterator[None]:
        """A part without a door shows what it counts at a port of its own, if one is set."""
        host, port = self.settings.host, self.settings.metrics_port
        try:
            with metrics.shown(host, port):
                yield
        except OSError as error:
            raise Misconfigured(f"Metrics cannot be shown at {host}:{port}: {error}.") from None

    @asynccontextmanager
    async def background(self) -> AsyncIterator[None]:
        """Everything that runs behind the door; what fails unexpectedly ends the process."""
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            exchange = group.create_task(self.exchange.run(stop))
            group.create_task(run_chores(self.chores, stop))
            door = [group.create_task(one.run()) for one in (self.intake, self.doorkeeper)]
            try:
                yield
            finally:
                stop.set()
                self.doorbell.ring()
                await asyncio.wait([exchange], timeout=GRACE_SECONDS)
                for task in (exchange, *door):
                    task.cancel()
        await self.exchange.broker.stop()


def assemble(hub: Hub, parts: frozenset[Part] = EVERY_PART) -> Node:
    """A node over an open hub, with all parts or some.

    Raises:
        Misconfigured: some parts alone need RabbitMQ between them.
    """
    if parts != EVERY_PART and hub.settings.has_own_broker:
        raise Misconfigured(
            "The embedded broker serves one process: use 'hub run', or set HUB_BROKER_URL."
        )
    doorbell = LoopDoorbell()
    renderer = Renderer(ROUTES, hub.shelf.current, hub.store)
    broker = broker_of(hub, renderer)
    intake = Intake(
        store=hub.store,
        routes=tuple(ROUTES.values()),
        reference=hub.shelf.current,
        clock=hub.clock,
        new_id=hub.new_id,
        doorbell=doorbell,
    )
    relay = Relay(hub.store, broker, renderer, hub.clock, doorbell, hub.settings.claim_seconds)
    replies = replies_of(hub)
    workers = workers_of(hub, broker) if Part.WORKER in parts else ()
    operations = operations_of(hub)
    exchange = Exchange(hub, broker, relay, replies, operations, workers, parts)
    services = _services(hub, intake, exchange)
    app = create_app(services)
    chores = chores_of(hub, replies, exchange.watch_broker) if Part.CHORES in parts else ()
    return Node(hub.settings, app, intake, exchange, services.doorkeeper, doorbell, chores)


def operations_of(hub: Hub) -> Destinations:
    """The use cases of operators over an open hub."""
    pushed = endpoints_named(hub.settings)
    schedules = dict.fromkeys(pushed, schedule_of(hub.settings))
    return Destinations(hub.store, hub.clock, hub.new_id, tuple(ROUTES), schedules)


@asynccontextmanager
async def open_broker(hub: Hub) -> AsyncIterator[Broker]:
    """The broker for a question; nothing is declared, nothing that is leased is given back."""
    broker = broker_of(hub, Renderer(ROUTES, hub.shelf.current, hub.store))
    try:
        yield broker
    finally:
        if not hub.settings.has_own_broker:  # the hub that runs leases in the same table
            await broker.stop()


def _services(hub: Hub, intake: Intake, exchange: Exchange) -> Services:
    return Services(
        accounts=hub.accounts,
        doorkeeper=Doorkeeper(hub.store.clients, hub.clock),
        rates=Rates(_rate(hub.settings)),
        figures=FigureBoard(hub.store.watch, exchange.broker, tuple(ROUTES), hub.clock),
        intake=intake,
        desk=desk_of(hub, exchange.relay.doorbell),
        mailbox=Mailbox(hub.store, exchange.broker, hub.clock, hub.new_id),
        operations=exchange.operations,
        renderer=exchange.relay.renderer,
        broker=exchange.broker,
        replies=exchange.replies,
        store=hub.store,
        adapters=ADAPTERS,
        destinations=frozenset(ROUTES),
        schema_of=schema_of,
        page_of=page_of,
        states=exchange.states,
        clock=hub.clock,
        new_id=hub.new_id,
    )


def replies_of(hub: Hub) -> Replies:
    """What takes replies over an open hub."""
    dispositions = Dispositions(tuple(ROUTES.values()), hub.new_id)
    orphans = Orphans(hub.clock, hub.new_id, dispositions)
    return Replies(hub.store, hub.clock, hub.new_id, orphans, dispositions)


def _rate(settings: Settings) -> Rate:
    return Rate(settings.client_requests_per_second, settings.client_burst_requests)

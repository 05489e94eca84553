"""A running hub: HTTP door, intake, relay and replies in one process."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import structlog
import uvicorn
from fastapi import FastAPI

from hub.api import Services, create_app
from hub.bootstrap.desk import desk_of
from hub.bootstrap.offline import page_of, schema_of
from hub.bootstrap.opening import Hub
from hub.bootstrap.registry import ADAPTERS, ROUTES
from hub.broker import EmbeddedBroker, QueueLimits, rabbitmq_broker
from hub.delivery import Mailbox
from hub.domain.errors import BrokerUnavailable, Busy, HubError
from hub.intake import Intake
from hub.ports import Broker
from hub.relay import LoopDoorbell, Relay, Renderer
from hub.replies import Replies
from hub.settings import Settings

log = structlog.get_logger(__name__)

RETRY_SECONDS = 2
GRACE_SECONDS = 20


@dataclass(slots=True)
class Exchange:
    """What goes on with the broker, once it is there; intake does not wait for it."""

    hub: Hub
    broker: Broker
    relay: Relay
    replies: Replies
    is_connected: bool = False

    async def run(self) -> None:
        """Connect, then relay messages and take replies until cancelled."""
        await self._connect()
        await asyncio.gather(
            self.relay.run(), self.broker.consume_replies(self.replies.take_inbound)
        )

    async def states(self) -> dict[str, str]:
        """`ready` or `waiting` for database and broker."""
        return {
            "database": await _state_of(self.hub.store.ping()),
            "broker": await _state_of(self._ask_broker()),
        }

    async def _connect(self) -> None:
        while not self.is_connected:
            try:
                await self.relay.verify_queues()
                self.is_connected = True
            except (BrokerUnavailable, Busy) as error:
                log.warning("broker.waits", error=error.code)
                await asyncio.sleep(RETRY_SECONDS)

    async def _ask_broker(self) -> None:
        if not self.is_connected:
            raise BrokerUnavailable("The broker is not connected yet.")
        await self.broker.depths()


async def _state_of(question: Awaitable[object]) -> str:
    try:
        await question
    except HubError:
        return "waiting"
    return "ready"


@dataclass(frozen=True, slots=True)
class Node:
    """One process of the hub."""

    settings: Settings
    app: FastAPI
    intake: Intake
    exchange: Exchange

    async def serve(
        self, on_listening: Callable[[str], None], stop: asyncio.Event | None = None
    ) -> None:
        """Serve until `stop` is set or the process is told to; then finish what was begun."""
        server = _Server(self.app, self.settings, on_listening)
        async with self.background():
            watch = asyncio.create_task(server.exit_at(stop or asyncio.Event()))
            await server.serve()
            watch.cancel()

    @asynccontextmanager
    async def background(self) -> AsyncIterator[None]:
        """Everything that runs behind the door; what fails unexpectedly ends the process."""
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one.run()) for one in (self.intake, self.exchange)]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
        await self.exchange.broker.stop()


def assemble(hub: Hub) -> Node:
    """A node over an open hub."""
    doorbell = LoopDoorbell()
    renderer = Renderer(ROUTES, hub.shelf.current, hub.store)
    broker = _broker(hub, renderer)
    intake = Intake(
        store=hub.store,
        routes=tuple(ROUTES.values()),
        reference=hub.shelf.current,
        clock=hub.clock,
        new_id=hub.new_id,
        doorbell=doorbell,
    )
    relay = Relay(hub.store, broker, renderer, hub.clock, doorbell, hub.settings.claim_seconds)
    replies = Replies(hub.store, hub.clock, hub.new_id)
    exchange = Exchange(hub, broker, relay, replies)
    return Node(hub.settings, create_app(_services(hub, intake, exchange)), intake, exchange)


def _broker(hub: Hub, renderer: Renderer) -> Broker:
    settings, destinations = hub.settings, tuple(ROUTES)
    limits = QueueLimits(max_length=settings.queue_length_max)
    if settings.has_own_broker:
        database = hub.store.database
        return EmbeddedBroker(database, renderer.render_ids, destinations, limits, hub.clock)
    return rabbitmq_broker(
        settings.broker_url, destinations, limits, settings.broker_timeout_seconds
    )


def _services(hub: Hub, intake: Intake, exchange: Exchange) -> Services:
    return Services(
        accounts=hub.accounts,
        intake=intake,
        desk=desk_of(hub, exchange.relay.doorbell),
        mailbox=Mailbox(hub.store, exchange.broker, hub.clock, hub.new_id),
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


class _Server(uvicorn.Server):
    """uvicorn that says where it listens."""

    def __init__(
        self, app: FastAPI, settings: Settings, on_listening: Callable[[str], None]
    ) -> None:
        config = uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        super().__init__(config)
        self._on_listening = on_listening

    async def startup(self, sockets: list[Any] | None = None) -> None:
        """Listen, then say where."""
        await super().startup(sockets)
        for server in self.servers:
            host, port = server.sockets[0].getsockname()[:2]
            self._on_listening(f"http://{host}:{port}")

    async def exit_at(self, stop: asyncio.Event) -> None:
        """Stop serving when the event is set."""
        await stop.wait()
        self.should_exit = True

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """SIGINT and SIGTERM end the serving; uvicorn itself would raise them again after."""
        loop = asyncio.get_running_loop()
        signals = (signal.SIGINT, signal.SIGTERM)
        for one in signals:
            loop.add_signal_handler(one, self.handle_exit, one, None)
        try:
            yield
        finally:
            for one in signals:
                loop.remove_signal_handler(one)

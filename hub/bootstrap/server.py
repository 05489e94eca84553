"""The HTTP server of a node, and the signals that end a process."""

import asyncio
import contextlib
import signal
from collections.abc import Callable, Iterator
from typing import Any

import uvicorn
from fastapi import FastAPI

from hub.domain.errors import Misconfigured
from hub.settings import Settings

GRACE_SECONDS = 20
HEAD_BYTES_MAX = 65_536
HEAD_SECONDS_MAX = 20


class Server(uvicorn.Server):
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
            lifespan="off",  # nothing of ours is in it, and cut short it logs a traceback
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        config.load()
        config.http_protocol_class = type("Door", (BoundedHead, config.http_protocol_class), {})
        super().__init__(config)
        self._on_listening = on_listening

    async def startup(self, sockets: list[Any] | None = None) -> None:
        """Listen, then say where.

        Raises:
            Misconfigured: the port cannot be listened on.
        """
        try:
            await super().startup(sockets)
        except SystemExit:  # uvicorn's answer to an error of the socket, which it has logged
            at = f"{self.config.host}:{self.config.port}"
            raise Misconfigured(
                f"The hub cannot listen on {at}: is the port in use already? Choose another"
                " with --port or HUB_PORT."
            ) from None
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
        with on_signals(lambda one: self.handle_exit(one, None)):
            yield


class BoundedHead(asyncio.Protocol):
    """Bounds the head of a request, in bytes and seconds; mixed into uvicorn's own protocol.

    A caller who sends more, or slower, is cut off: nobody holds connections with half requests.
    """

    loop: asyncio.AbstractEventLoop
    transport: asyncio.Transport
    cycle: Any
    _head_bytes = 0
    _head_end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The first head is awaited."""
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """A head went on, or has ended and is being answered."""
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._forget_head()
            return
        self._head_bytes += len(data)
        self._await_head()
        if self._head_bytes > HEAD_BYTES_MAX:
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is awaited any more."""
        self._forget_head()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        if self._head_end is None:
            self._head_end = self.loop.call_later(HEAD_SECONDS_MAX, self.transport.close)

    def _forget_head(self) -> None:
        self._head_bytes = 0
        if self._head_end is not None:
            self._head_end.cancel()
            self._head_end = None


@contextlib.contextmanager
def on_signals(tell: Callable[[signal.Signals], None]) -> Iterator[None]:
    """Call `tell` when the process is asked to end, by SIGINT or SIGTERM."""
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)
    for one in signals:
        loop.add_signal_handler(one, tell, one)
    try:
        yield
    finally:
        for one in signals:
            loop.remove_signal_handler(one)

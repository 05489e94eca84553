"""The HTTP server of a node, and the signals that end a process."""

import asyncio
import contextlib
import signal
from collections.abc import Callable, Iterator
from typing import Any

import uvicorn
from fastapi import FastAPI

from hub.settings import Settings

GRACE_SECONDS = 20


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
        with on_signals(lambda one: self.handle_exit(one, None)):
            yield


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

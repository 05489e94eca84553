"""A TCP proxy that can go silent: connections stay open and nothing passes any more."""

import asyncio
from contextlib import suppress
from typing import Self


class Proxy:
    """Forwards a port of its own on loopback to `port`; use it as an async context manager."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._server: asyncio.Server | None = None
        self._pipes: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        self.go_silent()
        for writer in self._writers:
            writer.transport.abort()

    @property
    def port(self) -> int:
        """The port to connect to."""
        if self._server is None:
            raise RuntimeError("The proxy is not running.")
        return int(self._server.sockets[0].getsockname()[1])

    def go_silent(self) -> None:
        """From here on nothing passes on the connections there are; new ones work."""
        for pipe in self._pipes:
            pipe.cancel()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        self._writers |= {writer, far_writer}
        for source, sink in ((reader, far_writer), (far_reader, writer)):
            pipe = asyncio.create_task(_forward(source, sink))
            self._pipes.add(pipe)
            pipe.add_done_callback(self._pipes.discard)


async def _forward(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
    sink.close()

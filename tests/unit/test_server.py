"""The HTTP server: what half a request may cost."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI

from hub.bootstrap import server as door
from hub.bootstrap.opening import read_settings

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def connected() -> AsyncIterator[Connection]:
    app = FastAPI()

    @app.get("/")
    async def say() -> str:
        return "well"

    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    server = door.Server(app, read_settings(port=0), address.set_result)
    serving = asyncio.create_task(server.serve())
    port = urlsplit(await address).port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    yield reader, writer
    writer.close()
    server.should_exit = True
    await serving


async def test_a_head_that_does_not_end_is_cut_off_in_size() -> None:
    async with connected() as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nX-Endless: " + b"x" * (door.HEAD_BYTES_MAX + 1))

        answer = b""
        with contextlib.suppress(ConnectionError):  # cut off while some of it was on its way
            answer = await reader.read()
        assert answer == b""


async def test_a_head_that_does_not_end_is_cut_off_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "HEAD_SECONDS_MAX", 0.01)

    async with connected() as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nX-Slow: ")

        assert await reader.read() == b""


async def test_one_request_after_the_other_is_answered_on_one_connection() -> None:
    async with connected() as (reader, writer):
        for _ in range(3):
            writer.write(b"GET / HTTP/1.1\r\nHost: hub\r\n\r\n")
            assert (await reader.readuntil(b'"well"')).startswith(b"HTTP/1.1 200")

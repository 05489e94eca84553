"""Reading bodies: type, size, time and the memory of all of them together are bounded."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import HTTPException
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive

from hub.domain.errors import Invalid, TooLarge, TooMany, TooSlow, Unsupported
from hub.xml import SUBMISSION_BYTES_MAX

JSON_BYTES_MAX = 1024**2
FILES_BYTES_MAX = 4 * SUBMISSION_BYTES_MAX
FILE_SECONDS_MAX = 300
_RETRY_SECONDS = 5
_MEDIA_TYPES = frozenset({"application/xml", "text/xml"})
_GZIP = frozenset({"gzip", "x-gzip"})
_STEP_BYTES = 65_536
_MEMBERS_MAX = 10_000


class FileRoom:
    """The memory that posted files may take, all requests together."""

    def __init__(
        self, bytes_max: int = FILES_BYTES_MAX, seconds_max: float = FILE_SECONDS_MAX
    ) -> None:
        self._free_bytes = bytes_max
        self._seconds_max = seconds_max

    @asynccontextmanager
    async def file(self, request: Request) -> AsyncIterator[bytes]:
        """The posted file, inflated when it came as gzip; it keeps its room until the block ends.

        Raises:
            Unsupported: another media type or content encoding.
            Invalid: the gzip stream is broken or cut off.
            TooLarge: more than 64 MiB, on the wire or inflated.
            TooMany: other files take the room there is.
            TooSlow: it took too long to arrive.
        """
        raw = await self._read(_chunks(request))
        try:
            yield raw
        finally:
            self._free_bytes += len(raw)

    async def _read(self, chunks: AsyncIterator[bytes]) -> bytes:
        body = bytearray()
        try:
            async with asyncio.timeout(self._seconds_max):
                async for chunk in chunks:
                    body += chunk
                    self._free_bytes -= len(chunk)
                    self._check(len(body))
        except BaseException as end:
            self._free_bytes += len(body)
            if isinstance(end, TimeoutError):
                raise TooSlow("The file took too long to arrive: post it again.") from None
            raise
        return bytes(body)

    def _check(self, body_bytes: int) -> None:
        if body_bytes > SUBMISSION_BYTES_MAX:
            raise _too_large()
        if self._free_bytes < 0:
            sentence = "Too many files arrive at once; this one was not taken: post it again."
            raise TooMany(sentence, _RETRY_SECONDS)


def _too_large() -> TooLarge:
    return TooLarge("The submission is larger than 64 MiB: send fewer documents in a file.")


def _chunks(request: Request) -> AsyncIterator[bytes]:
    """The body piece by piece, inflated."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in _MEDIA_TYPES:
        raise Unsupported("Post the file as application/xml or text/xml.")
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding == "identity":
        return request.stream()
    if encoding not in _GZIP:
        raise Unsupported("The hub takes Content-Encoding gzip, or none.")
    return _inflate(_bounded(request.stream()))


async def _bounded(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """A compressed stream may inflate to nothing for ever, so it is counted too."""
    count = 0
    async for chunk in chunks:
        count += len(chunk)
        if count > SUBMISSION_BYTES_MAX:
            raise _too_large()
        yield chunk


async def read_json(request: Request, bytes_max: int) -> bytes:
    """The bytes of a JSON body of limited size.

    Raises:
        TooLarge: more than `bytes_max`.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > bytes_max:
            raise TooLarge(f"The body is larger than {bytes_max // 1024**2} MiB.")
    return bytes(body)


async def _inflate(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Inflate in small steps, so that a bomb meets the limit. Source: RFC 1952, section 2.2.

    A gzip stream may have several members, one after the other.
    """
    inflater = _Inflater()
    try:
        async for chunk in chunks:
            for step in inflater.steps(chunk):
                yield step
                await asyncio.sleep(0)  # others have their turn: a chunk may hold a thousand steps
    except zlib.error:
        raise Invalid("The gzip stream is broken: compress the file again.") from None
    if not inflater.is_whole:
        raise Invalid("The gzip stream is cut off: compress the file again.")


class _Inflater:
    """Inflates the members of a gzip stream."""

    def __init__(self) -> None:
        self._member = _new_member()
        self._members = 1
        self.is_whole = False

    def steps(self, chunk: bytes) -> Iterator[bytes]:
        """What the chunk adds, in pieces of limited size."""
        rest = chunk
        while rest:
            if self._member.eof:
                self._begin_member()
            yield self._member.decompress(rest, _STEP_BYTES)
            rest = self._member.unused_data or self._member.unconsumed_tail
            self.is_whole = self._member.eof

    def _begin_member(self) -> None:
        self._members += 1
        if self._members > _MEMBERS_MAX:
            raise Invalid("The gzip stream has too many members: compress the file as a whole.")
        self._member = _new_member()


def _new_member() -> "zlib._Decompress":
    return zlib.decompressobj(wbits=31)


class SmallBodies(APIRoute):
    """Routes whose JSON body the framework reads, before it asks who calls: so it is bounded."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler behind a bound of `JSON_BYTES_MAX`."""
        handle = super().get_route_handler()

        async def bounded(request: Request) -> Response:
            return await handle(Request(request.scope, _counted(request.receive)))

        return bounded


def _counted(receive: Receive) -> Receive:
    count = 0

    async def take() -> Message:
        nonlocal count
        message = await receive()
        count += len(message.get("body", b""))
        if count > JSON_BYTES_MAX:
            raise HTTPException(413, "The body is larger than 1 MiB.")
        return message

    return take

"""Reading a posted file: content type, gzip and size are bounded before anything is parsed."""

import zlib
from collections.abc import AsyncIterator, Iterator

from starlette.requests import Request

from hub.domain.errors import Invalid, TooLarge, Unsupported
from hub.xml import SUBMISSION_BYTES_MAX

_MEDIA_TYPES = frozenset({"application/xml", "text/xml"})
_STEP_BYTES = 65_536


async def read_body(request: Request) -> bytes:
    """The posted bytes, inflated when they came as gzip.

    Raises:
        Unsupported: another media type or content encoding.
        Invalid: the gzip stream is broken or cut off.
        TooLarge: more than 64 MiB, counted inflated.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in _MEDIA_TYPES:
        raise Unsupported("Post the file as application/xml or text/xml.")
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip"):
        raise Unsupported("The hub takes Content-Encoding gzip, or none.")
    chunks = request.stream() if encoding == "identity" else _inflate(request.stream())
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > SUBMISSION_BYTES_MAX:
            raise TooLarge("The submission is larger than 64 MiB: send fewer documents in a file.")
    return bytes(body)


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
    """Inflate one gzip stream in small steps, so that a bomb is met by the caller's limit."""
    inflater = zlib.decompressobj(wbits=31)
    try:
        async for chunk in chunks:
            for step in _steps(inflater, chunk):
                yield step
    except zlib.error:
        raise Invalid("The gzip stream is broken: compress the file again.") from None
    if not inflater.eof or inflater.unused_data:
        raise Invalid("The gzip stream is cut off or has something after its end.")


def _steps(inflater: "zlib._Decompress", chunk: bytes) -> Iterator[bytes]:
    rest = chunk
    while rest and not inflater.eof:
        yield inflater.decompress(rest, _STEP_BYTES)
        rest = inflater.unconsumed_tail

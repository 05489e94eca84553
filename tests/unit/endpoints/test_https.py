"""What each answer to a push means, against a server on a real socket."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hub.domain.push import Delivered, PushOutcome, Refused, TryLater
from hub.endpoints.https import ANSWER_BYTES_MAX, Address, HttpsEndpoint
from hub.ports import Leased
from hub.testing.rms import ToyRms, serving

MESSAGE = Leased(
    message_id="message-1",
    type="citation.v1",
    headers={
        "x-hub-source": "tracs",
        "x-hub-agency": "0417",
        "x-hub-number": "73900001",
        "x-hub-version": 1,
        "x-hub-monitored": False,
        "x-hub-attempt": 3,
        "traceparent": "00-1-2-01",
    },
    body=b"<citation_copy/>",
)

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Receiver:
    """A server that keeps the requests it got and answers with the bytes it was given."""

    def __init__(self, answer: bytes) -> None:
        self.requests: list[str] = []
        self._answer = answer

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(len(MESSAGE.body))
        self.requests.append((head + body).decode())
        writer.write(self._answer)
        await writer.drain()
        writer.close()


@asynccontextmanager
async def listening(serve: Serve) -> AsyncIterator[str]:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/tickets"


async def push(url: str, **changes: object) -> PushOutcome:
    endpoint = HttpsEndpoint(Address(url, **changes))  # type: ignore[arg-type]
    try:
        return await endpoint.push(MESSAGE)
    finally:
        await endpoint.close()


def answer(status: int, *headers: str, body: bytes = b"") -> bytes:
    head = [f"HTTP/1.1 {status} Word", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Delivered()),
        (201, Delivered()),
        (204, Delivered()),
        (409, Delivered()),
        (301, Refused("http-301")),
        (400, Refused("http-400")),
        (401, Refused("http-401")),
        (404, Refused("http-404")),
        (422, Refused("http-422")),
        (408, TryLater("http-408")),
        (425, TryLater("http-425")),
        (429, TryLater("http-429")),
        (500, TryLater("http-500")),
        (503, TryLater("http-503")),
    ],
)
async def test_each_status_has_one_meaning(status: int, outcome: PushOutcome) -> None:
    async with listening(Receiver(answer(status)).serve) as url:
        assert await push(url) == outcome


async def test_a_push_carries_what_the_interface_promises() -> None:
    receiver = Receiver(answer(201))
    async with listening(receiver.serve) as url:
        await push(url, token="word")  # noqa: S106 - a sample

    (request,) = receiver.requests
    lines = request.lower().split("\r\n")
    assert lines[0] == "post /tickets http/1.1"
    assert {
        "idempotency-key: message-1",
        "x-hub-type: citation.v1",
        "x-hub-number: 73900001",
        "x-hub-monitored: false",
        "x-hub-attempt: 3",
        "traceparent: 00-1-2-01",
        "content-type: application/xml",
        "authorization: bearer word",
    } <= set(lines)
    assert lines[-1] == "<citation_copy/>"


async def test_a_redirect_is_not_followed() -> None:
    receiver = Receiver(answer(307, "Location: /elsewhere"))
    async with listening(receiver.serve) as url:
        assert await push(url) == Refused("http-307")

    assert len(receiver.requests) == 1


@pytest.mark.parametrize(
    ("said", "seconds"), [("7", 7), ("999999", 3600), ("Wed, 21 Oct 2026 07:28:00 GMT", 0)]
)
async def test_retry_after_is_honoured_within_bounds(said: str, seconds: float) -> None:
    async with listening(Receiver(answer(503, f"Retry-After: {said}")).serve) as url:
        assert await push(url) == TryLater("http-503", seconds)


async def test_a_long_refusal_is_cut() -> None:
    async with listening(Receiver(answer(422, body=b"x" * 100_000)).serve) as url:
        assert await push(url) == Refused("http-422", "x" * ANSWER_BYTES_MAX)


async def test_nobody_there_is_later() -> None:
    async with listening(Receiver(b"").serve) as url:
        pass

    assert await push(url) == TryLater("connection-ConnectError")


async def test_a_receiver_that_hangs_up_is_later() -> None:
    async with listening(Receiver(b"").serve) as url:
        assert await push(url) == TryLater("connection-RemoteProtocolError")


async def test_a_receiver_that_says_nothing_is_later_after_the_timeout() -> None:
    release = asyncio.Event()

    async def silent(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await release.wait()
        writer.close()

    async with listening(silent) as url:
        assert await push(url, timeout_seconds=0.1) == TryLater("timeout")
        release.set()


async def test_the_toy_rms_takes_a_message_once(tmp_path: Path) -> None:
    rms = ToyRms(tmp_path / "rms.db")
    async with serving(rms, seen_status=409) as url:
        assert [await push(url), await push(url)] == [Delivered(), Delivered()]

    assert [effect.key for effect in rms.effects()] == ["message-1"]
    assert rms.comings() == {"message-1": 2}
    rms.close()


def test_a_certificate_that_is_not_there_is_an_error() -> None:
    with pytest.raises(OSError, match="No such file"):
        HttpsEndpoint(Address("https://rms.example", ca_path="/nowhere/ca.pem"))


def test_the_token_is_not_printed() -> None:
    assert "word" not in repr(Address("https://rms.example", token="word"))  # noqa: S106

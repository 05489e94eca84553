"""Pushing over HTTPS: one POST for each message, and what its answer means.

The body is the document; the headers say what AMQP's would: `Idempotency-Key` is the message id,
the same for every try, `X-Hub-Type` the type, `X-Hub-...` and `traceparent` the message's own.
2xx and 409 (seen already) = delivered; 408, 425, 429, 5xx and whatever happens to the connection =
later; any other answer, redirects too = refused.
Source: public interface, "AMQP"; IETF draft "Idempotency-Key header", section 2.
"""

import asyncio
import ssl
from dataclasses import dataclass, field

import httpx2

from hub.domain.push import Delivered, PushOutcome, Refused, TryLater
from hub.ports import Leased

RETRY_AFTER_SECONDS_MAX = 3_600
ANSWER_BYTES_MAX = 2_000

_SEEN = 409
_LATER = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Address:
    """Where to push, and how to be known there.

    `ca_path` names the certificates to trust instead of the system's, `certificate_path` our own
    for mutual TLS, its key in `key_path` or beside it. `timeout_seconds` bounds connecting, and
    the whole exchange.
    """

    url: str
    token: str | None = field(default=None, repr=False)
    timeout_seconds: float = 30
    ca_path: str | None = None
    certificate_path: str | None = None
    key_path: str | None = None


class HttpsEndpoint:
    """`hub.ports.Endpoint` over HTTPS. Close it when done.

    Raises:
        OSError: a certificate file cannot be read.
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        self._http = httpx2.AsyncClient(
            verify=_context(address),
            timeout=address.timeout_seconds,
            follow_redirects=False,
            trust_env=False,
        )

    async def push(self, message: Leased) -> PushOutcome:
        """Post a message; whatever happens is an outcome."""
        try:
            async with asyncio.timeout(self._address.timeout_seconds):
                return await self._post(message)
        except (TimeoutError, httpx2.TimeoutException):
            return TryLater("timeout")
        except httpx2.TransportError as trouble:
            return TryLater(f"connection-{type(trouble).__name__}")

    async def close(self) -> None:
        """Close the connections. May be called twice."""
        await self._http.aclose()

    async def _post(self, message: Leased) -> PushOutcome:
        request = self._http.build_request(
            "POST", self._address.url, content=message.body, headers=self._headers(message)
        )
        answer = await self._http.send(request, stream=True)
        try:
            return await _outcome(answer)
        finally:
            await answer.aclose()

    def _headers(self, message: Leased) -> dict[str, str]:
        headers = {name: _text(value) for name, value in message.headers.items()}
        headers["Content-Type"] = "application/xml"
        headers["Idempotency-Key"] = message.message_id
        headers["X-Hub-Type"] = message.type
        if self._address.token:
            headers["Authorization"] = f"Bearer {self._address.token}"
        return headers


async def _outcome(answer: httpx2.Response) -> PushOutcome:
    """What an answer means."""
    status = answer.status_code
    if answer.is_success or status == _SEEN:
        return Delivered()
    cause = f"http-{status}"
    if status in _LATER or answer.is_server_error:
        return TryLater(cause, _retry_after(answer))
    return Refused(cause, await _read(answer))


def _retry_after(answer: httpx2.Response) -> float:
    """The wait that was asked for; a date instead of seconds is not honoured."""
    said = answer.headers.get("Retry-After", "")
    return min(float(said), RETRY_AFTER_SECONDS_MAX) if said.isascii() and said.isdigit() else 0.0


async def _read(answer: httpx2.Response) -> str:
    """The start of the body as text; what cannot be read does not change the answer."""
    body = b""
    try:
        async for chunk in answer.aiter_raw():
            body += chunk[:ANSWER_BYTES_MAX]
            if len(body) >= ANSWER_BYTES_MAX:
                break
    except httpx2.TransportError:
        pass
    return body[:ANSWER_BYTES_MAX].decode(errors="replace").replace("\x00", "")


def _text(value: str | int | bool) -> str:  # noqa: FBT001 - a header's value
    return str(value).lower() if isinstance(value, bool) else str(value)


def _context(address: Address) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=address.ca_path)
    if address.certificate_path:
        context.load_cert_chain(address.certificate_path, address.key_path)
    return context

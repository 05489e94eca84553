"""The toy RMS: a records system that takes pushed copies of tickets over HTTPS.

Request: `POST /tickets`, body the document (`application/xml`), and the headers of the AMQP
interface in X- form:

- `Idempotency-Key`: the message id; the same for every try of a message
- `X-Hub-Type` (`citation.v1`), `X-Hub-Source`, `X-Hub-Agency`, `X-Hub-Number`, `X-Hub-Version`,
  `X-Hub-Monitored`, `X-Hub-Attempt`, and `traceparent`
- `Authorization: Bearer <token>` where the RMS was given a token

Answer, JSON: 201 taken `{"record": "…", "applied": true}`, 200 (or 409, by contract) seen before,
with the same body; 422 refused `{"code": "…", "text": "…"}`, in the RMS's words and for good;
400 not a request as above; 401; 429 and 503 with `Retry-After` (seconds): later. A copy is applied
only if its version is higher than that of the ticket; a refused one leaves no trace.
"""

import asyncio
import socket
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from secrets import compare_digest
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from hub.testing.faults import Died, Fault, Faults

FAULTS = (Fault.SLOW, Fault.REFUSE, Fault.BUSY, Fault.DIE)
"""Those an RMS can have."""

KEY_LENGTH_MAX = 255
BODY_BYTES_MAX = 64 * 2**20
RETRY_AFTER_SECONDS = 1
REFUSALS = (
    {"code": "unknown-officer", "text": "No such badge in the roster."},
    {"code": "locked-case", "text": "The case is locked by a clerk."},
)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS effect (
    key TEXT PRIMARY KEY,
    type TEXT NOT NULL,
    agency TEXT NOT NULL,
    number TEXT NOT NULL,
    version INTEGER NOT NULL,
    is_applied INTEGER NOT NULL,
    body BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS coming (
    key TEXT PRIMARY KEY,
    count INTEGER NOT NULL
)
"""
_EFFECT = "key, type, agency, number, version, is_applied"

Line = Callable[[], None]
"""Hangs up on whoever called, without an answer."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A pushed copy as it came."""

    key: str
    type: str
    agency: str
    number: str
    version: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Effect:
    """A copy the RMS took; `is_applied` unless it had a newer version of the ticket."""

    key: str
    type: str
    agency: str
    number: str
    version: int
    is_applied: bool


class ToyRms:
    """The RMS's records, in the file at `path`; close it when done."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=FULL")
        self._database.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def note_coming(self, key: str) -> int:
        """Remember that a copy with this key came; how many have come so far."""
        row: tuple[int] = self._database.execute(
            "INSERT INTO coming VALUES (?, 1)"
            " ON CONFLICT (key) DO UPDATE SET count = count + 1 RETURNING count",
            [key],
        ).fetchone()
        return row[0]

    def comings(self) -> dict[str, int]:
        """How many copies came under each key."""
        return dict(self._database.execute("SELECT key, count FROM coming"))

    def find(self, key: str) -> Effect | None:
        """What was taken under this key."""
        row = self._database.execute(
            f"SELECT {_EFFECT} FROM effect WHERE key = ?",  # noqa: S608 - our own words
            [key],
        ).fetchone()
        return _effect(row) if row else None

    def take(self, copy: Copy) -> Effect:
        """Take a copy durably; one statement, so that no crash leaves half of it."""
        row = self._database.execute(
            "INSERT INTO effect SELECT :key, :type, :agency, :number, :version, NOT EXISTS ("
            " SELECT 1 FROM effect WHERE agency = :agency AND number = :number"
            " AND version >= :version AND is_applied), :body"
            " RETURNING key, type, agency, number, version, is_applied",
            {name: getattr(copy, name) for name in Copy.__slots__},
        ).fetchone()
        return _effect(row)

    def effects(self) -> list[Effect]:
        """What was taken, in order."""
        rows = self._database.execute(f"SELECT {_EFFECT} FROM effect ORDER BY rowid")  # noqa: S608
        return [_effect(row) for row in rows]


def _effect(row: tuple[str, str, str, str, int, int]) -> Effect:
    key, type_, agency, number, version, is_applied = row
    return Effect(key, type_, agency, number, version, bool(is_applied))


OnAnswer = Callable[[str, int | None], None]
"""Hears of each call: its key, and the status it was answered with, or None."""


def _ignore(_: str, __: int | None) -> None:
    """Nobody wants to hear."""


@dataclass(frozen=True)
class Door:
    """The RMS's HTTP door.

    It is slow after its work: a caller who gives up early has its copy taken all the same.
    `hang_up` gives the line of a request, which dying cuts.
    """

    rms: ToyRms
    hang_up: Callable[[Request], Line]
    faults: Faults = field(default_factory=Faults)
    token: str | None = None
    seen_status: int = 200
    on_answer: OnAnswer = _ignore

    def app(self) -> Starlette:
        """The ASGI application."""
        return Starlette(routes=[Route("/tickets", self.take, methods=["POST"])])

    async def take(self, request: Request) -> Response:
        """Answer one call, or die on it."""
        key = request.headers.get("Idempotency-Key", "")
        try:
            answer = await self._answer(request, key)
        except Died:
            self.on_answer(key, None)
            self.hang_up(request)()
            return Response()  # to a line that is cut
        self.on_answer(key, answer.status_code)
        return answer

    async def _answer(self, request: Request, key: str) -> Response:
        if not self._is_known(request):
            return _refusal(401, "unauthenticated", "The token is not ours.")
        try:
            copy = await _read(request, key)
        except ValueError as fault:
            return _refusal(400, "bad-request", str(fault))
        coming = self.rms.note_coming(key)
        answer = self._busy(key, coming) or self._judge(copy, coming)
        await self.faults.delay(key)
        return answer

    def _is_known(self, request: Request) -> bool:
        if self.token is None:
            return True
        said = request.headers.get("Authorization", "")
        return compare_digest(said.encode(), f"Bearer {self.token}".encode())

    def _busy(self, key: str, coming: int) -> Response | None:
        if not self.faults.strikes(Fault.BUSY, key, coming):
            return None
        status = 429 if self.faults.draw("status", key, coming) < 0.5 else 503  # noqa: PLR2004
        later = _refusal(status, "busy", "Come again later.")
        later.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return later

    def _judge(self, copy: Copy, coming: int) -> Response:
        """Work and its commit; it may die on either side of that.

        Raises:
            Died: it did.
        """
        is_fatal = self.faults.strikes(Fault.DIE, copy.key, coming)
        is_early = self.faults.draw("moment", copy.key, coming) < 0.5  # noqa: PLR2004
        if is_fatal and is_early:
            raise Died("The RMS died before the work.")
        if self.faults.strikes(Fault.REFUSE, copy.key):
            reason = REFUSALS[int(self.faults.draw("reason", copy.key) * len(REFUSALS))]
            return JSONResponse(reason, 422)
        seen = self.rms.find(copy.key)
        effect = seen or self.rms.take(copy)
        if is_fatal:
            raise Died("The RMS died after the work.")
        body = {"record": f"{effect.agency}-{effect.number}", "applied": effect.is_applied}
        return JSONResponse(body, self.seen_status if seen else 201)


def _refusal(status: int, code: str, text: str) -> JSONResponse:
    return JSONResponse({"code": code, "text": text}, status)


async def _read(request: Request, key: str) -> Copy:
    """The copy in a request.

    Raises:
        ValueError: the request is not as this module's page says; the sentence says why.
    """
    headers = request.headers
    if not 0 < len(key) <= KEY_LENGTH_MAX:
        raise ValueError(f"Idempotency-Key must have 1 to {KEY_LENGTH_MAX} characters.")
    if headers.get("Content-Type", "").partition(";")[0] != "application/xml":
        raise ValueError("Content-Type must be application/xml.")
    type_, agency, number, version = (
        _need(headers, f"X-Hub-{name}") for name in ("Type", "Agency", "Number", "Version")
    )
    if not version.isdecimal():
        raise ValueError("X-Hub-Version must be a whole number.")
    return Copy(key, type_, agency, number, int(version), await _body(request))


def _need(headers: Mapping[str, str], name: str) -> str:
    if not headers.get(name):
        raise ValueError(f"{name} is missing.")
    return headers[name]


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_BYTES_MAX:
            raise ValueError(f"The body is longer than {BODY_BYTES_MAX} bytes.")
    if not body:
        raise ValueError("The body is empty.")
    return bytes(body)


class _Lines:
    """The connections there are, by the address of the caller."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, int], asyncio.Transport] = {}

    def protocol(self) -> type[H11Protocol]:
        """The protocol of uvicorn, whose connections can be found and cut."""
        lines = self._open

        class Line(H11Protocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                super().connection_made(transport)
                if self.client is not None:
                    lines[self.client] = transport

            def connection_lost(self, exc: Exception | None) -> None:
                super().connection_lost(exc)
                if self.client is not None:
                    lines.pop(self.client, None)

        return Line

    def hang_up(self, request: Request) -> Line:
        """Cuts the connection of a request."""
        client = request.client
        if client is None:
            raise RuntimeError("The request has no caller to hang up on.")
        return self._open[client.host, client.port].abort


class _Server(uvicorn.Server):
    """uvicorn that leaves signals to whoever runs it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(
    rms: ToyRms, *, port: int = 0, cert: tuple[Path, Path] | None = None, **options: Any
) -> AsyncIterator[str]:
    """The RMS at its door on loopback; gives the URL to push to.

    `cert` is certificate and key in PEM and makes it HTTPS; `options` are those of `Door`.
    """
    lines = _Lines()
    door = Door(rms, lines.hang_up, **options)
    config = uvicorn.Config(
        door.app(),
        http=lines.protocol(),
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
        ssl_certfile=cert[0] if cert else None,
        ssl_keyfile=cert[1] if cert else None,
    )
    with socket.create_server(("127.0.0.1", port)) as listener:
        server = _Server(config)
        task = asyncio.create_task(server.serve([listener]))
        try:
            scheme = "https" if cert else "http"
            yield f"{scheme}://127.0.0.1:{listener.getsockname()[1]}/tickets"
        finally:
            server.should_exit = True
            await task

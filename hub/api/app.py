"""The HTTP application: routers, error answers, and a log line for every request."""

import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import structlog
from fastapi import FastAPI
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub import __version__
from hub.api import (
    clients,
    deliveries,
    desk,
    documents,
    exchange,
    figures,
    health,
    manual,
    submissions,
    vendor,
)
from hub.api.answers import problem
from hub.api.problems import failed, handle_errors
from hub.api.services import Services
from hub.api.shapes import PROBLEM
from hub.clock import NewId
from hub.observability import places

log = structlog.get_logger(__name__)

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

_ROUTERS = (
    submissions,
    documents,
    desk,
    exchange,
    deliveries,
    clients,
    figures,
    vendor,
    health,
    manual,
)

_DESCRIPTION = """\
A key goes into each request as `Authorization: Bearer <key>`; it belongs to a client with a role
and its sources, agencies or destination. Whatever is not served is answered with a problem document
(RFC 9457); its `detail` says what to do. Posting the same file again is always safe. After a 503
it is needed; `Retry-After` says when.

Lists come in pages: pass `next_cursor` as `cursor` for the next one. `Accept: text/csv` gives a
list as CSV, with the cursor in the header `X-Hub-Next-Cursor`. Machines read
[/openapi.json](/openapi.json) instead of this page. What a file must look like is told for each
source, such as [/v1/profiles/tracs](/v1/profiles/tracs).
"""


def create_app(services: Services, lifespan: Lifespan | None = None) -> FastAPI:
    """The application over these services."""
    app = FastAPI(
        title="Citation hub",
        version=__version__,
        summary="Electronic traffic citations from records systems to courts.",
        description=_DESCRIPTION,
        responses={"4XX": PROBLEM},
        lifespan=lifespan,
        docs_url=None,  # hub.api.manual instead: FastAPI's page fetches its scripts from elsewhere
        redoc_url=None,
    )
    app.state.services = services
    for module in _ROUTERS:
        app.include_router(module.router)
    handle_errors(app)
    app.add_middleware(RequestLog, new_id=services.new_id)
    return app


class RequestLog:
    """Binds a request id for the log and writes one line when the answer has gone.

    What fails unexpectedly ends here: the server behind would log it with a text that may quote
    a personal value.
    """

    def __init__(self, app: ASGIApp, new_id: NewId) -> None:
        self._app = app
        self._new_id = new_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = self._new_id()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=request_id)
        answer = _Answer(scope, send, request_id)
        try:
            if "\0" in scope["path"]:  # PostgreSQL keeps no U+0000 in a text
                await problem(404, "not-found", "Not Found")(scope, receive, answer.send)
                return
            await self._app(scope, receive, answer.send)
        except ClientDisconnect:
            log.info("request.abandoned", route=_route(scope))
        except Exception as bug:
            name = type(bug).__name__
            log.error("request.failed", route=_route(scope), bug=name, where=places(bug))
            if answer.has_begun:
                raise  # half an answer can only be cut off
            await failed()(scope, receive, answer.send)


class _Answer:
    """An answer on its way out, with its line in the log."""

    def __init__(self, scope: Scope, send: Send, request_id: str) -> None:
        self._scope = scope
        self._send = send
        self._request_id = request_id
        self._started = time.perf_counter_ns()
        self.has_begun = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.has_begun = True
            message["headers"].append((b"x-request-id", self._request_id.encode()))
            log.info(
                "request.answered",
                method=self._scope["method"],
                route=_route(self._scope),
                status=message["status"],
                microseconds=(time.perf_counter_ns() - self._started) // 1000,
            )
        await self._send(message)


def _route(scope: Scope) -> str | None:
    """The path as it was declared: the one asked for may hold anything."""
    return getattr(scope.get("route"), "path", None)

"""The HTTP application: routers, error answers, and a log line for every request."""

import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import structlog
from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub import __version__
from hub.api import (
    clients,
    deliveries,
    desk,
    documents,
    exchange,
    health,
    manual,
    submissions,
    vendor,
)
from hub.api.problems import handle_errors
from hub.api.services import Services
from hub.api.shapes import PROBLEM
from hub.clock import NewId

log = structlog.get_logger(__name__)

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

_ROUTERS = (
    submissions,
    documents,
    desk,
    exchange,
    deliveries,
    clients,
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
    """Binds a request id for the log and writes one line when the answer has gone."""

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
        started = time.perf_counter_ns()

        async def note(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"].append((b"x-request-id", request_id.encode()))
                microseconds = (time.perf_counter_ns() - started) // 1000
                log.info(
                    "request.answered",
                    method=scope["method"],
                    route=getattr(scope.get("route"), "path", None),
                    status=message["status"],
                    microseconds=microseconds,
                )
            await send(message)

        await self._app(scope, receive, note)

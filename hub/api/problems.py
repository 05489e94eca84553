"""Errors become problem documents; a traceback reaches nobody but the log's list of places."""

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from hub.api.answers import problem
from hub.domain.errors import Busy, HubError

_CODES = {404: "not-found", 405: "method-not-allowed", 413: "too-large"}


def handle_errors(app: FastAPI) -> None:
    """Register what turns each kind of error into an answer."""
    app.add_exception_handler(HubError, _expected)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


async def _expected(_: Request, error: Exception) -> Response:
    assert isinstance(error, HubError)  # noqa: S101 - what it is registered for
    headers = {}
    if error.http_status == HubStatus.UNAUTHENTICATED:
        headers["WWW-Authenticate"] = "Bearer"
    if error.http_status in (HubStatus.TOO_MANY, HubStatus.UNAVAILABLE):
        wait = getattr(error, "retry_after_seconds", Busy.retry_after_seconds)
        headers["Retry-After"] = str(wait)
    return problem(error.http_status, error.code, str(error), headers=headers)


class HubStatus:
    """Status codes that carry a header."""

    UNAUTHENTICATED = 401
    TOO_MANY = 429
    UNAVAILABLE = 503


async def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - what it is registered for
    faults = [
        {"field": ".".join(str(part) for part in fault["loc"][1:]), "message": fault["msg"]}
        for fault in error.errors()
    ]
    return problem(400, "invalid", "The request has fields that must be mended.", faults=faults)


async def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - what it is registered for
    code = _CODES.get(error.status_code, "http")
    return problem(error.status_code, code, str(error.detail), headers=error.headers)


def failed() -> Response:
    """The answer when the hub itself failed: no receipt was given, posting again is safe."""
    detail = "The hub failed on this request. It is logged; try again later."
    return problem(503, "bug", detail, headers={"Retry-After": str(Busy.retry_after_seconds)})

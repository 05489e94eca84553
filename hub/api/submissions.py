"""Submissions: post, check, read back."""

import contextlib
from datetime import datetime
from typing import Any

import structlog
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from hub import metrics
from hub.accounts import Permission, require, scope_of
from hub.api import shapes
from hub.api.answers import answer, problem
from hub.api.callers import CallerOf
from hub.api.services import Services, services
from hub.clock import parse_instant
from hub.domain.accounts import Caller, Client
from hub.domain.errors import Forbidden, Invalid, NotFound, TooLarge
from hub.domain.filing import Receipt
from hub.domain.stored import ErrorEntry, ErrorKind, Event, Submission
from hub.intake import Post
from hub.ports import Adapter

router = APIRouter(prefix="/v1", tags=["submissions"])
log = structlog.get_logger(__name__)

_XML_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/xml": {"schema": {"type": "string", "format": "binary"}}},
    }
}

_AS_FILE = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
"""A stranger's bytes: a browser must not run what is in them."""


@router.post(
    "/submissions/{source}",
    openapi_extra=_XML_BODY,
    status_code=202,
    responses={
        202: {"model": shapes.Receipt, "description": "something newly accepted or held"},
        200: {"model": shapes.Receipt, "description": "else something duplicate"},
        422: {"model": shapes.Receipt, "description": "rejected; stored all the same"},
        503: {"description": "no receipt was given: post again"},
    },
)
async def post_submission(source: str, request: Request, caller: CallerOf) -> Response:
    """Take a document file; the receipt is given after the commit."""
    hub = services(request)
    client = require(caller, Permission.SUBMIT)
    adapter = _adapter(hub, source, client)
    received_at = _received_at(request, caller, hub)
    try:
        async with hub.files.file(request) as raw:
            receipt = await hub.intake.take(Post(adapter, raw, client, received_at))
    except TooLarge as error:
        await _log_too_large(hub, source, client)
        return _too_large(error)
    metrics.RECEIPTS.labels(source, str(receipt.http_status)).inc()
    log.info("submission.receipted", submission=receipt.submission.id, status=receipt.http_status)
    return answer(receipt.body, receipt.http_status)


@router.post(
    "/check/{source}",
    openapi_extra=_XML_BODY,
    responses={200: {"model": shapes.Receipt, "description": "the judgement"}},
)
async def check_submission(source: str, request: Request, caller: CallerOf) -> Response:
    """Judge a file against the live ledger; nothing is stored."""
    hub = services(request)
    client = require(caller, Permission.SUBMIT)
    adapter = _adapter(hub, source, client)
    received_at = _received_at(request, caller, hub)
    try:
        async with hub.files.file(request) as raw:
            receipt = await hub.intake.check(Post(adapter, raw, client, received_at))
    except TooLarge as error:
        return _too_large(error)
    documents = [{**row, "document_id": None} for row in receipt.body["documents"]]
    return answer({**receipt.body, "submission_id": None, "documents": documents})


@router.get(
    "/submissions/{submission_id}",
    responses={200: {"model": shapes.Receipt, "description": "the receipt"}},
)
async def get_submission(submission_id: str, request: Request, caller: CallerOf) -> Response:
    """The receipt with current states."""
    hub = services(request)
    client = require(caller, Permission.READ_DOCUMENTS)
    submission = await _visible(hub, submission_id, client)
    documents = await hub.store.list_submission_documents(submission_id)
    return answer(Receipt(submission, tuple(documents)).body)


@router.get("/submissions/{submission_id}/raw")
async def get_raw(submission_id: str, request: Request, caller: CallerOf) -> Response:
    """The bytes as posted; every view is an event."""
    hub = services(request)
    client = require(caller, Permission.READ_PAYLOADS)
    submission = await _visible(hub, submission_id, client)
    raw = await hub.store.find_payload(submission.sha256)
    if raw is None:
        raise NotFound("The bytes of this submission have been removed by retention.")
    event = Event(hub.new_id(), hub.clock(), "payload.viewed", client.id, submission.id)
    async with hub.store.begin() as transaction:
        await transaction.add_events([event])
    return Response(raw, headers=_AS_FILE, media_type="application/xml")


def _adapter(hub: Services, source: str, client: Client) -> Adapter:
    adapter = hub.adapters.get(source)
    if adapter is None:
        raise NotFound(f"There is no source {source}; the hub takes: {', '.join(hub.adapters)}.")
    if source not in client.sources:
        raise Forbidden(f"This key may not send for source {source}.")
    return adapter


def _received_at(request: Request, caller: Caller, hub: Services) -> datetime | None:
    """The claimed time of receipt, for keys that may backfill."""
    claimed = request.headers.get("x-hub-received-at")
    if claimed is None:
        return None
    if not caller.may_backfill:
        raise Forbidden("Only a key with the backfill permission may set X-Hub-Received-At.")
    with contextlib.suppress(ValueError):
        instant = parse_instant(claimed)
        if instant <= hub.clock():
            return instant
    raise Invalid("X-Hub-Received-At must be an RFC 3339 instant that is not in the future.")


async def _visible(hub: Services, submission_id: str, client: Client) -> Submission:
    submission = await hub.store.find_submission(submission_id)
    if submission is None or not scope_of(client).sees_submission(submission):
        raise NotFound("There is no such submission for this key.")
    return submission


def _too_large(error: TooLarge) -> Response:
    return problem(413, error.code, str(error), finding="X006")


async def _log_too_large(hub: Services, source: str, client: Client) -> None:
    entry = ErrorEntry(
        hub.new_id(), hub.clock(), ErrorKind.TOO_LARGE, source=source, client_id=client.id
    )
    async with hub.store.begin() as transaction:
        await transaction.add_errors([entry])

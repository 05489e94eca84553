"""The documents browser and the error log."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from hub.accounts import Permission, require, scope_of
from hub.api.answers import answer, listing
from hub.api.callers import CallerOf
from hub.api.services import Services, services
from hub.clock import keepable
from hub.desk import actions_of
from hub.domain.accounts import Client
from hub.domain.codec import to_plain
from hub.domain.errors import NotFound
from hub.domain.filing import finding_row
from hub.domain.judgement import Kind
from hub.domain.review import Correction
from hub.domain.states import DocumentStatus, Outcome
from hub.domain.stored import (
    Delivery,
    Document,
    DocumentFilter,
    ErrorEntry,
    ErrorFilter,
    ErrorKind,
    Event,
    Page,
    StoredReply,
)

router = APIRouter(prefix="/v1", tags=["documents"])

Text = Annotated[str | None, Field(max_length=60, pattern=r"^[^\x00]*$")]
Instant = Annotated[AwareDatetime, AfterValidator(keepable)]


class PageQuery(BaseModel):
    """Which page: at most `limit` rows, after the row whose id is `cursor`."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=500)] = 50
    cursor: Text = None

    @property
    def page(self) -> Page:
        """The page as the store takes it."""
        return Page(self.limit, self.cursor)

    @property
    def filters(self) -> dict[str, Any]:
        """Everything but the page."""
        return self.model_dump(exclude=set(PageQuery.model_fields))


class DocumentQuery(PageQuery):
    """Filters of the documents browser."""

    status: DocumentStatus | None = None
    outcome: Outcome | None = None
    kind: Kind | None = None
    source: Text = None
    agency: Text = None
    officer: Text = None
    number: Text = None
    code: Text = None
    since: Instant | None = None
    until: Instant | None = None


class ErrorQuery(PageQuery):
    """Filters of the error log."""

    kind: ErrorKind | None = None
    source: Text = None
    agency: Text = None
    number: Text = None
    since: Instant | None = None
    until: Instant | None = None


@router.get("/documents")
async def list_documents(
    request: Request, caller: CallerOf, query: Annotated[DocumentQuery, Query()]
) -> Response:
    """Documents, newest first; `status=rejected` is the rejected-ticket queue."""
    scope = scope_of(require(caller, Permission.READ_DOCUMENTS))
    wanted = DocumentFilter(
        **query.filters,
        sources=scope.sources,
        agencies=scope.agencies,
        kinds=scope.kinds,
        client=scope.client_id,
    )
    found = await services(request).store.list_documents(wanted, query.page)
    return listing(request, "documents", [document_row(one) for one in found], query.limit)


@router.get("/documents/{document_id}")
async def get_document(document_id: str, request: Request, caller: CallerOf) -> Response:
    """Record, findings, deliveries and replies; every view is an event."""
    hub = services(request)
    client = require(caller, Permission.READ_PAYLOADS)
    document = await visible(hub, document_id, client)
    event = Event(
        hub.new_id(), hub.clock(), "document.viewed", client.id, document.submission_id, document.id
    )
    async with hub.store.begin() as transaction:
        await transaction.add_events([event])
    corrections = await hub.store.list_corrections(document_id)
    deliveries = await hub.store.list_deliveries(document_id)
    replies = await hub.store.list_replies(document_id)
    return answer(
        {
            **document_row(document),
            "findings": [finding_row(found) for found in document.findings],
            "record": to_plain(document.record) if document.record else None,
            "actions": actions_of(client, document),
            "corrections": [correction_row(one) for one in corrections],
            "deliveries": [delivery_row(one) for one in deliveries],
            "replies": [reply_row(one) for one in replies],
        }
    )


@router.get("/documents/{document_id}/timeline")
async def get_timeline(document_id: str, request: Request, caller: CallerOf) -> Response:
    """Every event of the document, from post to docket."""
    hub = services(request)
    client = require(caller, Permission.READ_DOCUMENTS)
    document = await visible(hub, document_id, client)
    events = await hub.store.list_events(
        submission_id=document.submission_id, document_id=document.id
    )
    return answer({"events": [event_row(event) for event in events]})


@router.get("/error-log", tags=["error log"])
async def list_errors(
    request: Request, caller: CallerOf, query: Annotated[ErrorQuery, Query()]
) -> Response:
    """Duplicates, repasses, replies without a ticket and the like, newest first."""
    scope = scope_of(require(caller, Permission.READ_ERRORS))
    wanted = ErrorFilter(
        **query.filters,
        sources=scope.sources,
        agencies=scope.agencies,
        client=scope.client_id,
    )
    found = await services(request).store.list_errors(wanted, query.page)
    return listing(request, "errors", [error_row(one) for one in found], query.limit)


async def visible(hub: Services, document_id: str, client: Client) -> Document:
    """The document, if it is within the client's scope.

    Raises:
        NotFound: there is none, or not for this client.
    """
    document = await hub.store.find_document(document_id)
    if document is None or not scope_of(client).sees(document):
        raise NotFound("There is no such document for this key.")
    return document


def document_row(document: Document) -> dict[str, Any]:
    """A document in a list."""
    return {
        "id": document.id,
        "submission_id": document.submission_id,
        "kind": document.kind,
        "source": document.source,
        "state": document.state,
        "agency": document.agency,
        "number": document.number,
        "officer": document.officer_id,
        "outcome": document.outcome,
        "status": document.status,
        "version": document.version,
        "revision": document.revision,
        "monitored": document.monitored,
        "late": document.late,
        "received_at": document.received_at,
        "issued_at": document.issued_at,
        "first_document_id": document.first_document_id,
        "docket_number": document.docket_number,
        "codes": sorted({found.code for found in document.findings}),
    }


def delivery_row(delivery: Delivery) -> dict[str, Any]:
    """A delivery as shown."""
    return {
        "id": delivery.id,
        "destination": delivery.destination,
        "type": delivery.type,
        "version": delivery.version,
        "status": delivery.status,
        "attempt": delivery.attempt,
        "cause": delivery.cause,
        "available_at": delivery.available_at,
        "published_at": delivery.published_at,
        "settled_at": delivery.settled_at,
    }


def reply_row(stored: StoredReply) -> dict[str, Any]:
    """A reply as shown."""
    reply = stored.reply
    return {
        "destination": reply.destination,
        "reply_id": reply.reply_id,
        "type": reply.type,
        "at": reply.at,
        "received_at": stored.received_at,
        "docket_number": reply.docket_number,
        "code": reply.code,
        "text": reply.text,
        "amount": reply.amount,
        "disposition": reply.disposition,
    }


def correction_row(correction: Correction) -> dict[str, Any]:
    """What was corrected, by whom and why; fields by name, never a value."""
    return {
        "document_id": correction.document_id,
        "corrects": correction.corrects_id,
        "at": correction.at,
        "author": correction.author,
        "reason": correction.reason,
        "fields": correction.fields,
    }


def event_row(event: Event) -> dict[str, Any]:
    """An event as shown."""
    return {
        "at": event.at,
        "name": event.name,
        "actor": event.actor,
        "delivery_id": event.delivery_id,
        **event.detail,
    }


def error_row(entry: ErrorEntry) -> dict[str, Any]:
    """A line of the error log as shown."""
    return {
        "id": entry.id,
        "at": entry.at,
        "kind": entry.kind,
        "source": entry.source,
        "client": entry.client_id,
        "agency": entry.agency,
        "number": entry.number,
        "submission_id": entry.submission_id,
        "document_id": entry.document_id,
        "first_document_id": entry.detail.get("first_document_id"),
        "reason": entry.detail.get("reason") or entry.detail.get("type"),
    }

"""The desk: what waits for a person, staff actions on documents, and judging again."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from hub import desk
from hub.accounts import Permission, require
from hub.api import shapes
from hub.api.answers import answer, listing, problem
from hub.api.bodies import read_json
from hub.api.callers import CallerOf
from hub.api.documents import PageQuery, Text, document_row
from hub.api.services import services
from hub.desk import Order, Person, Task, actions_of
from hub.domain.accounts import Caller, Client
from hub.domain.errors import Invalid, NotMended
from hub.domain.filing import finding_row
from hub.domain.review import Action, ReviewFilter, ReviewKind
from hub.domain.stored import Document

router = APIRouter(prefix="/v1", tags=["desk"])

ORDER_BYTES_MAX = 4 * 1024 * 1024  # a document has at most 1 MiB, before JSON escapes it

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=500)]


class OrderBody(BaseModel):
    """A staff action: on the document as seen at `revision`, and why.

    `reason` is shown in the timeline: no personal data. `document` (correct only) is the corrected
    file in the format of the source, holding exactly one document.
    """

    model_config = ConfigDict(extra="forbid")

    revision: Annotated[int, Field(ge=1)]
    reason: Reason
    document: str | None = None


class ReviewQuery(PageQuery):
    """Filters of the reviews; `open=false` shows the closed ones."""

    kind: ReviewKind | None = None
    open: bool = True
    agency: Text = None


_ORDER: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": OrderBody.model_json_schema()}},
    }
}


@router.get("/reviews")
async def list_reviews(
    request: Request, caller: CallerOf, query: Annotated[ReviewQuery, Query()]
) -> Response:
    """What waits for a person, newest first, each with the caller's legal next actions."""
    client = require(caller, Permission.READ_REVIEWS)
    wanted = ReviewFilter(kind=query.kind, is_open=query.open, agency=query.agency)
    tasks = await desk.list_tasks(services(request).store, client, wanted, query.page)
    return listing(request, "reviews", [task_row(one) for one in tasks], query.limit)


@router.post("/documents/{document_id}/return", openapi_extra=_ORDER)
async def return_document(document_id: str, request: Request, caller: CallerOf) -> Response:
    """Send a rejected or held document back to its agency."""
    return await _take(Action.RETURN, document_id, request, caller)


@router.post("/documents/{document_id}/release", openapi_extra=_ORDER)
async def release_document(document_id: str, request: Request, caller: CallerOf) -> Response:
    """Accept a held document: a repass as the next version, a collision report as approved."""
    return await _take(Action.RELEASE, document_id, request, caller)


@router.post("/documents/{document_id}/discard", openapi_extra=_ORDER)
async def discard_document(document_id: str, request: Request, caller: CallerOf) -> Response:
    """Put away a document that is not needed."""
    return await _take(Action.DISCARD, document_id, request, caller)


@router.post(
    "/documents/{document_id}/correct",
    openapi_extra=_ORDER,
    responses={422: {"description": "the corrected file breaks the criteria: nothing was saved"}},
)
async def correct_document(document_id: str, request: Request, caller: CallerOf) -> Response:
    """Save a corrected file as a revision of the document; answers the revision."""
    order, corrected = await _order(Action.CORRECT, document_id, request, caller)
    if corrected is None:
        raise Invalid("Send the corrected file as 'document'.")
    try:
        revision = await desk.correct(services(request).desk, order, utf8_of(corrected))
    except NotMended as error:
        rows = [finding_row(found) for found in error.findings]
        return problem(error.http_status, error.code, str(error), findings=rows)
    return answer({**_moved(revision, caller.client), "corrects": document_id})


@router.post(
    "/submissions/{submission_id}/rejudge",
    tags=["submissions"],
    responses={200: {"model": shapes.Receipt, "description": "the receipt, with its documents"}},
)
async def rejudge_submission(submission_id: str, request: Request, caller: CallerOf) -> Response:
    """Judge a held submission (X099) again, with its original time of receipt and client."""
    client = require(caller, Permission.REJUDGE)
    person = Person(client.id, client)
    receipt = await desk.rejudge(services(request).desk, submission_id, person)
    return answer(receipt.body)


async def _take(action: Action, document_id: str, request: Request, caller: Caller) -> Response:
    order, corrected = await _order(action, document_id, request, caller)
    if corrected is not None:
        raise Invalid("Only 'correct' takes a 'document'.")
    document = await desk.take_action(services(request).desk, order)
    return answer(_moved(document, caller.client))


async def _order(
    action: Action, document_id: str, request: Request, caller: Caller
) -> tuple[Order, str | None]:
    """The order of a request, and the corrected file that came with it."""
    client = require(caller, Permission.READ_DOCUMENTS)
    raw = await read_json(request, ORDER_BYTES_MAX)
    try:
        body = OrderBody.model_validate_json(raw)
    except ValidationError as malformed:
        faults = [{**fault, "loc": ("body", *fault["loc"])} for fault in malformed.errors()]
        raise RequestValidationError(faults) from None
    person = Person(client.id, client)
    return Order(action, person, document_id, body.revision, body.reason), body.document


def utf8_of(text: str) -> bytes:
    """A file that came as text, as bytes: what its declaration says of an encoding is void."""
    return _DECLARED_ENCODING.sub(r"\1UTF-8", text.lstrip("\ufeff"), count=1).encode()


_DECLARED_ENCODING = re.compile(r"(\A<\?xml[^>]*?encoding\s*=\s*['\"])[A-Za-z][\w.-]*")


def _moved(document: Document, client: Client) -> dict[str, Any]:
    return {**document_row(document), "actions": actions_of(client, document)}


def task_row(task: Task) -> dict[str, Any]:
    """A review as shown; `revision` and `status` are those of its document now."""
    review, document = task.review, task.document
    return {
        "id": review.id,
        "kind": review.kind,
        "subject_id": review.subject_id,
        "document_kind": review.document_kind,
        "source": review.source,
        "agency": review.agency,
        "number": review.number,
        "opened_at": review.opened_at,
        "status": document.status if document else None,
        "revision": document.revision if document else None,
        "actions": list(task.actions),
        "closed_at": review.closed_at,
        "closed_by": review.closed_by,
        "closed_with": review.closed_with,
    }

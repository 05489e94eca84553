"""Deliveries, queues and destinations: what operators see and steer."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from hub.accounts import Permission, may, require
from hub.api.answers import answer, listing
from hub.api.bodies import SmallBodies
from hub.api.callers import CallerOf
from hub.api.documents import Instant, PageQuery, Text, delivery_row, visible
from hub.api.services import services
from hub.destinations import Destination
from hub.domain.errors import NotFound
from hub.domain.push import Attempt
from hub.domain.states import DeliveryStatus
from hub.domain.stored import DeliveryFilter, Event, ListedDelivery

router = APIRouter(prefix="/v1", tags=["operations"], route_class=SmallBodies)

DAY_SECONDS = 86_400


class DeliveryQuery(PageQuery):
    """Filters of the deliveries; times bound when a delivery was made."""

    destination: Text = None
    status: DeliveryStatus | None = None
    cause: Text = None
    agency: Text = None
    number: Text = None
    since: Instant | None = None
    until: Instant | None = None


class RepublishBody(BaseModel):
    """What was published longer ago than this, in seconds, is sent again."""

    model_config = ConfigDict(extra="forbid")

    older_than_seconds: Annotated[int, Field(ge=0, le=365 * DAY_SECONDS)] = DAY_SECONDS


@router.get("/deliveries")
async def list_deliveries(
    request: Request, caller: CallerOf, query: Annotated[DeliveryQuery, Query()]
) -> Response:
    """Deliveries, newest first."""
    require(caller, Permission.READ_DELIVERIES)
    wanted = DeliveryFilter(**query.filters)
    found = await services(request).store.pushes.list_outbox(wanted, query.page)
    return listing(request, "deliveries", [_listed_row(one) for one in found], query.limit)


@router.get("/deliveries/{delivery_id}/attempts")
async def list_attempts(delivery_id: str, request: Request, caller: CallerOf) -> Response:
    """Every push of a delivery; the receiver's own words only for who may read payloads."""
    client = require(caller, Permission.READ_DELIVERIES)
    found = await services(request).store.pushes.list_attempts(delivery_id)
    with_text = may(client, Permission.READ_PAYLOADS)
    return answer({"attempts": [_attempt_row(one, with_text=with_text) for one in found]})


@router.get("/destinations")
async def list_destinations(request: Request, caller: CallerOf) -> Response:
    """Every destination: open, paused or down, what waits for it and since when."""
    require(caller, Permission.READ_DELIVERIES)
    found = await services(request).operations.list()
    return answer({"destinations": [destination_row(one) for one in found]})


@router.post("/destinations/{destination}/pause", status_code=204)
async def pause(destination: str, request: Request, caller: CallerOf) -> Response:
    """Stop sending to a destination; nothing is lost, everything waits."""
    client = require(caller, Permission.STEER)
    await services(request).operations.pause(destination, by=client.id)
    return Response(status_code=204)


@router.post("/destinations/{destination}/resume", status_code=204)
async def resume(destination: str, request: Request, caller: CallerOf) -> Response:
    """Send to a destination again."""
    client = require(caller, Permission.STEER)
    await services(request).operations.resume(destination, by=client.id)
    return Response(status_code=204)


@router.post("/destinations/{destination}/republish")
async def republish(
    destination: str, request: Request, caller: CallerOf, body: RepublishBody | None = None
) -> Response:
    """Send again, with the same message ids, what was published long ago and never settled."""
    client = require(caller, Permission.STEER)
    wanted = body or RepublishBody()
    count = await services(request).operations.republish(
        destination, older_than_seconds=wanted.older_than_seconds, by=client.id
    )
    return answer({"destination": destination, "republished": count})


@router.get("/queues")
async def list_queues(request: Request, caller: CallerOf) -> Response:
    """How many messages are ready, and how many dead, in each destination's queue."""
    require(caller, Permission.READ_DELIVERIES)
    depths = await services(request).broker.depths()
    rows = [{"queue": name, "ready": ready, "dead": dead} for name, (ready, dead) in depths.items()]
    return answer({"queues": rows})


@router.get("/documents/{document_id}/rendered/{destination}", tags=["documents"])
async def get_rendered(
    document_id: str, destination: str, request: Request, caller: CallerOf
) -> Response:
    """What a destination gets, as XML; every view is an event."""
    hub = services(request)
    client = require(caller, Permission.READ_PAYLOADS)
    document = await visible(hub, document_id, client)
    deliveries = await hub.store.list_deliveries(document.id)
    ids = [one.id for one in deliveries if one.destination == destination]
    messages = await hub.renderer.render_ids(ids[-1:])
    if not messages:
        raise NotFound(f"The document has no delivery to {destination}.")
    event = Event(
        id=hub.new_id(),
        at=hub.clock(),
        name="document.viewed",
        actor=client.id,
        submission_id=document.submission_id,
        document_id=document.id,
        detail={"destination": destination},
    )
    async with hub.store.begin() as transaction:
        await transaction.add_events([event])
    return Response(messages[0].body, media_type=messages[0].content_type)


def destination_row(destination: Destination) -> dict[str, Any]:
    """A destination as shown."""
    state, counts = destination.state, destination.counts
    return {
        "destination": state.name,
        "state": "paused" if state.is_paused else "down" if destination.is_down else "open",
        "handover": "push" if destination.is_pushed else "fetch",
        "paused_by": state.paused_by,
        "paused_at": state.paused_at,
        "down_until": state.down_until if destination.is_down else None,
        "pending": counts.get(DeliveryStatus.PENDING, 0),
        "published": counts.get(DeliveryStatus.PUBLISHED, 0),
        "dead": counts.get(DeliveryStatus.DEAD, 0),
        "oldest_at": destination.oldest_at,
        "retry_seconds": list(destination.retry_seconds),
    }


def _listed_row(listed: ListedDelivery) -> dict[str, Any]:
    delivery = listed.delivery
    return {
        **delivery_row(delivery),
        "document_id": delivery.document_id,
        "source": listed.source,
        "agency": listed.agency,
        "number": listed.number,
        "created_at": delivery.created_at,
    }


def _attempt_row(attempt: Attempt, *, with_text: bool) -> dict[str, Any]:
    return {
        "number": attempt.number,
        "at": attempt.at,
        "outcome": attempt.outcome,
        "cause": attempt.cause,
        "text": attempt.text if with_text else None,
        "duration_ms": attempt.duration_ms,
    }

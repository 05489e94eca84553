"""The mailbox and replies, for destinations that speak HTTPS."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from hub.accounts import Permission, require
from hub.api.answers import answer
from hub.api.bodies import SmallBodies
from hub.api.callers import CallerOf
from hub.api.services import Services, services
from hub.domain.accounts import Caller
from hub.domain.errors import NotFound
from hub.endpoints.mailbox import LEASE_COUNT_MAX, LEASE_SECONDS_MAX
from hub.ports import Settlement
from hub.reply_bodies import ReplyBody

router = APIRouter(prefix="/v1", tags=["destinations"], route_class=SmallBodies)


class LeaseBody(BaseModel):
    """How many messages, and for how long."""

    model_config = ConfigDict(extra="forbid")

    max: Annotated[int, Field(ge=1, le=LEASE_COUNT_MAX)] = 50
    lease_seconds: Annotated[int, Field(ge=1, le=LEASE_SECONDS_MAX)] = 60


class RejectBody(BaseModel):
    """With `requeue` the message is handed out again; without it is dead."""

    model_config = ConfigDict(extra="forbid")

    requeue: bool = False


@router.post("/destinations/{destination}/messages/lease")
async def lease(
    destination: str, request: Request, caller: CallerOf, body: LeaseBody | None = None
) -> Response:
    """Hand out ready messages; settle each before its lease ends."""
    hub = _for(destination, request, caller)
    wanted = body or LeaseBody()
    messages = await hub.mailbox.lease(destination, wanted.max, wanted.lease_seconds)
    rows = [
        {
            "message_id": one.message_id,
            "type": one.type,
            "headers": one.headers,
            "body": one.body.decode(),
        }
        for one in messages
    ]
    return answer({"messages": rows})


@router.post("/destinations/{destination}/messages/{message_id}/ack", status_code=204)
async def ack(destination: str, message_id: str, request: Request, caller: CallerOf) -> Response:
    """Taken: the message leaves the queue, its delivery is delivered."""
    hub = _for(destination, request, caller)
    await hub.mailbox.settle(destination, message_id, Settlement.ACK)
    return Response(status_code=204)


@router.post("/destinations/{destination}/messages/{message_id}/reject", status_code=204)
async def reject(
    destination: str,
    message_id: str,
    request: Request,
    caller: CallerOf,
    body: RejectBody | None = None,
) -> Response:
    """Not taken: dead, or handed out again with `requeue`."""
    hub = _for(destination, request, caller)
    how = Settlement.REQUEUE if body and body.requeue else Settlement.DEAD
    await hub.mailbox.settle(destination, message_id, how)
    return Response(status_code=204)


@router.post("/replies/{destination}")
async def post_reply(
    destination: str, request: Request, caller: CallerOf, body: ReplyBody
) -> Response:
    """Take a destination's answer; the same reply twice is recorded once."""
    hub = _for(destination, request, caller)
    taken = await hub.replies.take(body.to_reply(destination))
    return answer({"reply_id": body.reply_id, "taken": taken.value})


def _for(destination: str, request: Request, caller: Caller) -> Services:
    hub = services(request)
    require(caller, Permission.EXCHANGE, destination=destination)
    if destination not in hub.destinations:
        raise NotFound(f"There is no destination {destination}.")
    return hub

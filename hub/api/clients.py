"""API clients and their keys, for administrators."""

from collections.abc import Collection, Iterable
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from hub.accounts import Permission, require
from hub.api.answers import answer
from hub.api.bodies import SmallBodies
from hub.api.callers import CallerOf
from hub.api.services import services
from hub.domain.accounts import ApiKey, Client, Role
from hub.domain.errors import Invalid

router = APIRouter(prefix="/v1/clients", tags=["clients"], route_class=SmallBodies)

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$")]
Code = Annotated[str, Field(min_length=1, max_length=60)]


class ClientBody(BaseModel):
    """A new client with its scope; without rates it has those of the hub's settings."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    role: Role
    sources: list[Code] = []
    agencies: list[Code] | None = None
    destination: Code | None = None
    backfill: bool = False
    requests_per_second_max: Annotated[float, Field(gt=0)] | None = None
    burst_requests_max: Annotated[int, Field(ge=1)] | None = None


class KeyBody(BaseModel):
    """A further key."""

    model_config = ConfigDict(extra="forbid")

    backfill: bool = False


@router.get("")
async def list_clients(request: Request, caller: CallerOf) -> Response:
    """All clients with role, scope, rates, keys and their last use."""
    require(caller, Permission.KEEP_CLIENTS)
    found = await services(request).accounts.list_clients()
    return answer({"clients": [_client_row(client, keys) for client, keys in found]})


@router.post("", status_code=201)
async def create_client(request: Request, caller: CallerOf, body: ClientBody) -> Response:
    """Add a client and give its first key, shown once."""
    admin = require(caller, Permission.KEEP_CLIENTS)
    hub = services(request)
    _check_known("source", body.sources, hub.adapters)
    _check_known("destination", [body.destination] if body.destination else [], hub.destinations)
    client = Client(
        id=body.name,
        name=body.name,
        role=body.role,
        created_at=hub.clock(),
        sources=tuple(body.sources),
        agencies=None if body.agencies is None else tuple(body.agencies),
        destination=body.destination,
        requests_per_second_max=body.requests_per_second_max,
        burst_requests_max=body.burst_requests_max,
    )
    issued = await hub.accounts.create(client, may_backfill=body.backfill, actor=admin.id)
    return answer({"client_id": issued.client_id, "key": issued.key}, 201)


@router.get("/{client_id}/keys")
async def list_keys(client_id: str, request: Request, caller: CallerOf) -> Response:
    """The keys of a client, without their secrets."""
    require(caller, Permission.KEEP_CLIENTS)
    hub = services(request)
    await hub.accounts.get_client(client_id)
    keys = await hub.accounts.book.list_keys([client_id])
    return answer({"keys": [key_row(key) for key in keys]})


@router.post("/{client_id}/keys", status_code=201)
async def issue_key(
    client_id: str, request: Request, caller: CallerOf, body: KeyBody | None = None
) -> Response:
    """One more key, shown once; two at a time may be live."""
    admin = require(caller, Permission.KEEP_CLIENTS)
    may_backfill = body is not None and body.backfill
    issued = await services(request).accounts.issue_key(
        client_id, may_backfill=may_backfill, actor=admin.id
    )
    return answer({"client_id": issued.client_id, "key": issued.key}, 201)


@router.post("/{client_id}/keys/{key_id}/retire", status_code=204)
async def retire_key(client_id: str, key_id: str, request: Request, caller: CallerOf) -> Response:
    """Let a key be valid no more."""
    admin = require(caller, Permission.KEEP_CLIENTS)
    await services(request).accounts.retire_key(client_id, key_id, actor=admin.id)
    return Response(status_code=204)


@router.post("/{client_id}/disable", status_code=204)
async def disable(client_id: str, request: Request, caller: CallerOf) -> Response:
    """Shut a client out with all its keys."""
    admin = require(caller, Permission.KEEP_CLIENTS)
    await services(request).accounts.set_disabled(client_id, is_disabled=True, actor=admin.id)
    return Response(status_code=204)


@router.post("/{client_id}/enable", status_code=204)
async def enable(client_id: str, request: Request, caller: CallerOf) -> Response:
    """Let a client in again."""
    admin = require(caller, Permission.KEEP_CLIENTS)
    await services(request).accounts.set_disabled(client_id, is_disabled=False, actor=admin.id)
    return Response(status_code=204)


def _check_known(noun: str, named: Iterable[str], known: Collection[str]) -> None:
    unknown = sorted(set(named).difference(known))
    if unknown:
        there_are = ", ".join(sorted(known))
        raise Invalid(f"There is no {noun} {unknown[0]}; the hub knows: {there_are}.")


def _client_row(client: Client, keys: list[ApiKey]) -> dict[str, Any]:
    uses = [key.last_used_at for key in keys if key.last_used_at is not None]
    return {
        "id": client.id,
        "name": client.name,
        "role": client.role,
        "created_at": client.created_at,
        "sources": client.sources,
        "agencies": client.agencies,
        "destination": client.destination,
        "disabled": client.is_disabled,
        "requests_per_second_max": client.requests_per_second_max,
        "burst_requests_max": client.burst_requests_max,
        "last_used_at": max(uses, default=None),
        "keys": [key_row(key) for key in keys],
    }


def key_row(key: ApiKey) -> dict[str, Any]:
    """A key as shown; the hub itself does not know its secret."""
    return {
        "id": key.id,
        "created_at": key.created_at,
        "backfill": key.may_backfill,
        "last_used_at": key.last_used_at,
        "retired_at": key.retired_at,
    }

"""Who calls: the bearer key of a request."""

from typing import Annotated

import structlog
from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import Request

from hub.api.services import services
from hub.domain.accounts import Caller

_bearer = HTTPBearer(auto_error=False, description="An API key: `Authorization: Bearer <key>`")


async def caller(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Caller:
    """The authenticated caller, within its rate.

    Raises:
        Unauthenticated: no key, or one that is not valid.
        TooMany: the client sends faster than it may.
    """
    hub = services(request)
    key = credentials.credentials if credentials else None
    found = await hub.doorkeeper.authenticate(key)
    hub.rates.admit(found.client)
    structlog.contextvars.bind_contextvars(client=found.client.id)
    return found


CallerOf = Annotated[Caller, Depends(caller)]

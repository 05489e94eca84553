"""What records vendors need: profiles, schemas, criteria. Open to everyone."""

from dataclasses import asdict

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from hub.api.answers import answer
from hub.api.services import services
from hub.domain.criteria import CRITERIA
from hub.domain.errors import NotFound

router = APIRouter(prefix="/v1", tags=["vendors"])


@router.get("/profiles/{source}")
async def get_profile(source: str, request: Request) -> Response:
    """The vendor page of a source: field tables, code lists, limits."""
    hub = services(request)
    if source not in hub.adapters:
        raise NotFound(f"There is no source {source}; the hub takes: {', '.join(hub.adapters)}.")
    return Response(hub.page_of(source), media_type="text/markdown; charset=utf-8")


@router.get("/profiles/{source}/schema.xsd")
async def get_schema(source: str, request: Request) -> Response:
    """The XML schema of a source."""
    hub = services(request)
    if source not in hub.adapters:
        raise NotFound(f"There is no source {source}; the hub takes: {', '.join(hub.adapters)}.")
    return Response(hub.schema_of(source), media_type="application/xml")


@router.get("/criteria")
async def list_criteria() -> Response:
    """The acceptance criteria: every code with its message and how to mend it."""
    return answer({"criteria": [asdict(row) for row in CRITERIA.values()]})

"""What records vendors need: profiles, schemas, criteria. Open to everyone."""

from dataclasses import asdict

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from hub.api.answers import answer
from hub.api.pages import page
from hub.api.services import Services, services
from hub.domain.criteria import CRITERIA
from hub.domain.errors import NotFound

router = APIRouter(prefix="/v1", tags=["vendors"])


@router.get("/profiles/{source}")
async def get_profile(source: str, request: Request) -> Response:
    """The vendor page of a source, for browsers as HTML: field tables, code lists, limits."""
    return page(request, _offering(source, request).page_of(source))


@router.get("/profiles/{source}/schema.xsd")
async def get_schema(source: str, request: Request) -> Response:
    """The XML schema of a source."""
    return Response(_offering(source, request).schema_of(source), media_type="application/xml")


@router.get("/criteria")
async def list_criteria() -> Response:
    """The acceptance criteria: every code with its message and how to mend it."""
    return answer({"criteria": [asdict(row) for row in CRITERIA.values()]})


def _offering(source: str, request: Request) -> Services:
    hub = services(request)
    if source not in hub.adapters:
        raise NotFound(f"There is no source {source}; the hub takes: {', '.join(hub.adapters)}.")
    return hub

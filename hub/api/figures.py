"""Figures for a person and metrics for Prometheus."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from hub import metrics
from hub.accounts import Permission, require
from hub.api.answers import answer
from hub.api.callers import CallerOf
from hub.api.services import services
from hub.figures import figures_row

router = APIRouter(tags=["figures"])


@router.get("/v1/stats")
async def stats(request: Request, caller: CallerOf) -> Response:
    """What is open: deliveries, queues, alarms; a few seconds old."""
    require(caller, Permission.READ_FIGURES)
    return answer(figures_row(await services(request).figures.read()))


@router.get("/metrics")
async def read_metrics(request: Request) -> Response:
    """Prometheus metrics. Without a key, like the probes: a proxy should not pass it on."""
    body = await services(request).figures.exposition()
    return Response(body, media_type=metrics.CONTENT_TYPE)

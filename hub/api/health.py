"""Probes."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from hub.api.answers import answer
from hub.api.services import services

router = APIRouter(prefix="/health", tags=["health"])


@router.get("/live")
async def live() -> Response:
    """The process answers."""
    return answer({"status": "live"})


@router.get("/ready")
async def ready(request: Request) -> Response:
    """Database and broker answer too; 503 while one of them does not."""
    parts = await services(request).states()
    is_ready = all(state == "ready" for state in parts.values())
    return answer({"status": "ready" if is_ready else "waiting", **parts}, 200 if is_ready else 503)

"""`hub run`: the hub, everything in one process."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import structlog
import typer

from hub.bootstrap.node import EVERY_PART, Part, assemble
from hub.bootstrap.opening import Hub, open_hub
from hub.cli import output
from hub.domain.errors import HubError
from hub.observability import places

log = structlog.get_logger(__name__)

Host = Annotated[str | None, typer.Option(help="Address to listen on.")]
Port = Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")]


def run(host: Host = None, port: Port = None) -> None:
    """Run the hub, everything in one process, until it is told to stop."""
    serve(host, port, EVERY_PART)


def serve(host: str | None, port: int | None, parts: frozenset[Part]) -> None:
    """Serve HTTP with these parts of the hub."""
    given = {"host": host, "port": port}
    overrides = {name: value for name, value in given.items() if value is not None}
    output.run(_run(lambda hub: assemble(hub, parts).serve(_say), overrides))


def work(part: Part) -> None:
    """Run one part of the hub that has no door."""

    def say() -> None:
        print(f"The {part.value} is at work", flush=True)

    output.run(_run(lambda hub: assemble(hub, frozenset({part})).work(say), {}))


async def _run(do: Callable[[Hub], Awaitable[None]], overrides: dict[str, Any]) -> None:
    try:
        async with open_hub(**overrides) as hub:
            await do(hub)
    except Exception as error:  # noqa: BLE001 - whoever started it reads a sentence, no traceback
        raise _sentence(error) from None


def _sentence(error: BaseException) -> HubError:
    """Why the process ends; of a bug its kind alone, as its text may quote a personal value."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, HubError):
        return error
    bug = type(error).__name__
    log.error("process.failed", bug=bug, where=places(error))
    return HubError(f"A bug ended the hub ({bug}): report the log line 'process.failed'.")


def _say(address: str) -> None:
    print(f"The hub listens on {address}", flush=True)

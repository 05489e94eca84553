"""`hub run`: the hub, everything in one process."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import typer

from hub.bootstrap.node import EVERY_PART, Part, assemble
from hub.bootstrap.opening import Hub, open_hub
from hub.cli import output
from hub.domain.errors import HubError

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
    except* HubError as errors:
        raise _first(errors) from None


def _first(errors: BaseExceptionGroup[HubError]) -> HubError:
    error = errors.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error


def _say(address: str) -> None:
    print(f"The hub listens on {address}", flush=True)

"""`hub run`: the hub, everything in one process."""

from typing import Annotated, Any

import typer

from hub.bootstrap.node import assemble
from hub.bootstrap.opening import open_hub
from hub.cli import output
from hub.domain.errors import HubError


def run(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")] = None,
) -> None:
    """Run the hub, everything in one process, until it is told to stop."""
    given = {"host": host, "port": port}
    output.run(_serve({name: value for name, value in given.items() if value is not None}))


async def _serve(overrides: dict[str, Any]) -> None:
    try:
        async with open_hub(**overrides) as hub:
            await assemble(hub).serve(_say)
    except* HubError as errors:
        raise _first(errors) from None


def _first(errors: BaseExceptionGroup[HubError]) -> HubError:
    error = errors.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error


def _say(address: str) -> None:
    print(f"The hub listens on {address}", flush=True)

"""`hub destinations`: where documents go: pause one, resume it, see what waits."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import typer

from hub.bootstrap.node import operations_of
from hub.bootstrap.opening import open_hub
from hub.cli import output
from hub.destinations import Destination, Destinations

app = typer.Typer(no_args_is_help=True)

ACTOR = "command line"

Name = Annotated[str, typer.Argument(help="The destination, such as court.odyssey.")]


@app.command("list")
def list_destinations(as_json: output.AsJson = False, as_csv: output.AsCsv = False) -> None:
    """List destinations: open, paused or down, and what waits for each."""

    async def work() -> list[Destination]:
        async with open_hub() as hub:
            return await operations_of(hub).list()

    output.print_rows([_row(one) for one in output.run(work())], as_json=as_json, as_csv=as_csv)


@app.command("pause")
def pause(destination: Name) -> None:
    """Stop sending to a destination; nothing is lost, everything waits."""
    output.run(_steer(lambda operations: operations.pause(destination, by=ACTOR)))
    print(f"{destination} is paused.")


@app.command("resume")
def resume(destination: Name) -> None:
    """Send to a destination again."""
    output.run(_steer(lambda operations: operations.resume(destination, by=ACTOR)))
    print(f"{destination} is open.")


async def _steer(do: Callable[[Destinations], Awaitable[None]]) -> None:
    async with open_hub() as hub:
        await do(operations_of(hub))


def _row(destination: Destination) -> dict[str, Any]:
    state, counts = destination.state, destination.counts
    return {
        "destination": state.name,
        "state": "paused" if state.is_paused else "down" if destination.is_down else "open",
        "handover": "push" if destination.is_pushed else "fetch",
        "paused_by": state.paused_by,
        "paused_at": state.paused_at,
        "pending": counts.get("pending", 0),
        "published": counts.get("published", 0),
        "dead": counts.get("dead", 0),
        "oldest_at": destination.oldest_at,
    }

"""`hub client`: API clients and their keys."""

from typing import Annotated

import typer

from hub.bootstrap.opening import open_hub
from hub.cli import output
from hub.clock import system_clock
from hub.domain.accounts import Client, Role

app = typer.Typer(no_args_is_help=True)

MayBackfill = Annotated[
    bool, typer.Option("--backfill", help="The key may claim an earlier time of receipt.")
]


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="Name, which is also its id.")],
    role: Annotated[Role, typer.Option(help="What it may do.")],
    source: Annotated[list[str] | None, typer.Option(help="A source it may send for.")] = None,
    agency: Annotated[list[str] | None, typer.Option(help="An agency it is held to.")] = None,
    destination: Annotated[str | None, typer.Option(help="The destination it acts for.")] = None,
    backfill: MayBackfill = False,
    as_json: output.AsJson = False,
) -> None:
    """Add a client and show its key, once."""
    client = Client(
        id=name,
        name=name,
        role=role,
        created_at=system_clock(),
        sources=tuple(source or ()),
        agencies=tuple(agency) if agency else None,
        destination=destination,
    )

    async def work() -> None:
        async with open_hub() as hub:
            issued = await hub.accounts.create(client, may_backfill=backfill)
        _show(issued.client_id, issued.key, as_json=as_json)

    output.run(work())


@app.command("key")
def key(
    client_id: Annotated[str, typer.Argument(help="The client; 'hub client list' shows them.")],
    backfill: MayBackfill = False,
    as_json: output.AsJson = False,
) -> None:
    """Issue one more key for a client and show it, once."""

    async def work() -> None:
        async with open_hub() as hub:
            issued = await hub.accounts.issue_key(client_id, may_backfill=backfill)
        _show(issued.client_id, issued.key, as_json=as_json)

    output.run(work())


@app.command("list")
def list_clients(as_json: output.AsJson = False, as_csv: output.AsCsv = False) -> None:
    """List the clients with role and scope."""

    async def work() -> list[Client]:
        async with open_hub() as hub:
            return await hub.store.list_clients()

    rows = [
        {
            "client": one.id,
            "role": one.role.value,
            "sources": one.sources,
            "agencies": one.agencies if one.agencies is not None else "*",
            "destination": one.destination,
            "disabled": one.is_disabled,
        }
        for one in output.run(work())
    ]
    output.print_rows(rows, as_json=as_json, as_csv=as_csv)


def _show(client_id: str, key: str, *, as_json: bool) -> None:
    if as_json:
        output.print_json({"client_id": client_id, "key": key})
    else:
        output.console.print(f"Key of [bold]{client_id}[/], shown once:", highlight=False)
        print(key)

"""`hub client`: API clients and their keys."""

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer

from hub.accounts import Accounts, IssuedKey
from hub.bootstrap.opening import open_hub
from hub.bootstrap.registry import adapter_of, route_to
from hub.cli import output
from hub.clock import system_clock
from hub.domain.accounts import ApiKey, Client, Role

app = typer.Typer(no_args_is_help=True)

T = TypeVar("T")

ClientId = Annotated[str, typer.Argument(help="The client; 'hub client list' shows them.")]
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
    rate: Annotated[
        float | None, typer.Option(min=0.001, help="Requests a second; else the setting's.")
    ] = None,
    burst: Annotated[
        int | None, typer.Option(min=1, help="Requests at once; else the setting's.")
    ] = None,
    backfill: MayBackfill = False,
    as_json: output.AsJson = False,
) -> None:
    """Add a client and show its key, once."""
    for one in source or ():
        adapter_of(one)
    if destination is not None:
        route_to(destination)
    client = Client(
        id=name,
        name=name,
        role=role,
        created_at=system_clock(),
        sources=tuple(source or ()),
        agencies=tuple(agency) if agency else None,
        destination=destination,
        requests_per_second_max=rate,
        burst_requests_max=burst,
    )
    issued = _with(lambda accounts: accounts.create(client, may_backfill=backfill))
    _show(issued, as_json=as_json)


@app.command("key")
def key(client_id: ClientId, backfill: MayBackfill = False, as_json: output.AsJson = False) -> None:
    """Issue one more key for a client and show it, once; two may be live at a time."""
    issued = _with(lambda accounts: accounts.issue_key(client_id, may_backfill=backfill))
    _show(issued, as_json=as_json)


@app.command("keys")
def keys(client_id: ClientId, as_json: output.AsJson = False, as_csv: output.AsCsv = False) -> None:
    """List the keys of a client, without their secrets."""

    async def find(accounts: Accounts) -> list[ApiKey]:
        await accounts.get_client(client_id)
        return await accounts.book.list_keys([client_id])

    rows = [
        {
            "key": one.id,
            "created_at": one.created_at,
            "backfill": one.may_backfill,
            "last_used_at": one.last_used_at,
            "retired_at": one.retired_at,
        }
        for one in _with(find)
    ]
    output.print_rows(rows, as_json=as_json, as_csv=as_csv)


@app.command("retire")
def retire(
    client_id: ClientId,
    key_id: Annotated[str, typer.Argument(help="The key; 'hub client keys' shows them.")],
) -> None:
    """Let a key be valid no more."""
    _with(lambda accounts: accounts.retire_key(client_id, key_id))


@app.command("disable")
def disable(client_id: ClientId) -> None:
    """Shut a client out with all its keys."""
    _with(lambda accounts: accounts.set_disabled(client_id, is_disabled=True))


@app.command("enable")
def enable(client_id: ClientId) -> None:
    """Let a client in again."""
    _with(lambda accounts: accounts.set_disabled(client_id, is_disabled=False))


@app.command("list")
def list_clients(as_json: output.AsJson = False, as_csv: output.AsCsv = False) -> None:
    """List the clients with role, scope and last use."""
    rows = [
        {
            "client": one.id,
            "role": one.role.value,
            "sources": one.sources,
            "agencies": one.agencies if one.agencies is not None else "*",
            "destination": one.destination,
            "disabled": one.is_disabled,
            "last_used_at": max((k.last_used_at for k in keys if k.last_used_at), default=None),
        }
        for one, keys in _with(lambda accounts: accounts.list_clients())
    ]
    output.print_rows(rows, as_json=as_json, as_csv=as_csv)


def _with(work: Callable[[Accounts], Awaitable[T]]) -> T:
    """Do something with the accounts of the hub whose settings are in force."""

    async def do() -> T:
        async with open_hub() as hub:
            return await work(hub.accounts)

    return output.run(do())


def _show(issued: IssuedKey, *, as_json: bool) -> None:
    if as_json:
        output.print_json({"client_id": issued.client_id, "key": issued.key})
    else:
        output.console.print(f"Key of [bold]{issued.client_id}[/], shown once:", highlight=False)
        print(issued.key)

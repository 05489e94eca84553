"""`hub reference`: the dated tables the rules are judged by."""

from pathlib import Path
from typing import Annotated

import typer

from hub.bootstrap.opening import open_hub
from hub.cli import output
from hub.reference import read_tables

app = typer.Typer(no_args_is_help=True)


@app.command("import")
def import_tables(
    directory: Annotated[Path, typer.Argument(help="Folder of CSV tables.")],
) -> None:
    """Make the tables of a folder the current version; clients.csv adds its clients."""

    async def work() -> None:
        tables = read_tables(directory)
        async with open_hub() as hub:
            reference, clients = await hub.import_reference(tables)
        output.console.print(
            f"Reference version [bold]{reference.version}[/]: {len(reference.agencies)} agencies, "
            f"{len(reference.officers)} officers, {len(reference.offenses)} violations, "
            f"{len(reference.courts)} courts, {clients} clients.",
            highlight=False,
        )

    output.run(work())


@app.callback()
def _noun() -> None:
    """Agencies, officers, violations, courts, towns and dated rules."""

"""`hub profile`: what a records vendor reads before the first submission."""

from typing import Annotated

import typer

from hub.bootstrap.offline import page_of, schema_of
from hub.cli import output

app = typer.Typer(no_args_is_help=True)

Source = Annotated[str, typer.Argument(help="The source, such as tracs.")]


@app.command("page")
def page(source: Source) -> None:
    """Print the vendor page: field tables, code lists, limits."""
    output.console.out(page_of(source), highlight=False)


@app.command("xsd")
def xsd(source: Source) -> None:
    """Print the XML schema."""
    output.console.out(schema_of(source).decode(), highlight=False)

"""`hub rejected`: the rejected-ticket queue."""

import typer

from hub.cli import output
from hub.cli.documents import Agency, Code, Number, find_rows, show
from hub.domain.stored import DocumentFilter

app = typer.Typer(no_args_is_help=True)
app.command("show")(show)


@app.command("list")
def list_rejected(
    agency: Agency = None,
    number: Number = None,
    code: Code = None,
    limit: output.Limit = 50,
    as_json: output.AsJson = False,
    as_csv: output.AsCsv = False,
) -> None:
    """List rejected documents, newest first."""
    wanted = DocumentFilter(status="rejected", agency=agency, number=number, code=code)
    output.print_rows(find_rows(wanted, limit), as_json=as_json, as_csv=as_csv)

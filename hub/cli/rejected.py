"""`hub rejected`: the rejected-ticket queue."""

from pathlib import Path
from typing import Annotated

import typer

from hub.cli import output
from hub.cli.acting import As, Reason, Revision, act, order_of
from hub.cli.documents import Agency, Code, Number, find_rows, show
from hub.domain.errors import NotFound
from hub.domain.review import Action
from hub.domain.stored import DocumentFilter

app = typer.Typer(no_args_is_help=True)
app.command("show")(show)

DocumentId = Annotated[str, typer.Argument(help="The document's id.")]


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


@app.command("return")
def return_document(
    document_id: DocumentId,
    reason: Reason,
    revision: Revision = None,
    as_: As = None,
    as_json: output.AsJson = False,
) -> None:
    """Send a document back to its agency."""
    act(order_of(Action.RETURN, document_id, reason, revision, as_), as_json=as_json)


@app.command("correct")
def correct_document(
    document_id: DocumentId,
    file: Annotated[Path, typer.Argument(help="The corrected file, holding this one document.")],
    reason: Reason,
    revision: Revision = None,
    as_: As = None,
    as_json: output.AsJson = False,
) -> None:
    """Save a corrected file as a revision; with faults in it nothing is saved."""
    try:
        corrected = file.read_bytes()
    except OSError as error:
        raise NotFound(f"{file} cannot be read: {error.strerror}.") from None
    act(order_of(Action.CORRECT, document_id, reason, revision, as_), corrected, as_json=as_json)


@app.command("discard")
def discard_document(
    document_id: DocumentId,
    reason: Reason,
    revision: Revision = None,
    as_: As = None,
    as_json: output.AsJson = False,
) -> None:
    """Put away a document that is not needed."""
    act(order_of(Action.DISCARD, document_id, reason, revision, as_), as_json=as_json)

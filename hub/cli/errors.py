"""`hub errors`: the error log: duplicates, repasses and the like."""

from typing import Annotated, Any

import typer

from hub.bootstrap.opening import open_hub
from hub.cli import output
from hub.domain.stored import ErrorEntry, ErrorFilter, ErrorKind, Page

app = typer.Typer(no_args_is_help=True)

_PAGE_ROWS = 500

Kind = Annotated[ErrorKind | None, typer.Option(help="Only this kind.")]


@app.command("list")
def list_errors(
    kind: Kind = None,
    limit: output.Limit = 50,
    as_json: output.AsJson = False,
    as_csv: output.AsCsv = False,
) -> None:
    """List the error log, newest first."""

    async def work() -> list[ErrorEntry]:
        async with open_hub() as hub:
            return await hub.store.list_errors(ErrorFilter(kind=kind), Page(limit))

    rows = [_row(one) for one in output.run(work())]
    output.print_rows(rows, as_json=as_json, as_csv=as_csv)


@app.command("export")
def export(kind: Kind = None, as_json: output.AsJson = False) -> None:
    """Print the whole error log as CSV, or as JSON lines."""

    async def work() -> list[ErrorEntry]:
        entries: list[ErrorEntry] = []
        async with open_hub() as hub:
            while True:
                page = Page(_PAGE_ROWS, entries[-1].id if entries else None)
                found = await hub.store.list_errors(ErrorFilter(kind=kind), page)
                entries.extend(found)
                if len(found) < _PAGE_ROWS:
                    return entries

    rows = [_row(one) for one in output.run(work())]
    output.print_rows(rows, as_json=as_json, as_csv=not as_json)


def _row(entry: ErrorEntry) -> dict[str, Any]:
    return {
        "at": entry.at,
        "kind": entry.kind.value,
        "source": entry.source,
        "agency": entry.agency,
        "number": entry.number,
        "document": entry.document_id,
        "first": entry.detail.get("first_document_id"),
        "reason": entry.detail.get("reason") or entry.detail.get("type"),
    }

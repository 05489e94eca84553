"""`hub documents`: tickets and reports the hub has taken."""

from typing import Annotated, Any

import typer

from hub.bootstrap.opening import open_hub
from hub.cli import output
from hub.domain.errors import NotFound
from hub.domain.stored import Delivery, Document, DocumentFilter, Page, StoredReply

app = typer.Typer(no_args_is_help=True)

Agency = Annotated[str | None, typer.Option(help="Only this agency.")]
Number = Annotated[str | None, typer.Option(help="Only this number.")]
Code = Annotated[str | None, typer.Option(help="Only with this finding.")]


@app.command("list")
def list_documents(
    status: Annotated[str | None, typer.Option(help="Only this status.")] = None,
    agency: Agency = None,
    number: Number = None,
    code: Code = None,
    limit: output.Limit = 50,
    as_json: output.AsJson = False,
    as_csv: output.AsCsv = False,
) -> None:
    """List documents, newest first."""
    wanted = DocumentFilter(status=status, agency=agency, number=number, code=code)
    output.print_rows(find_rows(wanted, limit), as_json=as_json, as_csv=as_csv)


@app.command("show")
def show(
    document_id: Annotated[str, typer.Argument(help="The document's id.")],
    as_json: output.AsJson = False,
) -> None:
    """Show a document's findings, deliveries and replies; never its personal values."""
    document, deliveries, replies = output.run(_load(document_id))
    findings = [
        {
            "code": found.code,
            "severity": found.severity.value,
            "where": f"line {found.line}" if found.line else "",
            "field": found.field,
            "message": found.message,
            "mend": found.hint,
        }
        for found in document.findings
    ]
    sent = [_delivery_row(one) for one in deliveries]
    said = [_reply_row(one) for one in replies]
    if as_json:
        output.print_json(
            {**_row(document), "findings": findings, "deliveries": sent, "replies": said}
        )
        return
    for title, rows in (
        ("", [_row(document)]),
        ("Findings", findings),
        ("Deliveries", sent),
        ("Replies", said),
    ):
        output.console.print(f"\n[bold]{title}[/]" if title else "")
        output.print_rows(rows)


def find_rows(wanted: DocumentFilter, limit: int) -> list[dict[str, Any]]:
    """The newest documents a filter finds, as rows of a list."""

    async def work() -> list[Document]:
        async with open_hub() as hub:
            return await hub.store.list_documents(wanted, Page(limit))

    return [_row(one) for one in output.run(work())]


async def _load(document_id: str) -> tuple[Document, list[Delivery], list[StoredReply]]:
    async with open_hub() as hub:
        document = await hub.store.find_document(document_id)
        if document is None:
            raise NotFound(f"There is no document {document_id}; 'hub documents list' shows them.")
        deliveries = await hub.store.list_deliveries(document_id)
        return document, deliveries, await hub.store.list_replies(document_id)


def _row(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "kind": document.kind.value,
        "agency": document.agency,
        "number": document.number,
        "outcome": document.outcome.value,
        "status": document.status.value,
        "received_at": document.received_at,
        "codes": sorted({found.code for found in document.findings}),
    }


def _delivery_row(delivery: Delivery) -> dict[str, Any]:
    return {
        "destination": delivery.destination,
        "status": delivery.status.value,
        "attempt": delivery.attempt,
        "cause": delivery.cause,
        "published_at": delivery.published_at,
        "settled_at": delivery.settled_at,
    }


def _reply_row(stored: StoredReply) -> dict[str, Any]:
    reply = stored.reply
    return {
        "destination": reply.destination,
        "type": reply.type.value,
        "at": reply.at,
        "docket_number": reply.docket_number,
        "code": reply.code,
        "text": reply.text,
    }

"""`hub submissions`: what was posted, and the way back from X099."""

from typing import Annotated, Any

import typer

from hub.bootstrap.desk import desk_of
from hub.bootstrap.opening import open_hub
from hub.cli import output
from hub.cli.acting import As, person
from hub.desk import rejudge
from hub.domain.errors import NotFound
from hub.domain.filing import Receipt
from hub.relay import LoopDoorbell

app = typer.Typer(no_args_is_help=True)

SubmissionId = Annotated[str, typer.Argument(help="The submission's id, from its receipt.")]


@app.command("show")
def show(submission_id: SubmissionId, as_json: output.AsJson = False) -> None:
    """Show a submission with the present states of its documents."""

    async def work() -> Receipt:
        async with open_hub() as hub:
            submission = await hub.store.find_submission(submission_id)
            if submission is None:
                raise NotFound(f"There is no submission {submission_id}; receipts name them.")
            found = await hub.store.list_submission_documents(submission_id)
            return Receipt(submission, tuple(found))

    _print(output.run(work()), as_json=as_json)


@app.command("rejudge")
def rejudge_submission(
    submission_id: SubmissionId, as_: As = None, as_json: output.AsJson = False
) -> None:
    """Judge a held submission (X099) again, as it was posted and when."""

    async def work() -> Receipt:
        async with open_hub() as hub:
            desk = desk_of(hub, LoopDoorbell())
            return await rejudge(desk, submission_id, person(as_))

    _print(output.run(work()), as_json=as_json)


def _print(receipt: Receipt, *, as_json: bool) -> None:
    if as_json:
        output.print_json(receipt.body)
        return
    submission = receipt.submission
    head = {
        "id": submission.id,
        "source": submission.source,
        "client": submission.client_id,
        "received_at": submission.received_at,
        "state": submission.state.value,
        "codes": sorted({found.code for found in submission.findings}),
    }
    output.print_rows([head])
    output.console.print("\n[bold]Documents[/]")
    output.print_rows([_document_row(row) for row in receipt.body["documents"]])


def _document_row(row: dict[str, Any]) -> dict[str, Any]:
    shown = ("document_id", "kind", "agency", "number", "outcome", "status", "version")
    codes = sorted({found["code"] for found in row["findings"]})
    return {**{name: row[name] for name in shown}, "codes": codes}

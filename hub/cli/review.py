"""`hub review`: what waits for a person."""

from typing import Annotated, Any

import typer

from hub.bootstrap.opening import open_hub
from hub.cli import documents, output
from hub.cli.acting import As, Reason, Revision, act, order_of
from hub.desk import Task, find_task, list_tasks
from hub.domain.errors import Conflict
from hub.domain.review import Action, ReviewFilter, ReviewKind
from hub.domain.stored import Page

app = typer.Typer(no_args_is_help=True)

ReviewId = Annotated[str, typer.Argument(help="The review's id; 'hub review list' shows it.")]


@app.command("list")
def list_reviews(
    kind: Annotated[ReviewKind | None, typer.Option(help="Only this kind.")] = None,
    agency: documents.Agency = None,
    closed: Annotated[bool, typer.Option("--closed", help="The closed ones instead.")] = False,
    limit: output.Limit = 50,
    as_json: output.AsJson = False,
    as_csv: output.AsCsv = False,
) -> None:
    """List what waits for a person, newest first, with what may be done about it."""
    wanted = ReviewFilter(kind=kind, is_open=not closed, agency=agency)

    async def work() -> list[Task]:
        async with open_hub() as hub:
            return await list_tasks(hub.store, None, wanted, Page(limit))

    rows = [_row(task) for task in output.run(work())]
    output.print_rows(rows, as_json=as_json, as_csv=as_csv)


@app.command("show")
def show(review_id: ReviewId, as_json: output.AsJson = False) -> None:
    """Show a review, and the document it is about."""
    task = _load(review_id)
    output.print_rows([_row(task)], as_json=as_json)
    if task.document is not None:
        documents.show(task.document.id, as_json=as_json)


@app.command("release")
def release(
    review_id: ReviewId,
    reason: Reason,
    revision: Revision = None,
    as_: As = None,
    as_json: output.AsJson = False,
) -> None:
    """Accept what is held: a repass as the next version, a collision report as approved."""
    _act(Action.RELEASE, review_id, reason, revision, as_, as_json=as_json)


@app.command("return")
def return_document(
    review_id: ReviewId,
    reason: Reason,
    revision: Revision = None,
    as_: As = None,
    as_json: output.AsJson = False,
) -> None:
    """Send the document back to its agency."""
    _act(Action.RETURN, review_id, reason, revision, as_, as_json=as_json)


@app.command("discard")
def discard(
    review_id: ReviewId,
    reason: Reason,
    revision: Revision = None,
    as_: As = None,
    as_json: output.AsJson = False,
) -> None:
    """Put the document away."""
    _act(Action.DISCARD, review_id, reason, revision, as_, as_json=as_json)


def _act(
    action: Action,
    review_id: str,
    reason: str,
    revision: int | None,
    as_: str | None,
    *,
    as_json: bool,
) -> None:
    task = _load(review_id)
    if task.document is None:
        kind = task.review.kind.value
        raise Conflict(f"A review of kind {kind} has no document to {action}.")
    act(order_of(action, task.document.id, reason, revision, as_), as_json=as_json)


def _load(review_id: str) -> Task:
    async def work() -> Task:
        async with open_hub() as hub:
            return await find_task(hub.store, review_id)

    return output.run(work())


def _row(task: Task) -> dict[str, Any]:
    review, document = task.review, task.document
    return {
        "id": review.id,
        "kind": review.kind.value,
        "opened_at": review.opened_at,
        "agency": review.agency,
        "number": review.number,
        "subject": review.subject_id,
        "status": document.status.value if document else None,
        "revision": document.revision if document else None,
        "actions": task.actions,
        "closed": review.closed_with,
    }

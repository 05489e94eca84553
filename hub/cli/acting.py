"""Acting on a document from the command line: who, why, and on which revision."""

import getpass
import os
from typing import Annotated

import typer

from hub.bootstrap.desk import desk_of
from hub.bootstrap.opening import Hub, open_hub
from hub.cli import output
from hub.desk import Order, Person, correct, take_action
from hub.domain.errors import Invalid, NotFound, NotMended
from hub.domain.review import DONE, Action
from hub.domain.stored import Document
from hub.relay import LoopDoorbell

Reason = Annotated[str, typer.Option(help="Why; it is shown in the timeline: no personal data.")]
As = Annotated[str | None, typer.Option("--as", help="Who acts; without it the system's user.")]
Revision = Annotated[
    int | None, typer.Option(min=1, help="Only if the document is still at this revision.")
]


def person(name: str | None) -> Person:
    """Whoever is at the machine, by name."""
    if name is not None:
        return Person(name)
    try:
        return Person(getpass.getuser())
    except (KeyError, OSError):
        return Person(f"uid-{os.getuid()}")


def act(order: Order, corrected: bytes | None = None, *, as_json: bool = False) -> None:
    """Carry an order out and say what became of it; revision 0 = whatever it is now."""
    document = output.run(_carry_out(order, corrected))
    row = {
        "document": document.id,
        "number": document.number,
        "done": DONE[order.action],
        "status": document.status.value,
        "version": document.version,
        "revision": document.revision,
    }
    output.print_rows([row], as_json=as_json)


async def _carry_out(order: Order, corrected: bytes | None) -> Document:
    async with open_hub() as hub:
        desk = desk_of(hub, LoopDoorbell())
        order = await _at_current_revision(hub, order)
        if corrected is None:
            return await take_action(desk, order)
        try:
            return await correct(desk, order, corrected)
        except NotMended as error:
            for found in error.findings:
                typer.echo(f"{found.code} line {found.line or '-'}: {found.message}", err=True)
            raise


async def _at_current_revision(hub: Hub, order: Order) -> Order:
    if order.revision:
        return order
    document = await hub.store.find_document(order.document_id)
    if document is None:
        raise NotFound(
            f"There is no document {order.document_id}; 'hub documents list' shows them."
        )
    return Order(order.action, order.by, document.id, document.revision, order.reason)


def order_of(
    action: Action, document_id: str, reason: str, revision: int | None, as_: str | None
) -> Order:
    """The order of a command line.

    Raises:
        Invalid: no reason was given.
    """
    if not reason.strip():
        raise Invalid("Say why with --reason.")
    return Order(action, person(as_), document_id, revision or 0, reason.strip())

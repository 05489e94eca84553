"""Return, discard, release: a person moves a document, and with it what the ledger says of it.

A held document that is returned frees its claims: the agency sends it anew. A discarded one keeps
them: the nightly export that brings it again is a duplicate, not a new review.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from hub.desk.desk import Desk, Move, Order, look
from hub.domain.collision import CollisionReport
from hub.domain.errors import Conflict
from hub.domain.filing import draft_deliveries
from hub.domain.judgement import DocumentRecord
from hub.domain.ledger import Holder
from hub.domain.review import Action
from hub.domain.states import DocumentStatus
from hub.domain.stored import Document

_ZONES = {"VT": "America/New_York", "CT": "America/New_York", "WA": "America/Los_Angeles"}


async def take_action(desk: Desk, order: Order) -> Document:
    """Return, discard or release a document; gives it as it stands then.

    Raises:
        NotFound: there is none in the person's scope.
        Forbidden: the person has not the right.
        Stale: it was changed since the person saw it.
        IllegalMove: the state machine draws no such move.
        Conflict: a newer version than the one to be released is current.
    """
    async with desk.store.begin() as transaction:
        document = await look(transaction, order)
        move = Move(desk, transaction, order, desk.clock())
        await _STEPS[order.action](move, document)
        moved = await transaction.find_document(document.id)
    desk.doorbell.ring()
    return moved or document


async def _return(move: Move, document: Document) -> None:
    if document.status is DocumentStatus.HELD and document.key is not None:
        await move.transaction.ledger.free(document.key, document.id)
    record = reviewed(document.record, "returned", move.order.by.name, move.at)
    await move.write(replace(document, status=DocumentStatus.RETURNED, record=record))


async def _discard(move: Move, document: Document) -> None:
    await move.write(replace(document, status=DocumentStatus.DISCARDED))


async def _release(move: Move, document: Document) -> None:
    """Make it the current version of its key, and send it where its kind goes."""
    if document.key is None or document.record is None:
        raise Conflict("A document without a number cannot be released.")
    version = await _take_key(move, document)
    await move.supersede_held(document)
    sent_to = await move.transaction.supersede_lower(document.key, version, at=move.at)
    record = reviewed(document.record, "approved", move.order.by.name, move.at)
    released = replace(document, status=DocumentStatus.ACCEPTED, version=version, record=record)
    await move.write(released, version=version)
    destinations = move.desk.destinations_of(document.record)
    await move.transaction.add_deliveries(
        draft_deliveries(released, destinations, sent_to, move.desk.new_id, move.at)
    )


async def _take_key(move: Move, document: Document) -> int:
    """Hold the key; the next version of it, or the same where the document held it already."""
    key, ledger = document.key, move.transaction.ledger
    assert key is not None  # noqa: S101 - a document without a key is not released
    holder = await ledger.find_holder(key)
    if holder is not None and holder.document_id > document.id:
        raise Conflict(
            f"A newer version of this number, document {holder.document_id}, is current: "
            "discard this one, or correct that one."
        )
    version = 1 if holder is None else holder.version + (holder.document_id != document.id)
    if not await ledger.pass_key(key, holder, Holder(document.id, version)):
        raise Conflict("Someone else decided on this number just now: look at it again.")
    return version


Judged = TypeVar("Judged", bound=DocumentRecord | None)


def reviewed(record: Judged, status: str, by: str, at: datetime) -> Judged:
    """A collision report with the mark of its local review; other records as they are.

    Source: profiles "canonical" section 2, review_status.
    """
    if not isinstance(record, CollisionReport):
        return record
    local = at.astimezone(ZoneInfo(_ZONES[record.state]))
    return replace(record, review_status=status, reviewed_by=by, reviewed_at=local)


_STEPS: Mapping[Action, Callable[[Move, Document], Awaitable[None]]] = {
    Action.RETURN: _return,
    Action.DISCARD: _discard,
    Action.RELEASE: _release,
}

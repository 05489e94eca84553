"""Correction: staff hand in a mended file; it becomes a revision, the original stays as it was.

The file is judged as the original was: at its time of receipt, as sent by its client. With errors
nothing is saved. The revision of a rejected document enters the ledger like a new one; that of an
accepted one becomes the next version of its key.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from hub.desk.desk import Desk, Move, Order, look
from hub.desk.moves import reviewed
from hub.desk.rights import require_right
from hub.domain.codec import to_plain
from hub.domain.errors import Conflict, Invalid, NotMended
from hub.domain.filing import Arrival, Drafter
from hub.domain.judgement import Judged, JudgedDocument
from hub.domain.ledger import Claim, Holder, Verdict, settle
from hub.domain.review import Correction
from hub.domain.states import DocumentStatus, Outcome
from hub.domain.stored import Document
from hub.filing import write_filing
from hub.judge import judge

_OWN_MARKS = ("source", "review_status", "reviewed_by", "reviewed_at")


async def correct(desk: Desk, order: Order, corrected: bytes) -> Document:
    """Save the corrected file as a revision of the document; gives the revision.

    `corrected` is a file in the format of the original's source with this one document.

    Raises:
        NotFound, Forbidden, Stale, IllegalMove: as `take_action`.
        Invalid: the file holds not exactly this one document.
        NotMended: it still breaks the criteria; nothing was saved.
        Conflict: an accepted document would not change, is not the current version of its key, or
            is to become what another document waits with.
    """
    original = await look(desk.store, order)
    judged = await _judge(desk, original, corrected)
    mended = _only_document(judged)
    fields = changed_fields(original, mended)
    _check(original, mended, fields, order)
    arrival = Arrival(
        submission_id=desk.new_id(),
        source=original.source,
        client_id=original.client_id,
        raw=corrected,
        received_at=original.received_at,
        judged=judged,
        document_ids=(desk.new_id(),),
    )
    async with desk.store.begin() as transaction:
        await look(transaction, order)
        move = Move(desk, transaction, order, desk.clock())
        revision = await _save(move, original, arrival, fields)
    desk.doorbell.ring()
    return revision


async def _judge(desk: Desk, original: Document, corrected: bytes) -> Judged:
    return await asyncio.to_thread(
        judge,
        desk.adapters[original.source],
        corrected,
        await desk.reference(),
        await desk.sender_of(original.client_id),
        original.received_at,
    )


def _only_document(judged: Judged) -> JudgedDocument:
    if judged.findings:
        raise NotMended(judged.findings)
    if len(judged.documents) != 1:
        raise Invalid(f"The file holds {len(judged.documents)} documents: send exactly one.")
    (mended,) = judged.documents
    if mended.is_rejected:
        raise NotMended(mended.findings)
    return mended


def _check(original: Document, mended: JudgedDocument, fields: Sequence[str], order: Order) -> None:
    if mended.kind is not original.kind:
        raise Invalid(f"The file holds a {mended.kind}, the original is a {original.kind}.")
    if order.by.client is not None:  # it may not be moved out of the person's own scope
        require_right(order.by.client, order.action, replace(original, agency=mended.agency))
    if original.status is DocumentStatus.ACCEPTED:
        if mended.key != original.key:
            raise Invalid("An accepted document keeps its agency and its number.")
        if not fields:
            raise Conflict("The file says what the document says already; nothing was saved.")


async def _save(
    move: Move, original: Document, arrival: Arrival, fields: Sequence[str]
) -> Document:
    """Ledger first, then the original, then the revision's rows."""
    enter = _enter_next if original.status is DocumentStatus.ACCEPTED else _enter_anew
    drafter = await enter(move, original, arrival)
    (revision,) = drafter.filing.documents
    await move.write(
        replace(original, status=DocumentStatus.CORRECTED),
        revision_document_id=revision.id,
        fields=fields,
    )
    await write_filing(move.transaction, drafter.filing)
    by, reason = move.order.by.name, move.order.reason
    await move.transaction.add_correction(
        Correction(revision.id, original.id, move.at, by, reason, tuple(fields))
    )
    return revision


async def _enter_anew(move: Move, _: Document, arrival: Arrival) -> Drafter:
    """As a new document: accepted or held, a duplicate or a repass."""
    verdicts = await settle(arrival.candidates, move.transaction.ledger)
    drafter = Drafter(move.desk.new_id, move.at, move.desk.destinations_of)
    drafter.add(arrival, verdicts, actor=move.order.by.name)
    return drafter


async def _enter_next(move: Move, original: Document, arrival: Arrival) -> Drafter:
    """As the next version of the original's key."""
    (candidate,) = arrival.candidates
    content = candidate.content
    assert content is not None  # noqa: S101 - it has no errors and the original's key
    claim = Claim(*content, candidate.document_id, candidate.submission_id)
    if not await move.transaction.ledger.enter([claim]):
        await _refuse_what_waits(move, claim)
    version = await _pass_on(move, original, claim)
    sent_to = await move.transaction.supersede_lower(claim.key, version, at=move.at)
    drafter = Drafter(
        move.desk.new_id, move.at, move.desk.destinations_of, version=version, sent_to=sent_to
    )
    drafter.add(_approved(arrival, move), [Verdict(Outcome.ACCEPTED)], actor=move.order.by.name)
    return drafter


async def _refuse_what_waits(move: Move, claim: Claim) -> None:
    """The content is known: fine if it was there before, not if it waits to be released."""
    content = (claim.key, claim.fingerprint)
    entry = (await move.transaction.ledger.find([content])).get(content)
    known = await move.transaction.find_document(entry.document_id) if entry else None
    if known is not None and known.status is DocumentStatus.HELD:
        raise Conflict(f"Document {known.id} waits with this very content: release that one.")


async def _pass_on(move: Move, original: Document, claim: Claim) -> int:
    """Take the key over from the original; gives the next version."""
    ledger = move.transaction.ledger
    holder = await ledger.find_holder(claim.key)
    if holder is None or holder.document_id != original.id:
        raise Conflict("This is not the current version of its number: correct the current one.")
    version = holder.version + 1
    if not await ledger.pass_key(claim.key, holder, Holder(claim.document_id, version)):
        raise Conflict("Someone else decided on this number just now: look at it again.")
    return version


def _approved(arrival: Arrival, move: Move) -> Arrival:
    """The original was released already, so whoever corrects it has reviewed it anew."""
    (document,) = arrival.judged.documents
    record = reviewed(document.record, "approved", move.order.by.name, move.at)
    judged = replace(arrival.judged, documents=(replace(document, record=record),))
    return replace(arrival, judged=judged)


def changed_fields(original: Document, mended: JudgedDocument) -> list[str]:
    """The canonical fields that differ, by name; of an unreadable original, those it broke."""
    if original.record is None or mended.record is None:
        return sorted({found.field for found in original.findings})
    before = dict(_leaves(to_plain(original.record), original.kind.value))
    after = dict(_leaves(to_plain(mended.record), original.kind.value))
    own = {f"{original.kind}.{name}" for name in _OWN_MARKS}
    names = (before.keys() | after.keys()) - own
    return sorted(name for name in names if before.get(name) != after.get(name))


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Each plain value with its path, items of lists counted from 1."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _leaves(part, f"{path}.{name}")
    elif isinstance(value, list):
        for place, part in enumerate(value, 1):
            yield from _leaves(part, f"{path}[{place}]")
    else:
        yield path, value

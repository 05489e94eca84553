"""The way back from X099: a submission the hub failed on is judged again, as it was posted.

Its documents are created and settled like new ones, with the original time of receipt and client.
"""

import asyncio
from dataclasses import replace

import structlog

from hub.accounts import scope_of
from hub.desk.desk import Desk, Person
from hub.domain.errors import Conflict, HubError, NotFound
from hub.domain.filing import Arrival, Drafter, Receipt
from hub.domain.judgement import Judged
from hub.domain.ledger import settle
from hub.domain.review import Closing
from hub.domain.states import SubmissionState
from hub.domain.stored import Submission
from hub.filing import write_documents
from hub.judge import judge
from hub.observability import places

log = structlog.get_logger(__name__)


async def rejudge(desk: Desk, submission_id: str, by: Person) -> Receipt:
    """Judge a held submission again and file its documents; gives the receipt.

    Raises:
        NotFound: there is none in the person's scope, or retention has removed its bytes.
        Conflict: it is not held (any more), or the hub still fails on it: it stays held.
    """
    submission = await _find(desk, submission_id, by)
    raw = await desk.store.find_payload(submission.sha256)
    if raw is None:
        raise NotFound("The bytes of this submission have been removed by retention.")
    try:
        judged = await _judge(desk, submission, raw)
        receipt = await _file(desk, _arrival(desk, submission, raw, judged), submission, by)
    except HubError:
        raise
    except Exception as bug:  # noqa: BLE001 - whatever it is, the submission stays held
        log.error(
            "submission.unjudged",
            submission=submission.id,
            bug=type(bug).__name__,
            where=places(bug),
        )
        raise Conflict("The hub still fails on this submission; it stays held.") from None
    desk.doorbell.ring()
    return receipt


async def _find(desk: Desk, submission_id: str, by: Person) -> Submission:
    submission = await desk.store.find_submission(submission_id)
    is_hidden = by.client is not None and not (
        submission is not None and scope_of(by.client).sees_submission(submission)
    )
    if submission is None or is_hidden:
        raise NotFound("There is no such submission for this key.")
    if submission.state is not SubmissionState.HELD:
        raise Conflict("This submission is not held: it was judged, and is not judged again.")
    return submission


async def _judge(desk: Desk, submission: Submission, raw: bytes) -> Judged:
    return await asyncio.to_thread(
        judge,
        desk.adapters[submission.source],
        raw,
        await desk.reference(),
        await desk.sender_of(submission.client_id),
        submission.received_at,
    )


def _arrival(desk: Desk, submission: Submission, raw: bytes, judged: Judged) -> Arrival:
    return Arrival(
        submission_id=submission.id,
        source=submission.source,
        client_id=submission.client_id,
        raw=raw,
        received_at=submission.received_at,
        judged=judged,
        document_ids=tuple(desk.new_id() for _ in judged.documents),
    )


async def _file(desk: Desk, arrival: Arrival, held: Submission, by: Person) -> Receipt:
    at = desk.clock()
    async with desk.store.begin() as transaction:
        verdicts = await settle(arrival.candidates, transaction.ledger)
        drafter = Drafter(desk.new_id, at, desk.destinations_of)
        drafter.add(arrival, verdicts, event="submission.rejudged", actor=by.name)
        filing = drafter.filing
        (drawn,) = filing.submissions
        if not await transaction.change_submission(drawn):
            raise Conflict("Someone else had this submission judged again just now.")
        await transaction.add_payloads(list(filing.payloads.values()))
        await write_documents(transaction, filing)
        await transaction.close_reviews([held.id], Closing(at, by.name, "rejudged"))
    return Receipt(replace(drawn, stored_at=held.stored_at), tuple(filing.documents))

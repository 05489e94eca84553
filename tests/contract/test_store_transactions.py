"""A transaction of the store: all or nothing, and what went in comes out."""

import asyncio
import traceback
from dataclasses import replace

import pytest
from sqlalchemy import text

from hub.domain.errors import Busy
from hub.domain.judgement import Kind
from hub.domain.ledger import settle
from hub.domain.places import Attachment
from hub.domain.states import DocumentStatus, Outcome, SubmissionState
from hub.domain.stored import ErrorFilter, Page, Payload
from hub.store.engine import StatementRefused
from hub.store.filing import add_submissions
from hub.store.sql_store import SqlStore
from tests.records import a_citation, a_collision
from tests.stored import (
    LATE,
    NOW,
    WRONG,
    a_candidate,
    a_delivery,
    a_document,
    a_payload,
    a_reply,
    a_submission,
    an_error,
    an_event,
    keep,
)


async def test_a_submission_comes_out_as_it_went_in(store: SqlStore) -> None:
    submission = a_submission(state=SubmissionState.REJECTED, findings=(WRONG, LATE))

    await keep(store, submission)

    assert await store.find_submission(submission.id) == submission
    assert await store.find_submission("unknown") is None


async def test_documents_come_out_in_file_order_with_records_and_findings(store: SqlStore) -> None:
    submission = a_submission()
    collision = a_document(
        submission,
        position=1,
        kind=Kind.COLLISION,
        outcome=Outcome.HELD,
        record=a_collision(),
        findings=(LATE, WRONG),
    )
    unreadable = a_document(
        submission,
        position=2,
        outcome=Outcome.REJECTED,
        agency=None,
        number=None,
        officer_id=None,
        issued_at=None,
        fingerprint=None,
        fingerprint_version=None,
        record=None,
        findings=(),
    )
    citation = a_document(submission, record=a_citation(attachment=Attachment("0" * 64)))

    await keep(store, submission, unreadable, collision, citation)

    found = await store.list_submission_documents(submission.id)
    assert found == [citation, collision, unreadable]
    assert await store.find_document(collision.id) == collision
    assert await store.find_document("unknown") is None


async def test_instants_come_out_aware_and_to_the_microsecond(store: SqlStore) -> None:
    submission = a_submission(received_at=NOW.replace(microsecond=123_456))

    await keep(store, submission)

    found = await store.find_submission(submission.id)
    assert found is not None
    assert found.received_at.isoformat() == "2026-02-14T18:53:07.123456+00:00"


async def test_a_naive_instant_is_refused(store: SqlStore) -> None:
    with pytest.raises(StatementRefused):
        await keep(store, a_submission(received_at=NOW.replace(tzinfo=None)))


async def test_bytes_are_kept_once_and_not_changed(store: SqlStore) -> None:
    payload = a_payload(b"\x00 bytes, not text \xff")

    async with store.begin() as transaction:
        await transaction.add_payloads([payload, a_payload(b"other")])
    async with store.begin() as transaction:
        await transaction.add_payloads([a_payload(b"third"), replace(payload, body=b"forged")])

    assert await store.find_payload(payload.sha256) == payload.body
    assert await store.find_payload(a_payload(b"third").sha256) == b"third"
    assert await store.find_payload("unknown") is None


async def test_competing_transactions_keep_the_same_bytes_without_deadlock(
    store: SqlStore,
) -> None:
    async def keep_all(ordered: list[Payload]) -> None:
        async with store.begin() as transaction:
            await transaction.add_payloads(ordered)

    for run in range(4):
        payloads = [a_payload(f"{run} {number}".encode()) for number in range(800)]
        await asyncio.gather(*(keep_all(payloads[::step]) for step in (1, -1, 1, -1)))

    assert await store.find_payload(a_payload(b"3 799").sha256) == b"3 799"


async def test_a_transaction_that_raises_leaves_nothing(store: SqlStore) -> None:
    submission, payload = a_submission(), a_payload()
    document = a_document(submission)

    async def write_and_fail() -> None:
        async with store.begin() as transaction:
            await settle([a_candidate("1", "a")], transaction.ledger)
            await transaction.add_payloads([payload])
            await transaction.add_submissions([submission])
            await transaction.add_documents([document])
            await transaction.add_deliveries([a_delivery(document)])
            await transaction.add_events([an_event(document_id=document.id)])
            await transaction.add_errors([an_error()])
            await transaction.add_reply(a_reply())
            raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        await write_and_fail()

    assert await store.find_payload(payload.sha256) is None
    assert await store.find_submission(submission.id) is None
    assert await store.find_document(document.id) is None
    assert await store.count_deliveries() == {}
    assert await store.list_events(submission_id="", document_id=document.id) == []
    assert await store.list_errors(ErrorFilter(), Page()) == []
    async with store.begin() as transaction:
        assert await transaction.add_reply(a_reply())
        (verdict,) = await settle([a_candidate("1", "a")], transaction.ledger)
    assert verdict.outcome is Outcome.ACCEPTED


async def test_a_cancelled_transaction_leaves_nothing_and_frees_the_writer(
    store: SqlStore,
) -> None:
    submission, written = a_submission(), asyncio.Event()

    async def hang() -> None:
        async with store.begin() as transaction:
            await transaction.add_submissions([submission])
            written.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(hang())
    await written.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    await keep(store, a_submission())
    assert await store.find_submission(submission.id) is None


async def test_readers_see_what_is_committed_and_do_not_wait_for_a_writer(
    store: SqlStore,
) -> None:
    submission = a_submission()
    async with store.begin() as transaction:
        await transaction.add_submissions([submission])
        assert await store.find_submission(submission.id) is None
    assert await store.find_submission(submission.id) == submission


async def test_five_thousand_documents_go_in_one_transaction(store: SqlStore) -> None:
    submission, size = a_submission(), 5_000
    documents = [
        a_document(submission, position=index, number=f"{index:08}") for index in range(size)
    ]
    candidates = [a_candidate(f"{index:08}", "a") for index in range(size)]

    async with store.begin() as transaction:
        verdicts = await settle(candidates, transaction.ledger)
        await transaction.add_submissions([submission])
        await transaction.add_documents(documents)
        superseded = await transaction.supersede([one.key for one in documents if one.key])
        await transaction.add_deliveries([a_delivery(document) for document in documents])

    assert {verdict.outcome for verdict in verdicts} == {Outcome.ACCEPTED}
    assert superseded == []
    assert await store.list_submission_documents(submission.id) == documents
    assert await store.count_deliveries() == {("court.odyssey", "pending"): size}


async def test_a_newer_document_supersedes_rejected_and_returned_ones_of_its_key(
    store: SqlStore,
) -> None:
    submission = a_submission()
    rejected = a_document(submission, position=0, outcome=Outcome.REJECTED)
    returned = a_document(
        submission, position=1, outcome=Outcome.REJECTED, status=DocumentStatus.RETURNED
    )
    held = a_document(submission, position=2, outcome=Outcome.HELD)
    other = a_document(submission, position=3, outcome=Outcome.REJECTED, agency="2001")
    newest = a_document(submission, position=4, outcome=Outcome.REJECTED)
    duplicate = a_document(submission, position=5, outcome=Outcome.DUPLICATE)
    await keep(store, submission, rejected, returned, held, other, newest, duplicate)
    assert newest.key is not None

    async with store.begin() as transaction:
        superseded = await transaction.supersede([newest.key])

    assert superseded == [rejected.id, returned.id]
    found = await store.list_submission_documents(submission.id)
    assert [(one.status, one.revision) for one in found] == [
        ("superseded", 2),
        ("superseded", 2),
        ("held", 1),
        ("rejected", 1),
        ("rejected", 1),
        ("duplicate", 1),
    ]


async def test_a_refused_statement_quotes_no_value_of_the_row(store: SqlStore) -> None:
    orphan = a_document(a_submission(), number="NOBODY-KNOWS-ME")

    with pytest.raises(StatementRefused) as refusal:
        async with store.begin() as transaction:
            await transaction.add_documents([orphan])

    assert "NOBODY-KNOWS-ME" not in "".join(traceback.format_exception(refusal.value))
    assert "Dummerston" not in "".join(traceback.format_exception(refusal.value))


async def test_a_connection_lost_within_a_transaction_is_busy(store: SqlStore) -> None:
    if store.database.dialect == "sqlite":
        pytest.skip("SQLite has no server whose connection could be lost")
    lost, kept = a_submission(), a_submission()

    async def write_and_lose() -> None:
        async with store.database.begin() as connection:
            pid = (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()
            async with store.begin() as transaction:
                await transaction.add_submissions([kept])
            async with store.database.read() as other:
                await other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
            await add_submissions(connection, [lost])

    with pytest.raises(Busy):
        await write_and_lose()

    assert await store.find_submission(kept.id) == kept
    assert await store.find_submission(lost.id) is None

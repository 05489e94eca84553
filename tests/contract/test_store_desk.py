"""What the desk needs of a store, on both: compare-and-set, claims passed on, reviews."""

import asyncio
from dataclasses import replace

from hub.clock import new_id
from hub.domain.judgement import LedgerKey
from hub.domain.ledger import Claim, Holder
from hub.domain.review import Closing, Correction, Review, ReviewFilter, ReviewKind
from hub.domain.states import DeliveryStatus, DocumentStatus, Outcome, SubmissionState
from hub.domain.stored import Document, DocumentFilter, Page
from hub.store.sql_store import SqlStore
from tests.stored import (
    NOW,
    WRONG,
    a_delivery,
    a_document,
    a_submission,
    after,
    keep,
)

KEY = LedgerKey("citation", "VT", "1119", "08273401")
FIRST, SECOND = Holder("document-1", 1), Holder("document-2", 2)


def held(**changes: object) -> Document:
    return a_document(a_submission(), outcome=Outcome.HELD, **changes)


async def keep_documents(store: SqlStore, *documents: Document) -> None:
    submissions = [a_submission(id=document.submission_id) for document in documents]
    async with store.begin() as transaction:
        await transaction.add_submissions(submissions)
        await transaction.add_documents(documents)


async def test_a_document_is_changed_once_for_each_revision(store: SqlStore) -> None:
    document = held()
    await keep_documents(store, document)
    changed = replace(document, status=DocumentStatus.ACCEPTED, version=2)

    async with store.begin() as transaction:
        assert await transaction.change_document(changed)
        assert not await transaction.change_document(changed)
        now = await transaction.find_document(document.id)

    assert now == replace(changed, revision=2)


async def test_of_two_who_change_a_document_at_once_one_wins(store: SqlStore) -> None:
    document = held()
    await keep_documents(store, document)

    async def change(status: DocumentStatus) -> bool:
        async with store.begin() as transaction:
            return await transaction.change_document(replace(document, status=status))

    for _ in range(10):
        wins = await asyncio.gather(
            change(DocumentStatus.RETURNED), change(DocumentStatus.DISCARDED)
        )
        assert sorted(wins) == [False, True]
        found = await store.find_document(document.id)
        assert found is not None
        document = found


async def test_a_key_passes_only_from_whom_it_is_held_by(store: SqlStore) -> None:
    async with store.begin() as transaction:
        assert await transaction.ledger.find_holder(KEY) is None
        assert await transaction.ledger.pass_key(KEY, None, FIRST)
        assert not await transaction.ledger.pass_key(KEY, None, SECOND)
        assert not await transaction.ledger.pass_key(KEY, SECOND, FIRST)
        assert not await transaction.ledger.pass_key(KEY, replace(FIRST, version=9), SECOND)
        assert await transaction.ledger.pass_key(KEY, FIRST, SECOND)
        assert await transaction.ledger.find_holder(KEY) == SECOND


async def test_of_two_who_take_a_key_over_at_once_one_wins(store: SqlStore) -> None:
    async with store.begin() as transaction:
        await transaction.ledger.pass_key(KEY, None, FIRST)

    async def take(document_id: str) -> bool:
        async with store.begin() as transaction:
            return await transaction.ledger.pass_key(KEY, FIRST, Holder(document_id, 2))

    assert sorted(await asyncio.gather(take("document-2"), take("document-3"))) == [False, True]


async def test_a_document_frees_its_own_claims_and_nobody_elses(store: SqlStore) -> None:
    claims = [Claim(KEY, content, f"document-{content}", "s") for content in ("a", "b")]
    async with store.begin() as transaction:
        await transaction.ledger.enter(claims)
        await transaction.ledger.take_keys(claims[:1])

        await transaction.ledger.free(KEY, "document-b")
        assert await transaction.ledger.find_holder(KEY) == Holder("document-a", 1)
        assert set(await transaction.ledger.find([(KEY, "a"), (KEY, "b")])) == {(KEY, "a")}

        await transaction.ledger.free(KEY, "document-a")
        assert await transaction.ledger.find_holder(KEY) is None
        assert await transaction.ledger.find([(KEY, "a")]) == {}


async def test_only_older_held_documents_of_the_key_are_superseded(store: SqlStore) -> None:
    older, other, accepted = held(), held(number="1"), a_document(a_submission())
    current, newer = held(), held()
    await keep_documents(store, older, other, accepted, current, newer)

    async with store.begin() as transaction:
        superseded = await transaction.supersede_held(KEY, current.id)

    assert superseded == [older.id]
    found = await store.list_documents(DocumentFilter(), Page())
    assert {one.id: (one.status, one.revision) for one in found} == {
        older.id: (DocumentStatus.SUPERSEDED, 2),
        other.id: (DocumentStatus.HELD, 1),
        accepted.id: (DocumentStatus.ACCEPTED, 1),
        current.id: (DocumentStatus.HELD, 1),
        newer.id: (DocumentStatus.HELD, 1),
    }


async def test_lower_versions_step_back_where_nobody_can_have_them(store: SqlStore) -> None:
    document = a_document(a_submission())
    rows = {
        "waits": a_delivery(document),
        "nacked": a_delivery(document, attempt=1, cause="nacked"),
        "unconfirmed": a_delivery(document, attempt=1, cause="unconfirmed"),
        "published": a_delivery(document, status=DeliveryStatus.PUBLISHED, published_at=NOW),
        "overtaken": a_delivery(document, status=DeliveryStatus.DELIVERED),
        "dead": a_delivery(document, status=DeliveryStatus.DEAD, published_at=NOW),
        "next": a_delivery(document, version=2),
    }
    named = [replace(row, destination=name) for name, row in rows.items()]
    await keep_documents(store, document)
    async with store.begin() as transaction:
        await transaction.add_deliveries(named)

        sent_to = await transaction.supersede_lower(KEY, 2, at=after(60))

    now = {one.destination: one.status for one in await store.list_deliveries(document.id)}
    assert sent_to == {"unconfirmed", "published", "overtaken", "dead"}
    assert {name for name, status in now.items() if status is DeliveryStatus.SUPERSEDED} == {
        "waits",
        "nacked",
        "unconfirmed",
        "dead",
    }
    assert now["next"] is DeliveryStatus.PENDING


async def test_a_held_submission_is_changed_once_with_its_findings(store: SqlStore) -> None:
    submission = a_submission(state=SubmissionState.HELD, findings=(WRONG,))
    await keep(store, submission)
    judged = replace(
        submission, state=SubmissionState.PROCESSED, reference_version="r2", findings=()
    )

    async with store.begin() as transaction:
        assert await transaction.change_submission(judged)
        assert not await transaction.change_submission(judged)

    assert await store.find_submission(submission.id) == judged


async def test_documents_are_listed_by_their_ids(store: SqlStore) -> None:
    first, second, third = held(), held(), held()
    await keep_documents(store, first, second, third)

    found = await store.list_documents(DocumentFilter(ids=(first.id, third.id)), Page())

    assert [one.id for one in found] == [third.id, first.id]


def a_review(kind: ReviewKind = ReviewKind.REJECTED, **changes: object) -> Review:
    review = Review(new_id(), kind, new_id(), NOW, "citation", "tracs", "0417", "1")
    return replace(review, **changes)  # type: ignore[arg-type]


async def ids_of(store: SqlStore, **wanted: object) -> list[str]:
    found = await store.list_reviews(ReviewFilter(**wanted), Page())  # type: ignore[arg-type]
    return [one.id for one in found]


async def test_reviews_come_back_as_they_were_opened_newest_first(store: SqlStore) -> None:
    reviews = [a_review(), a_review(ReviewKind.ORPHAN_REPLY, document_kind=None, agency=None)]
    async with store.begin() as transaction:
        await transaction.add_reviews(reviews)

    assert await store.list_reviews(ReviewFilter(), Page()) == reviews[::-1]
    assert await store.find_review(reviews[0].id) == reviews[0]
    assert await store.find_review("none") is None
    page = Page(limit=1, cursor=reviews[1].id)
    assert await store.list_reviews(ReviewFilter(), page) == [reviews[0]]


async def test_reviews_are_found_by_kind_agency_scope_and_kind_of_document(
    store: SqlStore,
) -> None:
    rejected, repass = a_review(), a_review(ReviewKind.REPASS, agency="0111", source="valcour")
    crash = a_review(ReviewKind.COLLISION, document_kind="collision")
    orphan = a_review(ReviewKind.ORPHAN_REPLY, document_kind=None, source="court.odyssey")
    async with store.begin() as transaction:
        await transaction.add_reviews([rejected, repass, crash, orphan])

    assert await ids_of(store, kind=ReviewKind.REPASS) == [repass.id]
    assert await ids_of(store, agency="0111") == [repass.id]
    assert await ids_of(store, agencies=("0111",)) == [repass.id]
    assert await ids_of(store, sources=("valcour",)) == [repass.id]
    assert await ids_of(store, subject_id=crash.subject_id) == [crash.id]
    assert await ids_of(store, document_kinds=("citation",)) == [orphan.id, repass.id, rejected.id]


async def test_a_review_is_closed_once_and_keeps_by_whom(store: SqlStore) -> None:
    review, other = a_review(), a_review()
    async with store.begin() as transaction:
        await transaction.add_reviews([review, other])
        await transaction.close_reviews([review.subject_id], Closing(after(60), "desk", "returned"))
        await transaction.close_reviews([review.subject_id], Closing(after(90), "hub", "late"))

    closed = replace(review, closed_at=after(60), closed_by="desk", closed_with="returned")
    assert await store.find_review(review.id) == closed
    assert await ids_of(store, is_open=True) == [other.id]
    assert await ids_of(store, is_open=False) == [review.id]


async def test_a_correction_is_found_from_both_of_its_documents(store: SqlStore) -> None:
    original, revision = held(), held()
    correction = Correction(
        revision.id, original.id, NOW, "desk", "the officer's number", ("citation.officer_id",)
    )
    await keep_documents(store, original, revision)

    async with store.begin() as transaction:
        await transaction.add_correction(correction)

    for document in (original, revision):
        assert await store.list_corrections(document.id) == [correction]
    assert await store.list_corrections("none") == []

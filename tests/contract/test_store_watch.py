"""What chores and operators ask: alarms, what is late, what did not go, what waits for a ticket."""

import asyncio
from dataclasses import replace

from hub.clock import new_id
from hub.domain.alarm import Alarm
from hub.domain.judgement import LedgerKey
from hub.domain.ledger import Holder
from hub.domain.states import DeliveryStatus, SubmissionState
from hub.store.sql_store import SqlStore
from tests.stored import NOW, a_delivery, a_document, a_reply, a_submission, after, keep_deliveries

COURT = ["court.odyssey"]


def an_alarm(subject: str = "court.odyssey") -> Alarm:
    return Alarm(new_id(), "not-sent", subject, NOW)


async def test_an_alarm_opens_once_closes_once_and_may_open_again(store: SqlStore) -> None:
    watch = store.watch

    opened = await asyncio.gather(*(watch.open_alarm(an_alarm()) for _ in range(6)))
    assert opened.count(True) == 1
    assert await watch.open_alarm(an_alarm("hub"))
    assert len(await watch.list_open_alarms()) == 2

    closed = [await watch.close_alarm("not-sent", "hub", after(1)) for _ in range(2)]
    assert closed == [True, False]
    assert await watch.open_alarm(an_alarm("hub"))


async def test_what_was_published_long_ago_without_a_word_is_unanswered(store: SqlStore) -> None:
    published = {"status": DeliveryStatus.PUBLISHED}
    await keep_deliveries(store, 2, published_at=NOW, **published)
    await keep_deliveries(store, 1, published_at=after(100), **published)
    await keep_deliveries(store, 1, published_at=NOW, status=DeliveryStatus.ACKNOWLEDGED)
    await keep_deliveries(store, 1, published_at=NOW, destination="rms.spillman", **published)

    assert await store.watch.count_unanswered(COURT, after(50)) == {"court.odyssey": 2}


async def test_an_ack_is_no_answer_but_any_reply_is(store: SqlStore) -> None:
    settled = {"status": DeliveryStatus.DELIVERED, "published_at": NOW}
    (silent,) = await keep_deliveries(store, 1, **settled)
    (answered,) = await keep_deliveries(store, 1, **settled)
    async with store.begin() as transaction:
        reply = replace(a_reply(), delivery_id=answered.id, document_id=answered.document_id)
        assert await transaction.add_reply(reply)

    assert await store.watch.count_unanswered(COURT, after(1)) == {"court.odyssey": 1}
    assert silent.id != answered.id


async def test_only_what_hub_and_broker_held_back_is_unsent(store: SqlStore) -> None:
    for cause in ("nacked", "unroutable", "http-503", None):
        await keep_deliveries(store, 1, cause=cause)
    await keep_deliveries(store, 1, cause="nacked", status=DeliveryStatus.DEAD)

    assert await store.watch.count_unsent() == {"court.odyssey": 2}


async def test_held_submissions_are_counted(store: SqlStore) -> None:
    async with store.begin() as transaction:
        await transaction.add_submissions(
            [a_submission(), a_submission(state=SubmissionState.HELD)]
        )

    assert await store.watch.count_unjudged() == 1


async def test_figures_leave_out_what_is_settled_and_give_the_oldest(store: SqlStore) -> None:
    await keep_deliveries(store, 2, created_at=after(5))
    await keep_deliveries(store, 1, status=DeliveryStatus.PUBLISHED, published_at=after(7))
    await keep_deliveries(store, 1, status=DeliveryStatus.ACKNOWLEDGED)

    figures = await store.watch.list_figures(COURT)

    assert [(one.status, one.count, one.oldest_at) for one in figures] == [
        ("pending", 2, after(5)),
        ("published", 1, after(7)),
    ]


async def test_a_reply_is_matchable_once_its_ticket_was_sent_to_who_said_it(
    store: SqlStore,
) -> None:
    submission = a_submission()
    document = a_document(submission)
    said = a_reply(state="VT", agency="1119", number=document.number)
    other = a_reply(reply_id="r-2", destination="court.aoc", state="VT", agency="1119", number="1")
    key = LedgerKey("citation", "VT", "1119", str(document.number))
    async with store.begin() as transaction:
        for reply in (said, other):
            await transaction.add_reply(reply)
    assert await store.replies.list_matchable(10) == []

    async with store.begin() as transaction:
        await transaction.add_submissions([submission])
        await transaction.add_documents([document])
        await transaction.add_deliveries([a_delivery(document)])
        await transaction.ledger.pass_key(key, None, Holder(document.id, 1))

    assert await store.replies.list_matchable(10) == [said]
    async with store.begin() as transaction:
        delivery = await transaction.replies.find_addressee(said.reply)
        assert delivery is not None
        matched = replace(said, delivery_id=delivery.id, document_id=delivery.document_id)
        assert await transaction.replies.match(matched)
        assert not await transaction.replies.match(matched)
        await transaction.replies.note_docket(document.id, "42-2-26")
    assert await store.replies.list_matchable(10) == []
    found = await store.find_document(document.id)
    assert found is not None
    assert (found.docket_number, found.revision) == ("42-2-26", document.revision)

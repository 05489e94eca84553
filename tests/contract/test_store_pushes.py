"""Attempts, retries and paused destinations, on both stores."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from hub.clock import new_id
from hub.domain.push import Attempt, AttemptOutcome, DestinationState, Step
from hub.domain.states import DeliveryStatus
from hub.domain.stored import Delivery, DeliveryFilter, ListedDelivery, Page
from hub.store.sql_store import SqlStore
from tests.stored import NOW, after, keep_deliveries

COURT = "court.odyssey"
RMS = "rms.spillman"
LATER = Step(DeliveryStatus.PENDING, "timeout", after(60))


def an_attempt(delivery: Delivery, number: int, at: datetime = NOW) -> Attempt:
    return Attempt(
        id=new_id(),
        delivery_id=delivery.id,
        number=number,
        at=at,
        outcome=AttemptOutcome.TRY_LATER,
        cause="timeout",
        text=None,
        duration_ms=12,
    )


async def retry(store: SqlStore, tried: Attempt) -> bool:
    async with store.begin() as transaction:
        return await transaction.pushes.retry(tried, LATER, tried_since=NOW)


async def only(store: SqlStore, delivery: Delivery) -> Delivery:
    async with store.begin() as transaction:
        found = await transaction.find_delivery(delivery.id)
    assert found is not None
    return found


async def claim(store: SqlStore, at: datetime = NOW) -> list[str]:
    claimed = await store.claim(limit=10, now=at, lease_seconds=60)
    return [one.delivery_id for one in claimed]


async def test_a_published_delivery_may_start_with_its_own_attempt_only(store: SqlStore) -> None:
    (delivery,) = await keep_deliveries(store, status=DeliveryStatus.PUBLISHED, attempt=2)
    may = [await store.pushes.find_startable(delivery.id, number) for number in (1, 2, 3)]

    assert may == [None, delivery, None]


async def test_a_message_that_outran_its_mark_may_start(store: SqlStore) -> None:
    (delivery,) = await keep_deliveries(store, attempt=1)
    assert await store.pushes.find_startable(delivery.id, 2) is None

    await claim(store)

    assert await store.pushes.find_startable(delivery.id, 1) is None
    assert await store.pushes.find_startable(delivery.id, 2) == delivery


@pytest.mark.parametrize(
    "status", sorted(set(DeliveryStatus) - {DeliveryStatus.PENDING, DeliveryStatus.PUBLISHED})
)
async def test_nothing_starts_in_any_other_state(store: SqlStore, status: DeliveryStatus) -> None:
    (delivery,) = await keep_deliveries(store, status=status, attempt=1)

    assert await store.pushes.find_startable(delivery.id, 1) is None
    assert await store.pushes.find_startable(delivery.id, 2) is None


async def test_a_retry_is_pending_again_later_and_its_old_message_is_stale(
    store: SqlStore,
) -> None:
    (delivery,) = await keep_deliveries(store, status=DeliveryStatus.PUBLISHED, attempt=1)
    tried = an_attempt(delivery, 1)

    assert await retry(store, tried)
    assert not await retry(store, tried)

    kept = await only(store, delivery)
    assert (kept.status, kept.attempt, kept.cause) == (DeliveryStatus.PENDING, 1, "timeout")
    assert (kept.available_at, kept.tried_since) == (after(60), NOW)
    assert await store.pushes.find_startable(delivery.id, 1) is None
    assert await claim(store) == []
    assert await claim(store, after(60)) == [delivery.id]


async def test_a_retry_of_an_unmarked_delivery_takes_the_relays_claim(store: SqlStore) -> None:
    (delivery,) = await keep_deliveries(store)
    (claimed,) = await store.claim(limit=1, now=NOW, lease_seconds=60)

    assert await retry(store, an_attempt(delivery, 1))

    assert await store.mark_sent([claimed], now=after(1)) == 0
    assert (await only(store, delivery)).attempt == 1


async def test_attempts_are_kept_in_order_and_counted_from_an_instant(store: SqlStore) -> None:
    (delivery,) = await keep_deliveries(store)
    attempts = [an_attempt(delivery, number, after(number)) for number in (1, 2, 3)]
    async with store.begin() as transaction:
        for each in attempts:
            await transaction.pushes.add_attempt(each)
        assert await transaction.pushes.count_attempts(delivery.id, None) == 3
        assert await transaction.pushes.count_attempts(delivery.id, after(2)) == 2

    assert await store.pushes.list_attempts(delivery.id) == attempts


async def test_nothing_is_claimed_for_a_paused_destination(store: SqlStore) -> None:
    (copy,) = await keep_deliveries(store, destination=RMS)
    (filing,) = await keep_deliveries(store)
    async with store.begin() as transaction:
        await transaction.pushes.pause(RMS, at=NOW, by="operator")

    assert await claim(store) == [filing.id]
    assert await store.pushes.list_destinations([COURT, RMS]) == [
        DestinationState(COURT),
        DestinationState(RMS, paused_at=NOW, paused_by="operator"),
    ]

    async with store.begin() as transaction:
        await transaction.pushes.resume(RMS)
    assert await claim(store) == [copy.id]


async def test_a_rest_leaves_a_pause_alone_and_a_resume_ends_both(store: SqlStore) -> None:
    async with store.begin() as transaction:
        await transaction.pushes.pause(RMS, at=NOW, by="operator")
        await transaction.pushes.rest(RMS, after(5))
    (state,) = await store.pushes.list_destinations([RMS])
    assert state == DestinationState(RMS, NOW, "operator", after(5))

    async with store.begin() as transaction:
        await transaction.pushes.resume(RMS)
    assert await store.pushes.list_destinations([RMS]) == [DestinationState(RMS)]


async def test_only_what_was_published_long_ago_is_sent_again(store: SqlStore) -> None:
    published: dict[str, Any] = {
        "status": DeliveryStatus.PUBLISHED,
        "attempt": 1,
        "tried_since": NOW,
    }
    (old,) = await keep_deliveries(store, published_at=NOW, **published)
    (young,) = await keep_deliveries(store, published_at=after(10), **published)

    assert await store.put_back_published(COURT, after(5)) == 1

    kept = await only(store, old)
    assert (kept.status, kept.tried_since) == (DeliveryStatus.PENDING, None)
    assert (await only(store, young)).status == DeliveryStatus.PUBLISHED
    assert await claim(store) == [old.id]


async def test_deliveries_are_listed_newest_first_by_what_is_asked(store: SqlStore) -> None:
    first, second = await keep_deliveries(store, 2)
    (copy,) = await keep_deliveries(store, destination=RMS, created_at=after(60), cause="timeout")

    async def listed(page: Page | None = None, **wanted: object) -> list[ListedDelivery]:
        asked = replace(DeliveryFilter(), **wanted)  # type: ignore[arg-type]
        return await store.pushes.list_outbox(asked, page or Page())

    assert [one.delivery for one in await listed()] == [copy, second, first]
    assert [one.delivery for one in await listed(Page(1, copy.id))] == [second]
    for wanted in ({"destination": RMS}, {"cause": "timeout"}, {"since": after(1)}):
        assert [one.delivery for one in await listed(**wanted)] == [copy]
    assert [one.delivery for one in await listed(until=after(1))] == [second, first]
    assert await listed(status=DeliveryStatus.DEAD) == []
    assert await listed(number="no such number") == []
    (newest,) = await listed(Page(1))
    assert await listed(number=newest.number, agency=newest.agency) != []


async def test_the_oldest_that_waits_is_known_by_destination(store: SqlStore) -> None:
    await keep_deliveries(store, created_at=after(5))
    await keep_deliveries(store, created_at=after(2), status=DeliveryStatus.PUBLISHED)
    await keep_deliveries(store, created_at=NOW, status=DeliveryStatus.DEAD)

    assert await store.pushes.list_oldest() == {COURT: after(2)}

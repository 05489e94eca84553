"""The outbox: claims, marks, returns, and every move of the state machine."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from hub.domain.delivery import Claimed, Shipment
from hub.domain.places import Attachment
from hub.domain.states import DELIVERY_MOVES, DeliveryStatus
from hub.domain.stored import Delivery
from hub.store.outbox import claim
from hub.store.sql_store import SqlStore
from tests.records import a_citation
from tests.stored import (
    NOW,
    a_delivery,
    a_document,
    a_payload,
    a_submission,
    after,
    keep_deliveries,
)

PENDING, PUBLISHED = DeliveryStatus.PENDING, DeliveryStatus.PUBLISHED


async def _claim(store: SqlStore, at: float = 0, limit: int = 100) -> list[Claimed]:
    return await store.claim(limit=limit, now=after(at), lease_seconds=60)


async def _find(store: SqlStore, delivery_id: str) -> Delivery:
    async with store.begin() as transaction:
        delivery = await transaction.find_delivery(delivery_id)
    assert delivery is not None
    return delivery


async def test_a_claim_holds_all_it_takes_to_send(store: SqlStore) -> None:
    form = a_payload(b"%PDF- not really")
    submission = a_submission()
    record = a_citation(attachment=Attachment(form.sha256))
    document = a_document(
        submission, record=record, attachment_sha256=form.sha256, monitored=True, version=2
    )
    delivery = a_delivery(document)
    async with store.begin() as transaction:
        await transaction.add_payloads([form])
        await transaction.add_submissions([submission])
        await transaction.add_documents([document])
        await transaction.add_deliveries([delivery])

    (claimed,) = await _claim(store)

    assert claimed.claim
    assert claimed == Claimed(
        delivery_id=delivery.id,
        destination="court.odyssey",
        claim=claimed.claim,
        attempt=1,
        type="citation.v1",
        source="tracs",
        agency="1119",
        number="08273401",
        monitored=True,
        shipment=Shipment(delivery.id, document.id, 2, NOW, record, form.body),
    )


async def test_those_due_longest_are_claimed_first_and_no_more_than_asked(store: SqlStore) -> None:
    young = await keep_deliveries(store, 2)
    (old,) = await keep_deliveries(store, available_at=after(-5))
    await keep_deliveries(store, available_at=after(1))

    first = await _claim(store, limit=2)
    rest = await _claim(store)

    assert [one.delivery_id for one in first] == [old.id, young[0].id]
    assert [one.delivery_id for one in rest] == [young[1].id]
    assert await _claim(store) == []


async def test_competing_relays_never_share_a_claim(store: SqlStore) -> None:
    deliveries = await keep_deliveries(store, 100)

    claims = await asyncio.gather(*(_claim(store, limit=30) for _ in range(5)))

    ids = [one.delivery_id for claim in claims for one in claim]
    rest = [one.delivery_id for one in await _claim(store)]
    assert sorted(ids + rest) == sorted(one.id for one in deliveries)


async def test_a_relay_passes_by_what_another_is_just_claiming(store: SqlStore) -> None:
    if store.database.dialect == "sqlite":
        pytest.skip("on SQLite one claim waits for the other, since there is one writer")
    deliveries = await keep_deliveries(store, 3)

    async with store.database.begin() as other, asyncio.timeout(10):
        taken = await claim(other, "other", limit=2, now=NOW, until=after(60))
        rest = await _claim(store)

    assert sorted(taken) == [one.id for one in deliveries[:2]]
    assert [one.delivery_id for one in rest] == [deliveries[2].id]


async def test_a_claim_is_free_again_when_its_lease_is_over(store: SqlStore) -> None:
    await keep_deliveries(store)
    (stale,) = await _claim(store)
    assert await _claim(store, at=59) == []

    (fresh,) = await _claim(store, at=60)

    assert fresh.delivery_id == stale.delivery_id
    assert await store.mark_sent([stale], now=after(61)) == 0
    assert await store.put_back([(stale, "nacked")], available_at=after(61)) == 0
    assert await store.mark_sent([fresh], now=after(61)) == 1


async def test_a_sent_delivery_is_published_with_its_attempt_counted(store: SqlStore) -> None:
    (delivery,) = await keep_deliveries(store)
    claimed = await _claim(store)

    assert await store.mark_sent(claimed, now=after(2)) == 1
    assert await store.mark_sent(claimed, now=after(3)) == 0

    expected = replace(delivery, status=PUBLISHED, attempt=1, published_at=after(2))
    assert await _find(store, delivery.id) == expected


async def test_an_answer_that_outruns_the_mark_stands(store: SqlStore) -> None:
    (delivery,) = await keep_deliveries(store)
    claimed = await _claim(store)
    async with store.begin() as transaction:
        assert await transaction.move_delivery(
            delivery.id, DeliveryStatus.ACKNOWLEDGED, at=after(1)
        )

    assert await store.mark_sent(claimed, now=after(2)) == 0
    assert await store.put_back([(claimed[0], "unconfirmed")], available_at=after(2)) == 0
    assert (await _find(store, delivery.id)).status is DeliveryStatus.ACKNOWLEDGED


async def test_marking_nothing_marks_nothing(store: SqlStore) -> None:
    assert await store.mark_sent([], now=NOW) == 0
    assert await store.put_back([], available_at=NOW) == 0
    assert await store.get_claimed([]) == []


async def test_a_delivery_put_back_waits_with_its_cause(store: SqlStore) -> None:
    refused, cut_off = await keep_deliveries(store, 2)
    first, second = await _claim(store)

    given_back = [(first, "nacked"), (second, "broker-unavailable")]
    assert await store.put_back(given_back, available_at=after(30)) == 2

    waiting = replace(refused, available_at=after(30), attempt=1, cause="nacked")
    assert await _find(store, refused.id) == waiting
    waiting = replace(cut_off, available_at=after(30), attempt=0, cause="broker-unavailable")
    assert await _find(store, cut_off.id) == waiting
    assert await _claim(store, at=29) == []
    assert [one.attempt for one in await _claim(store, at=30)] == [2, 1]


async def test_a_queue_made_anew_gets_its_published_deliveries_again(store: SqlStore) -> None:
    lost = await keep_deliveries(store, 2, status=PUBLISHED, attempt=1)
    await keep_deliveries(store, status=PUBLISHED, destination="rms.spillman")
    await keep_deliveries(store, status=DeliveryStatus.DELIVERED)

    assert await store.put_back_published("court.odyssey") == 2

    claimed = await _claim(store)
    assert [one.delivery_id for one in claimed] == [one.id for one in lost]
    assert [one.attempt for one in claimed] == [2, 2]


async def test_what_is_asked_for_by_id_comes_in_the_order_asked_with_its_own_attempt(
    store: SqlStore,
) -> None:
    (pending,) = await keep_deliveries(store)
    (sent,) = await keep_deliveries(store, status=PUBLISHED, attempt=3)

    found = await store.get_claimed([sent.id, "unknown", pending.id])

    assert [(one.delivery_id, one.attempt) for one in found] == [(sent.id, 3), (pending.id, 1)]


async def test_a_delivery_moves_exactly_where_the_state_machine_leads(store: SqlStore) -> None:
    for before in DeliveryStatus:
        deliveries = await keep_deliveries(store, len(DeliveryStatus), status=before)
        for delivery, to in zip(deliveries, DeliveryStatus, strict=True):
            async with store.begin() as transaction:
                has_moved = await transaction.move_delivery(delivery.id, to, at=after(9), cause="c")

            assert has_moved is (to in DELIVERY_MOVES[before]), (before, to)
            found = await _find(store, delivery.id)
            assert found.status is (to if has_moved else before)
            assert found.cause == ("c" if has_moved else None)


async def test_moves_leave_their_instants(store: SqlStore) -> None:
    (delivery,) = await keep_deliveries(store)
    steps: list[tuple[DeliveryStatus, dict[str, Any]]] = [
        (PUBLISHED, {"published_at": after(1), "attempt": 1}),
        (DeliveryStatus.DEAD, {"settled_at": after(2)}),
        (PENDING, {"published_at": None, "settled_at": None, "available_at": after(3)}),
    ]
    for second, (to, changes) in enumerate(steps, start=1):
        async with store.begin() as transaction:
            assert await transaction.move_delivery(delivery.id, to, at=after(second))
        delivery = replace(delivery, status=to, **changes)
        assert await _find(store, delivery.id) == delivery


async def test_of_competing_moves_one_wins(store: SqlStore) -> None:
    (delivery,) = await keep_deliveries(store, status=PUBLISHED)

    async def move(to: DeliveryStatus) -> bool:
        async with store.begin() as transaction:
            return await transaction.move_delivery(delivery.id, to, at=NOW)

    moved = await asyncio.gather(
        move(DeliveryStatus.ACKNOWLEDGED), move(DeliveryStatus.REFUSED), move(DeliveryStatus.DEAD)
    )

    # A dead delivery may still be answered; whoever came first, no answer is overwritten.
    status = (await _find(store, delivery.id)).status
    assert moved[0] + moved[1] == 1
    assert status is (DeliveryStatus.ACKNOWLEDGED if moved[0] else DeliveryStatus.REFUSED)


async def test_an_unknown_delivery_is_not_found_and_does_not_move(store: SqlStore) -> None:
    async with store.begin() as transaction:
        assert await transaction.find_delivery("unknown") is None
        assert not await transaction.move_delivery("unknown", PUBLISHED, at=NOW)


async def test_deliveries_are_listed_oldest_first_and_counted_by_state(store: SqlStore) -> None:
    deliveries = await keep_deliveries(store, 3)
    await keep_deliveries(store, status=PUBLISHED, destination="rms.spillman")

    assert await store.list_deliveries(deliveries[0].document_id) == deliveries
    assert await store.count_deliveries() == {
        ("court.odyssey", "pending"): 3,
        ("rms.spillman", "published"): 1,
    }

"""The relay's crash points: whatever dies, a delivery is pending or on its queue, never lost."""

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest

from hub.broker import QueueLimits, rabbitmq_broker
from hub.domain.delivery import Claimed, Message
from hub.domain.errors import BrokerUnavailable
from hub.relay import LoopDoorbell, backoff_seconds
from tests.living import LivingHub, accepted_ticket

CLAIM_SECONDS = 60


async def claim(hub: LivingHub) -> list[Claimed]:
    """Claim what is due; of it, what goes to the court."""
    now = hub.clock()
    claimed = await hub.hub.store.claim(limit=10, now=now, lease_seconds=CLAIM_SECONDS)
    return [one for one in claimed if one.destination == "court.odyssey"]


async def publish(hub: LivingHub, claimed: list[Claimed]) -> None:
    relay = hub.node.exchange.relay
    rendered = await relay.renderer.render(claimed)
    await relay.broker.publish([one for one in rendered if isinstance(one, Message)])


async def test_a_relay_that_dies_after_its_claim_is_followed_by_another(hub: LivingHub) -> None:
    await hub.post(accepted_ticket())
    (claimed,) = await claim(hub)
    assert await hub.lease() == []

    hub.clock.forward(CLAIM_SECONDS + 1)

    assert [one["message_id"] for one in await hub.lease()] == [claimed.delivery_id]


async def test_a_relay_that_dies_before_its_mark_publishes_the_same_message_again(
    hub: LivingHub,
) -> None:
    await hub.post(accepted_ticket())
    (claimed,) = await claim(hub)
    await publish(hub, [claimed])

    hub.clock.forward(CLAIM_SECONDS + 1)
    messages = await hub.lease()

    assert {one["message_id"] for one in messages} == {claimed.delivery_id}
    (delivery,) = (await hub.get("/v1/documents")).json()["documents"]
    assert delivery["status"] == "accepted"


async def test_a_message_may_outrun_its_mark(hub: LivingHub) -> None:
    await hub.post(accepted_ticket())
    claimed = await claim(hub)
    await publish(hub, claimed)
    path = "/v1/destinations/court.odyssey/messages"
    (message,) = (await hub.say(f"{path}/lease")).json()["messages"]
    await hub.say(f"{path}/{message['message_id']}/ack")

    assert await hub.hub.store.mark_sent(claimed, now=hub.clock()) == 0

    delivery = await hub.delivery(claimed[0].shipment.document_id)
    assert delivery["status"] == "delivered"


async def test_a_delivery_that_cannot_be_rendered_stays_pending_with_its_cause(
    hub: LivingHub,
) -> None:
    await hub.post(accepted_ticket())
    exchange = hub.node.exchange
    roadless = replace(exchange.relay.renderer, routes={})

    sent = await replace(exchange.relay, renderer=roadless).step()

    (document,) = (await hub.get("/v1/documents")).json()["documents"]
    delivery = await hub.delivery(document["id"])
    assert sent == 0
    assert (delivery["status"], delivery["cause"]) == ("pending", "render-failed")


async def test_while_the_broker_is_away_no_ring_makes_the_relay_claim_again(
    hub: LivingHub, caplog: pytest.LogCaptureFixture
) -> None:
    await hub.post(accepted_ticket())
    nowhere = rabbitmq_broker("amqp://127.0.0.1:1", ("court.odyssey",), QueueLimits(), 1)
    relay = replace(hub.node.exchange.relay, broker=nowhere)

    with pytest.raises(BrokerUnavailable):
        await relay.step()

    assert caplog.text.count("delivery.unsent") == 2  # to the court and to the records system
    hub.clock.forward(CLAIM_SECONDS + 1)
    assert {one.attempt for one in await claim(hub)} == {1}


async def test_a_bug_in_one_turn_does_not_end_the_relay(
    hub: LivingHub, caplog: pytest.LogCaptureFixture
) -> None:
    doorbell, stop = LoopDoorbell(), asyncio.Event()
    turns = iter([ZeroDivisionError("Testerly"), None])

    def clock() -> datetime:
        if turn := next(turns, None):
            raise turn
        stop.set()
        doorbell.ring()
        return hub.clock()

    await replace(hub.node.exchange.relay, clock=clock, doorbell=doorbell).run(stop)

    assert "ZeroDivisionError" in caplog.text
    assert "Testerly" not in caplog.text


def test_backoff_doubles_up_to_five_minutes() -> None:
    waits = [backoff_seconds(attempt) for attempt in (1, 2, 3, 9, 10, 1000)]

    assert waits == [1, 2, 4, 256, 300, 300]


async def test_a_queue_made_anew_is_a_warning_only_where_something_was_lost(
    hub: LivingHub, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    relay = hub.node.exchange.relay

    async def made() -> list[str]:
        return ["court.odyssey"]

    monkeypatch.setattr(relay.broker, "start", made)
    await relay.verify_queues()
    await hub.post(accepted_ticket())
    await hub.lease()
    await relay.verify_queues()

    levels = [one.levelname for one in caplog.records if "queue.made" in str(one.msg)]
    assert levels == ["INFO", "WARNING"]


async def test_a_ring_before_the_wait_is_not_lost() -> None:
    doorbell = LoopDoorbell()
    doorbell.ring()

    await doorbell.wait(timeout_seconds=60)

    await doorbell.wait(timeout_seconds=0)

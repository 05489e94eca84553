"""A worker starts only what still waits for it, and what an outcome does in every state."""

import pytest

from hub.delivery import Worker
from hub.domain.push import Delivered, PushOutcome, Refused, Schedule, TryLater
from hub.domain.states import DELIVERY_MOVES, DeliveryStatus
from hub.domain.stored import DeliveryFilter, Page
from hub.ports import Leased, Settlement
from tests.living import LivingHub
from tests.stored import keep_deliveries

RMS = "rms.spillman"
OUTCOMES = {
    Delivered(): DeliveryStatus.DELIVERED,
    Refused("http-422", "He said no."): DeliveryStatus.REFUSED,
    TryLater("timeout"): DeliveryStatus.PENDING,
}
STARTABLE = {DeliveryStatus.PUBLISHED}


class Answering:
    """An endpoint with one answer, which keeps what it was given."""

    def __init__(self, outcome: PushOutcome) -> None:
        self.pushed: list[str] = []
        self._outcome = outcome

    async def push(self, message: Leased) -> PushOutcome:
        self.pushed.append(message.message_id)
        return self._outcome

    async def close(self) -> None:
        """Nothing is open."""


def worker(hub: LivingHub, endpoint: Answering, **changes: int) -> Worker:
    return Worker(
        destination=RMS,
        endpoint=endpoint,
        store=hub.hub.store,
        broker=hub.node.exchange.broker,
        clock=hub.clock,
        new_id=hub.hub.new_id,
        schedule=Schedule(**changes),
        concurrency=1,
    )


def a_message(delivery_id: str, attempt: int = 1) -> Leased:
    headers: dict[str, str | int | bool] = {
        "x-hub-attempt": attempt,
        "x-hub-agency": "0417",
        "x-hub-number": "73900001",
    }
    return Leased(delivery_id, "citation.v1", headers, b"<citation_copy/>")


async def state_of(hub: LivingHub, delivery_id: str) -> tuple[DeliveryStatus, str | None]:
    listed = await hub.hub.store.pushes.list_outbox(DeliveryFilter(destination=RMS), Page())
    (found,) = (one.delivery for one in listed if one.delivery.id == delivery_id)
    return found.status, found.cause


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("status", DeliveryStatus)
async def test_an_outcome_moves_only_what_was_under_way(
    hub: LivingHub, status: DeliveryStatus, outcome: PushOutcome
) -> None:
    (delivery,) = await keep_deliveries(
        hub.hub.store, destination=RMS, status=status, attempt=1, cause="as before"
    )
    endpoint = Answering(outcome)

    assert await worker(hub, endpoint).handle(a_message(delivery.id)) is Settlement.ACK

    after, cause = await state_of(hub, delivery.id)
    if status in STARTABLE:
        assert endpoint.pushed == [delivery.id]
        assert (after, cause) == (OUTCOMES[outcome], getattr(outcome, "cause", None))
    else:
        assert endpoint.pushed == []
        assert (after, cause) == (status, "as before")


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("status", DeliveryStatus)
async def test_an_outcome_that_was_overtaken_moves_along_the_drawn_lines_only(
    hub: LivingHub, status: DeliveryStatus, outcome: PushOutcome
) -> None:
    """The delivery is published when the push begins, and elsewhere when it ends."""
    (delivery,) = await keep_deliveries(
        hub.hub.store, destination=RMS, status=DeliveryStatus.PUBLISHED, attempt=1
    )

    class Overtaken(Answering):
        async def push(self, message: Leased) -> PushOutcome:
            for step in _road_to(status):
                async with hub.hub.store.begin() as transaction:
                    assert await transaction.move_delivery(
                        message.message_id, step, at=hub.clock(), cause="overtook"
                    )
            return await super().push(message)

    await worker(hub, Overtaken(outcome)).handle(a_message(delivery.id))

    after, _ = await state_of(hub, delivery.id)
    wanted = OUTCOMES[outcome]
    is_drawn = wanted in DELIVERY_MOVES[status] and wanted is not DeliveryStatus.PENDING
    is_retry = wanted is DeliveryStatus.PENDING and status is DeliveryStatus.PUBLISHED
    assert after == (wanted if is_drawn or is_retry else status)


def _road_to(status: DeliveryStatus) -> list[DeliveryStatus]:
    """The moves from PUBLISHED to a state."""
    if status is DeliveryStatus.PUBLISHED:
        return []
    if status is DeliveryStatus.SUPERSEDED:
        return [DeliveryStatus.PENDING, DeliveryStatus.SUPERSEDED]
    return [status]


async def test_a_message_of_another_attempt_is_not_pushed(hub: LivingHub) -> None:
    (delivery,) = await keep_deliveries(
        hub.hub.store, destination=RMS, status=DeliveryStatus.PUBLISHED, attempt=2
    )
    endpoint = Answering(Delivered())

    for attempt in (1, 3):
        await worker(hub, endpoint).handle(a_message(delivery.id, attempt))

    assert endpoint.pushed == []


async def test_an_unknown_message_is_acked_and_not_pushed(hub: LivingHub) -> None:
    endpoint = Answering(Delivered())

    assert await worker(hub, endpoint).handle(a_message("no such delivery")) is Settlement.ACK
    assert endpoint.pushed == []


async def test_a_refusal_stands_in_the_error_log_without_the_receivers_words(
    hub: LivingHub,
) -> None:
    (delivery,) = await keep_deliveries(
        hub.hub.store, destination=RMS, status=DeliveryStatus.PUBLISHED, attempt=1
    )

    await worker(hub, Answering(Refused("http-422", "He said no."))).handle(a_message(delivery.id))

    answer = await hub.get("/v1/error-log", kind="rms-rejected")
    (row,) = answer.json()["errors"]
    assert (row["reason"], row["document_id"]) == ("http-422", delivery.document_id)
    assert "He said no" not in answer.text


async def test_the_last_try_makes_the_delivery_dead_and_a_replay_has_all_tries_again(
    hub: LivingHub,
) -> None:
    store = hub.hub.store
    (delivery,) = await keep_deliveries(
        store, destination=RMS, status=DeliveryStatus.PUBLISHED, attempt=1
    )
    trying = worker(hub, Answering(TryLater("timeout")), tries_max=1)
    await trying.handle(a_message(delivery.id))
    assert await state_of(hub, delivery.id) == (DeliveryStatus.DEAD, "exhausted")

    async with store.begin() as transaction:
        await transaction.move_delivery(delivery.id, DeliveryStatus.PENDING, at=hub.clock())
        await transaction.move_delivery(delivery.id, DeliveryStatus.PUBLISHED, at=hub.clock())
    patient = worker(hub, Answering(TryLater("timeout")), tries_max=2)
    await patient.handle(a_message(delivery.id, 2))

    assert await state_of(hub, delivery.id) == (DeliveryStatus.PENDING, "timeout")

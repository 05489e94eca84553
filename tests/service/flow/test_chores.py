"""Alarms open once and close once; nothing is ever sent again by itself."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from hub.bootstrap.chores import chores_of
from hub.chores import Chore, MatchReplies, WatchBroker, do_once, run_chores
from hub.domain.alarm import AlarmName
from hub.domain.delivery import NotSent, SendResult
from hub.domain.errors import BrokerUnavailable, Busy
from tests.living import LivingHub, accepted_ticket
from tests.service.flow.test_replies import said, say, sent

OVERDUE_SECONDS = 3_600


def chore(hub: LivingHub, name: str) -> Chore:
    """The chore of this name, over the living hub."""
    exchange = hub.node.exchange
    chores = chores_of(hub.hub, exchange.replies, exchange.watch_broker)
    (found,) = (one for one in chores if type(one).__name__ == name)
    return found


async def alarms(hub: LivingHub) -> list[tuple[str, str]]:
    """Name and subject of the open alarms of court and hub; the records system never answers."""
    found = await hub.hub.store.watch.list_open_alarms()
    return [(one.name, one.subject) for one in found if one.subject != "rms.spillman"]


def lines(caplog: pytest.LogCaptureFixture, event: str) -> int:
    """How many log lines of this event there are about the court."""
    said = [record.getMessage() for record in caplog.records]
    return sum(f"'{event}'" in line and "court.odyssey" in line for line in said)


async def test_an_unanswered_message_opens_one_alarm_and_the_answer_closes_it(
    hub: LivingHub, caplog: pytest.LogCaptureFixture
) -> None:
    document_id, message_id = await sent(hub)
    watch = chore(hub, "WatchReplies")
    await watch.do()
    assert await alarms(hub) == []

    hub.clock.forward(OVERDUE_SECONDS + 1)
    for _ in range(3):
        await watch.do()
    assert await alarms(hub) == [("reply-overdue", "court.odyssey")]
    await hub.node.exchange.relay.step()
    delivery = await hub.delivery(document_id)
    assert (delivery["status"], delivery["attempt"]) == ("published", 1)

    await say(hub, said("received", message_id))
    for _ in range(3):
        await watch.do()

    assert await alarms(hub) == []
    assert (lines(caplog, "alarm.opened"), lines(caplog, "alarm.closed")) == (1, 1)


async def test_an_ack_without_a_reply_is_no_answer(hub: LivingHub) -> None:
    _, message_id = await sent(hub)
    await hub.say(f"/v1/destinations/court.odyssey/messages/{message_id}/ack")
    hub.clock.forward(OVERDUE_SECONDS + 1)

    await chore(hub, "WatchReplies").do()

    assert await alarms(hub) == [("reply-overdue", "court.odyssey")]


@pytest.mark.parametrize("cause", ["nacked", "unroutable"])
async def test_a_message_the_broker_does_not_take_opens_an_alarm(
    hub: LivingHub, cause: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hub.post(accepted_ticket())
    broker = hub.node.exchange.broker
    publish = broker.publish

    async def refuse(messages: list[object]) -> list[SendResult]:
        return [NotSent(cause) for _ in messages]

    monkeypatch.setattr(broker, "publish", refuse)
    await hub.node.exchange.relay.step()
    await chore(hub, "WatchSending").do()
    assert ("not-sent", "court.odyssey") in await alarms(hub)

    monkeypatch.setattr(broker, "publish", publish)
    hub.clock.forward(60)
    await hub.node.exchange.relay.step()
    await chore(hub, "WatchSending").do()
    assert await alarms(hub) == []


async def test_a_broker_that_does_not_answer_opens_an_alarm(hub: LivingHub) -> None:
    hub.node.exchange.is_connected = False
    await chore(hub, "WatchBroker").do()
    assert await alarms(hub) == [("broker-unreachable", "hub")]

    hub.node.exchange.is_connected = True
    await chore(hub, "WatchBroker").do()
    assert await alarms(hub) == []


async def test_no_alarm_opens_before_the_first_connection_was_tried(hub: LivingHub) -> None:
    exchange = hub.node.exchange
    exchange.is_connected = False
    exchange.has_tried.clear()
    looking = asyncio.create_task(chore(hub, "WatchBroker").do())
    stop = asyncio.Event()
    running = asyncio.create_task(exchange.run(stop))

    await looking

    assert exchange.is_connected
    assert await alarms(hub) == []
    stop.set()
    exchange.relay.doorbell.ring()
    await running


async def test_a_submission_the_hub_failed_on_opens_an_alarm(
    hub: LivingHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr("hub.intake.judge", fail)
        await hub.post(accepted_ticket())

    await chore(hub, "WatchJudging").do()

    assert await alarms(hub) == [("unjudged", "hub")]


async def test_of_two_processes_that_see_the_same_one_opens(hub: LivingHub) -> None:
    settle = hub.hub.store.watch
    watch = chore(hub, "WatchBroker")
    assert isinstance(watch, WatchBroker)
    now: Mapping[str, int] = {"hub": 1}

    await asyncio.gather(
        *(watch.alarms.settle(AlarmName.BROKER_UNREACHABLE, now) for _ in range(8))
    )

    assert len(await settle.list_open_alarms()) == 1


@dataclass
class Failing:
    """A chore that fails a few times, then tells."""

    failures: list[Exception]
    done: asyncio.Event
    every_seconds: float = 0.001

    async def do(self) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.done.set()


async def test_a_chore_that_fails_is_tried_again_and_ends_when_told() -> None:
    chore = Failing([Busy("away"), BrokerUnavailable("away"), ZeroDivisionError()], asyncio.Event())
    stop = asyncio.Event()
    running = asyncio.create_task(run_chores([chore], stop))

    await chore.done.wait()
    stop.set()
    await running

    assert chore.failures == []


async def test_waiting_replies_are_matched_by_a_chore(hub: LivingHub) -> None:
    await say(hub, said("paid", amount="105.00"))
    document_id, _ = await sent(hub)
    matching = chore(hub, "MatchReplies")
    assert isinstance(matching, MatchReplies)
    assert matching.every_seconds < 5

    await do_once(matching)

    assert len((await hub.document(document_id))["replies"]) == 1

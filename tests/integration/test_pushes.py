"""Copies pushed to a toy RMS, on both stacks: whatever it does, each ticket has its effect once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from hub.testing.broker_contract import eventually
from hub.testing.faults import Fault, Faults
from hub.testing.rms import ToyRms, serving
from tests.living import LivingHub, accepted_ticket, living_hub, prepare

RMS = "rms.spillman"
SECONDS = 60
QUICK = {"push_retry_seconds": 0.1, "push_timeout_seconds": 5}

Stack = dict[str, str]


@pytest.fixture(params=["embedded", "servers"])
async def stack(request: pytest.FixtureRequest, tmp_path: Path) -> Stack:
    if request.param == "embedded":
        return {"database_url": f"sqlite:///{tmp_path / 'hub.db'}", "broker_url": "embedded:"}
    database, vhost = map(request.getfixturevalue, ("postgres_database", "amqp_vhost"))
    return {"database_url": database, "broker_url": vhost}


@asynccontextmanager
async def at_work(stack: Stack, url: str, **settings: Any) -> AsyncIterator[LivingHub]:
    """A hub whose relay and worker run, pushing to that URL."""
    keys = await prepare(stack["database_url"])
    options: dict[str, Any] = {**QUICK, **settings, "rms_spillman_url": url}
    async with living_hub(keys=keys, **stack, **options) as hub:
        stop = asyncio.Event()
        working = asyncio.create_task(hub.node.exchange.run(stop))
        try:
            yield hub
        finally:
            stop.set()
            hub.node.doorbell.ring()
            async with asyncio.timeout(SECONDS):
                await working


async def post(hub: LivingHub, count: int, first: int = 73_900_001) -> list[str]:
    """Post so many tickets; gives the ids of their documents."""
    ids = []
    for number in range(first, first + count):
        receipt = (await hub.post(accepted_ticket(number))).json()
        ids.append(receipt["documents"][0]["document_id"])
    return ids


async def copies(hub: LivingHub, **wanted: str) -> list[dict[str, Any]]:
    answer = await hub.get("/v1/deliveries", destination=RMS, limit=500, key="operator", **wanted)
    rows: list[dict[str, Any]] = answer.json()["deliveries"]
    return rows


async def until(hub: LivingHub, count: int, **wanted: str) -> list[dict[str, Any]]:
    """Wait until so many copies stand where they are wanted."""
    return await eventually(lambda: copies(hub, **wanted), lambda found: len(found) >= count)


def are_settled(rows: list[dict[str, Any]]) -> bool:
    return not {row["status"] for row in rows} & {"pending", "published"}


async def test_every_accepted_ticket_is_pushed_once(stack: Stack, tmp_path: Path) -> None:
    rms = ToyRms(tmp_path / "rms.db")
    async with serving(rms) as url, at_work(stack, url) as hub:
        await post(hub, 20)
        rows = await until(hub, 20, status="delivered")

    assert {row["attempt"] for row in rows} == {1}
    assert sorted(effect.number for effect in rms.effects()) == sorted(r["number"] for r in rows)
    assert set(rms.comings().values()) == {1}
    rms.close()


async def test_what_the_rms_refuses_is_parked_while_the_rest_flows(
    stack: Stack, tmp_path: Path
) -> None:
    rms = ToyRms(tmp_path / "rms.db")
    faults = Faults({Fault.REFUSE: 0.1}, seed=4)
    async with serving(rms, faults=faults) as url, at_work(stack, url) as hub:
        await post(hub, 40)
        await eventually(lambda: copies(hub), are_settled)
        refused = await copies(hub, status="refused")
        delivered = await copies(hub, status="delivered")
        log = (await hub.get("/v1/error-log", kind="rms-rejected")).json()["errors"]
        tries = await hub.get(f"/v1/deliveries/{refused[0]['id']}/attempts")
        hidden = await hub.get(f"/v1/deliveries/{refused[0]['id']}/attempts", key="operator")

    assert refused
    assert len(refused) + len(delivered) == 40
    assert {row["cause"] for row in refused} == {"http-422"}
    assert {row["number"] for row in log} == {row["number"] for row in refused}
    (attempt,) = tries.json()["attempts"]
    assert (attempt["outcome"], attempt["cause"]) == ("refused", "http-422")
    assert "code" in attempt["text"]
    assert hidden.json()["attempts"][0]["text"] is None
    assert len(rms.effects()) == len(delivered)
    rms.close()


async def test_a_busy_and_dying_rms_has_each_effect_once(stack: Stack, tmp_path: Path) -> None:
    rms = ToyRms(tmp_path / "rms.db")
    faults = Faults({Fault.BUSY: 0.2, Fault.DIE: 0.3}, seed=1)
    async with serving(rms, faults=faults) as url, at_work(stack, url) as hub:
        await post(hub, 15)
        rows = await until(hub, 15, status="delivered")

    assert len(rms.effects()) == 15
    assert sorted(rms.comings()) == sorted(row["id"] for row in rows)
    assert max(rms.comings().values()) > 1
    rms.close()


async def test_an_rms_that_is_down_gets_everything_when_it_is_up(
    stack: Stack, tmp_path: Path
) -> None:
    rms = ToyRms(tmp_path / "rms.db")
    async with serving(rms) as url:
        port = int(url.split(":")[2].partition("/")[0])
    async with at_work(stack, url) as hub:
        await post(hub, 12)
        await until(hub, 1, cause="connection-ConnectError")
        async with serving(rms, port=port):
            rows = await until(hub, 12, status="delivered")

    assert len(rms.effects()) == len(rows) == 12
    rms.close()


async def test_a_slow_rms_is_tried_again_with_the_same_key(stack: Stack, tmp_path: Path) -> None:
    rms = ToyRms(tmp_path / "rms.db")
    release = asyncio.Event()

    async def pause(_: float) -> None:
        await release.wait()

    faults = Faults({Fault.SLOW: 1.0}, pause=pause)
    async with (
        serving(rms, faults=faults) as url,
        at_work(stack, url, push_timeout_seconds=0.5) as hub,
    ):
        await post(hub, 1)
        (row,) = await until(hub, 1, cause="timeout")
        release.set()
        await until(hub, 1, status="delivered")

    assert rms.comings().keys() == {row["id"]}
    assert rms.comings()[row["id"]] > 1
    assert len(rms.effects()) == 1
    rms.close()


async def test_tries_end_and_the_delivery_is_dead(stack: Stack) -> None:
    async with at_work(stack, "http://127.0.0.1:9/tickets", push_tries_max=2) as hub:
        await post(hub, 1)
        (row,) = await until(hub, 1, status="dead")
        attempts = (await hub.get(f"/v1/deliveries/{row['id']}/attempts")).json()["attempts"]

    assert row["cause"] == "exhausted"
    assert [one["number"] for one in attempts] == [1, 2]


async def test_a_pause_holds_everything_and_a_resume_lets_it_go(
    stack: Stack, tmp_path: Path
) -> None:
    rms = ToyRms(tmp_path / "rms.db")
    async with serving(rms) as url, at_work(stack, url) as hub:
        assert (await hub.say(f"/v1/destinations/{RMS}/pause", key="operator")).status_code == 204
        await post(hub, 5)
        await eventually(
            hub.hub.store.count_deliveries,
            lambda counts: counts.get(("court.odyssey", "published")) == 5,
        )
        assert len(await copies(hub, status="pending")) == 5
        rows = (await hub.get("/v1/destinations", key="operator")).json()["destinations"]
        held = next(row for row in rows if row["destination"] == RMS)

        await hub.say(f"/v1/destinations/{RMS}/resume", key="operator")
        await until(hub, 5, status="delivered")

    assert (held["state"], held["paused_by"], held["pending"]) == ("paused", "operator", 5)
    assert len(rms.effects()) == 5
    rms.close()


async def test_republishing_sends_the_same_message_again(stack: Stack) -> None:
    keys = await prepare(stack["database_url"])
    async with living_hub(keys=keys, **stack) as hub:
        await post(hub, 1)
        (first,) = await hub.lease()
        answer = await hub.say(
            "/v1/destinations/court.odyssey/republish", {"older_than_seconds": 0}, key="operator"
        )
        await hub.say(
            f"/v1/destinations/court.odyssey/messages/{first['message_id']}/reject",
            {"requeue": True},
        )
        again = await hub.lease()

    assert answer.json()["republished"] == 1
    assert {one["message_id"] for one in again} == {first["message_id"]}


async def test_nothing_is_marked_sent_that_a_full_queue_refused(stack: Stack) -> None:
    keys = await prepare(stack["database_url"])
    async with living_hub(keys=keys, **stack, queue_length_max=1) as hub:
        for number in range(73_900_001, 73_900_009):  # one by one: the bound is soft for a burst
            await post(hub, 1, number)
            await hub.node.exchange.relay.step()
        counts = await hub.hub.store.count_deliveries()
        waiting = counts["court.odyssey", "pending"]
        depths = (await hub.get("/v1/queues", key="operator")).json()["queues"]
        assert waiting > 0
        assert {row["queue"] for row in depths} == {"court.odyssey", RMS}

        got: set[str] = set()
        async with asyncio.timeout(SECONDS):
            while len(got) < 8:
                hub.clock.forward(300)
                for message in await hub.lease(max=50, lease_seconds=3600):
                    path = f"/v1/destinations/court.odyssey/messages/{message['message_id']}"
                    assert (await hub.say(f"{path}/ack")).status_code == 204
                    got.add(message["message_id"])

        rows = await hub.get("/v1/deliveries", key="operator", destination="court.odyssey")
    assert {row["status"] for row in rows.json()["deliveries"]} == {"delivered"}

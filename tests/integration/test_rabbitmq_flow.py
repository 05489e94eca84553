"""The flow over a RabbitMQ in trouble: nothing is sent that was not routed, and it mends itself."""

import asyncio
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlsplit

import aio_pika
import pytest

from hub.broker import QueueLimits, rabbitmq_broker
from hub.domain.errors import BrokerUnavailable
from hub.testing.broker_contract import eventually
from hub.testing.servers import RabbitmqServer
from tests.living import LivingHub, accepted_ticket, living_hub, prepare

COURT = "court.odyssey"
SECONDS = 60


def queue_path(url: str, queue: str) -> str:
    return f"queues/{quote(urlsplit(url).path.lstrip('/'), safe='')}/{queue}"


async def statuses(hub: LivingHub) -> list[str]:
    rows = await hub.get("/v1/deliveries", key="operator", destination=COURT)
    return sorted(row["status"] for row in rows.json()["deliveries"])


async def leased(hub: LivingHub) -> set[Any]:
    return {one["headers"]["x-hub-number"] for one in await hub.lease(lease_seconds=3600)}


async def test_a_queue_that_went_missing_is_made_anew_with_what_it_held(
    rabbitmq: RabbitmqServer, postgres_database: str, amqp_vhost: str
) -> None:
    keys = await prepare(postgres_database)
    async with living_hub(postgres_database, keys, amqp_vhost) as hub:
        relay = hub.node.exchange.relay
        await hub.post(accepted_ticket(1))
        await relay.step()
        rabbitmq.manage("DELETE", queue_path(amqp_vhost, COURT))
        await hub.post(accepted_ticket(2))

        await relay.step()
        assert await statuses(hub) == ["pending", "pending"]

        hub.clock.forward(10)
        assert await leased(hub) == {"00000001", "00000002"}
        assert await statuses(hub) == ["published", "published"]


async def test_a_queue_that_went_missing_unnoticed_is_found_missing_in_time(
    rabbitmq: RabbitmqServer, postgres_database: str, amqp_vhost: str
) -> None:
    keys = await prepare(postgres_database)
    async with living_hub(postgres_database, keys, amqp_vhost) as hub:
        await hub.post(accepted_ticket(1))
        await hub.node.exchange.relay.step()
        rabbitmq.manage("DELETE", queue_path(amqp_vhost, COURT))
        hub.clock.forward(3600)

        stop = asyncio.Event()
        working = asyncio.create_task(hub.node.exchange.run(stop))
        depths = await eventually(
            hub.node.exchange.broker.depths, lambda it: it.get(COURT) == (1, 0)
        )
        stop.set()
        hub.node.doorbell.ring()
        async with asyncio.timeout(SECONDS):
            await working

    assert depths[COURT] == (1, 0)


async def test_a_broker_that_is_not_there_leaves_everything_pending(
    postgres_database: str, amqp_vhost: str
) -> None:
    keys = await prepare(postgres_database)
    nowhere = "amqp://guest:guest@127.0.0.1:9/"
    async with living_hub(postgres_database, keys, amqp_vhost) as hub:
        await hub.post(accepted_ticket(1))
        broker = rabbitmq_broker(nowhere, [COURT, "rms.spillman"], QueueLimits(), 1)
        with pytest.raises(BrokerUnavailable):
            await replace(hub.node.exchange.relay, broker=broker).step()
        assert await statuses(hub) == ["pending"]

        hub.clock.forward(10)
        assert await leased(hub) == {"00000001"}


async def test_a_reply_under_an_unknown_key_stands_in_the_error_log(
    postgres_database: str, amqp_vhost: str
) -> None:
    keys = await prepare(postgres_database)
    async with living_hub(postgres_database, keys, amqp_vhost) as hub:
        stop = asyncio.Event()
        working = asyncio.create_task(hub.node.exchange.run(stop))
        connection = await aio_pika.connect(amqp_vhost)
        async with connection, connection.channel() as channel:
            exchange = await channel.get_exchange("hub.replies")
            await exchange.publish(aio_pika.Message(b"{}"), routing_key="court.nowhere")

        async def errors() -> list[dict[str, Any]]:
            found = await hub.get("/v1/error-log", kind="unroutable")
            rows: list[dict[str, Any]] = found.json()["errors"]
            return rows

        (row,) = await eventually(errors, bool)
        stop.set()
        hub.node.doorbell.ring()
        async with asyncio.timeout(SECONDS):
            await working

    assert row["reason"] == "routing key court.nowhere"

"""PostgreSQL and RabbitMQ are killed and come back under load; nobody restarts the hub by hand."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from hub.testing import samples
from hub.testing.servers import PostgresServer, RabbitmqServer, postgres_server
from tests.e2e import hub_process
from tests.e2e.test_kill import (
    POSTERS,
    Load,
    all_numbers,
    docketed,
    free_port,
    have_one_effect_each,
    issue,
    rms_arguments,
    taken,
)

ROUNDS = 3
RECEIPTS_BETWEEN_KILLS = 20

pytestmark = pytest.mark.timeout(400)


@pytest.fixture
def mortal_postgres() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        yield server


@pytest.fixture
async def environment(mortal_postgres: PostgresServer, mortal_vhost: str) -> dict[str, str]:
    environment = {
        "HUB_DATABASE_URL": mortal_postgres.create_database("hub"),
        "HUB_BROKER_URL": mortal_vhost,
        "HUB_LOG_LEVEL": "error",
        "HUB_CLAIM_SECONDS": "5",
        "HUB_PUSH_RETRY_SECONDS": "0.2",
    }
    await hub_process.run(environment, "migrate")
    tables = Path(samples.__file__).parents[2] / "reference" / "data"
    await hub_process.run(environment, "reference", "import", str(tables))
    return environment


async def test_each_ticket_has_one_effect_though_the_servers_die(
    environment: dict[str, str],
    mortal_postgres: PostgresServer,
    mortal_rabbitmq: RabbitmqServer,
    tmp_path: Path,
) -> None:
    total = (2 * ROUNDS + 1) * RECEIPTS_BETWEEN_KILLS
    key = await issue(environment, "key", "vt-dps-tracs", "--backfill")
    docket = tmp_path / "docket.db"
    court_arguments = ("--docket", str(docket), "--amqp", environment["HUB_BROKER_URL"])
    numbers, port = all_numbers(total), str(free_port())

    async with hub_process.running({}, *rms_arguments(tmp_path)) as rms:
        environment["HUB_RMS_SPILLMAN_URL"] = rms.line.rpartition(" ")[2]
        async with (
            hub_process.running({}, "simulate", "odyssey", *court_arguments) as court,
            hub_process.running(environment, "run", "--port", port) as hub,
            httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as http,
            asyncio.TaskGroup() as group,
        ):
            load = Load(http, key)
            load.set_up(is_up=True)
            posters = [group.create_task(load.post(numbers)) for _ in range(POSTERS)]
            for kill in range(1, 2 * ROUNDS + 1):
                await load.wait_for(kill * RECEIPTS_BETWEEN_KILLS)
                server = mortal_postgres if kill % 2 else mortal_rabbitmq
                await asyncio.to_thread(server.kill)
                await asyncio.to_thread(server.start)
            await numbers.join()
            for poster in posters:
                poster.cancel()
            await docketed(court, total)
            await taken(rms, total)
            assert await hub.end() == 0

    have_one_effect_each(docket, tmp_path / "rms.db", total)
    assert set(load.receipts.values()) <= {"accepted", "duplicate"}

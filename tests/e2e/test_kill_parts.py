"""kill -9 of one process of the hub under load: court and RMS have each receipted ticket once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from hub.testing import samples
from tests.e2e import hub_process
from tests.e2e.hub_process import HubProcess
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

KILLS = 4
RECEIPTS_BETWEEN_KILLS = 20

pytestmark = pytest.mark.timeout(400)


@dataclass
class Parts:
    """The processes of a hub by name, one of which dies."""

    environment: dict[str, str]
    port: int
    processes: dict[str, HubProcess]

    async def start(self, name: str) -> None:
        door = ("--port", str(self.port)) if name in ("run", "api") else ()
        started = await hub_process.start(self.environment, name, *door)
        assert started.line.startswith("The "), started.line
        self.processes[name] = started

    async def die(self, name: str) -> None:
        await self.processes[name].kill()
        await self.start(name)

    async def end(self) -> list[int]:
        return [await one.end() for one in self.processes.values()]


@pytest.fixture
async def environment(postgres_database: str, amqp_vhost: str) -> dict[str, str]:
    environment = {
        "HUB_DATABASE_URL": postgres_database,
        "HUB_BROKER_URL": amqp_vhost,
        "HUB_LOG_LEVEL": "warning",
        "HUB_CLAIM_SECONDS": "5",
        "HUB_PUSH_RETRY_SECONDS": "0.2",
    }
    await hub_process.run(environment, "migrate")
    tables = Path(samples.__file__).parents[2] / "reference" / "data"
    await hub_process.run(environment, "reference", "import", str(tables))
    return environment


@asynccontextmanager
async def toys(
    environment: dict[str, str], folder: Path
) -> AsyncIterator[tuple[HubProcess, HubProcess]]:
    """A toy court and a toy RMS; the environment learns where the RMS is."""
    court = ("odyssey", "--docket", str(folder / "docket.db"))
    amqp = ("--amqp", environment["HUB_BROKER_URL"])
    async with (
        hub_process.running({}, "simulate", *court, *amqp) as odyssey,
        hub_process.running({}, *rms_arguments(folder)) as records,
    ):
        environment["HUB_RMS_SPILLMAN_URL"] = records.line.rpartition(" ")[2]
        yield odyssey, records


@pytest.mark.parametrize("victim", ["run", "api", "relay", "worker"])
async def test_each_ticket_has_one_effect_whoever_dies(
    victim: str, environment: dict[str, str], tmp_path: Path
) -> None:
    total = (KILLS + 1) * RECEIPTS_BETWEEN_KILLS
    key = await issue(environment, "key", "vt-dps-tracs", "--backfill")
    numbers = all_numbers(total)
    parts = Parts(environment, free_port(), {})

    async with (
        toys(environment, tmp_path) as (court, rms),
        httpx2.AsyncClient(base_url=f"http://127.0.0.1:{parts.port}", timeout=30) as http,
        asyncio.TaskGroup() as group,
    ):
        for name in ("run",) if victim == "run" else ("api", "relay", "worker"):
            await parts.start(name)
        load = Load(http, key)
        load.set_up(is_up=True)
        posters = [group.create_task(load.post(numbers)) for _ in range(POSTERS)]
        for kill in range(1, KILLS + 1):
            await load.wait_for(kill * RECEIPTS_BETWEEN_KILLS)
            load.set_up(is_up=victim not in ("run", "api"))
            await parts.die(victim)
            load.set_up(is_up=True)
        await numbers.join()
        for poster in posters:
            poster.cancel()
        await docketed(court, total)
        await taken(rms, total)
        assert set(await parts.end()) == {0}

    have_one_effect_each(tmp_path / "docket.db", tmp_path / "rms.db", total)

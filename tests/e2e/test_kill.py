"""kill -9 under load, ten times: each receipted ticket has one effect at court and RMS."""

import asyncio
import json
import socket
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest

from hub.testing import samples
from hub.testing.odyssey import ToyOdyssey
from hub.testing.rms import ToyRms
from tests.e2e import hub_process
from tests.e2e.hub_process import HubProcess

KILLS = 10
RECEIPTS_BETWEEN_KILLS = 20
POSTERS = 8
IN_TIME = "2026-02-18T20:54:00Z"
COURT_SECONDS = 100
RMS_SECONDS = 150

pytestmark = pytest.mark.timeout(400)


@dataclass
class Stack:
    """Settings of a hub; `amqp` is where its court consumes, None = from the mailbox."""

    environment: dict[str, str]
    amqp: str | None = None

    async def court_arguments(self, address: str) -> list[str]:
        """How the court reaches the hub."""
        if self.amqp is not None:
            return ["--amqp", self.amqp]
        scope = ("--role", "destination", "--destination", "court.odyssey")
        key = await issue(self.environment, "create", "court", *scope)
        return ["--url", address, "--key", key]


@pytest.fixture(params=["embedded", "servers"])
async def stack(request: pytest.FixtureRequest, tmp_path: Path) -> Stack:
    common = {"HUB_LOG_LEVEL": "warning", "HUB_CLAIM_SECONDS": "5"}
    common["HUB_PUSH_RETRY_SECONDS"] = "0.2"
    stack = Stack({"HUB_DATABASE_URL": f"sqlite:///{tmp_path / 'hub.db'}"} | common)
    if request.param == "servers":
        database, vhost = map(request.getfixturevalue, ("postgres_database", "amqp_vhost"))
        urls = {"HUB_DATABASE_URL": database, "HUB_BROKER_URL": vhost}
        stack = Stack(urls | common, amqp=vhost)
        await hub_process.run(stack.environment, "migrate")
    tables = Path(samples.__file__).parents[2] / "reference" / "data"
    await hub_process.run(stack.environment, "reference", "import", str(tables))
    return stack


async def issue(environment: dict[str, str], *arguments: str) -> str:
    printed = await hub_process.run(environment, "client", *arguments, "--json")
    key: str = json.loads(printed)["key"]
    return key


@dataclass
class Load:
    """Posts tickets until each has its receipt, however often the hub dies in between."""

    http: httpx2.AsyncClient
    key: str
    receipts: dict[int, str] = field(default_factory=dict)
    _is_up: asyncio.Event = field(default_factory=asyncio.Event)
    _receipted: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def post(self, numbers: asyncio.Queue[int]) -> None:
        """Post numbers one after another; cancelled when all are done."""
        while True:
            number = await numbers.get()
            self.receipts[number] = await self._post_until_receipted(number)
            numbers.task_done()
            async with self._receipted:
                self._receipted.notify_all()

    async def wait_for(self, count: int) -> None:
        async with self._receipted:
            await self._receipted.wait_for(lambda: len(self.receipts) >= count)

    def set_up(self, *, is_up: bool) -> None:
        if is_up:
            self._is_up.set()
        else:
            self._is_up.clear()

    async def _post_until_receipted(self, number: int) -> str:
        headers = {
            "Authorization": f"Bearer {self.key}",
            "Content-Type": "application/xml",
            "X-Hub-Received-At": IN_TIME,
        }
        body = samples.ticket(number)
        while True:
            await self._is_up.wait()
            try:
                answer = await self.http.post(
                    "/v1/submissions/tracs", content=body, headers=headers
                )
            except httpx2.TransportError:
                await asyncio.sleep(0)
                continue
            if answer.status_code in (200, 202):
                (document,) = answer.json()["documents"]
                return str(document["outcome"])
            assert answer.status_code == 503, answer.text


async def test_every_receipted_ticket_has_one_effect_at_court_and_rms(
    stack: Stack, tmp_path: Path
) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    docket = tmp_path / "docket.db"
    total = (KILLS + 1) * RECEIPTS_BETWEEN_KILLS
    key = await issue(stack.environment, "key", "vt-dps-tracs", "--backfill")
    court_arguments = await stack.court_arguments(address)
    numbers = all_numbers(total)

    async with (
        hub_process.running(
            {}, "simulate", "odyssey", "--docket", str(docket), *court_arguments
        ) as court,
        hub_process.running({}, *rms_arguments(tmp_path)) as rms,
        httpx2.AsyncClient(base_url=address, timeout=30) as http,
        asyncio.TaskGroup() as group,
    ):
        stack.environment["HUB_RMS_SPILLMAN_URL"] = rms.line.rpartition(" ")[2]
        hub = await start_hub(stack, port)
        load = Load(http, key)
        load.set_up(is_up=True)
        posters = [group.create_task(load.post(numbers)) for _ in range(POSTERS)]
        for kill in range(1, KILLS + 1):
            await load.wait_for(kill * RECEIPTS_BETWEEN_KILLS)
            load.set_up(is_up=False)
            await hub.kill()
            hub = await start_hub(stack, port)
            load.set_up(is_up=True)
        await numbers.join()
        for poster in posters:
            poster.cancel()
        await docketed(court, total)
        await taken(rms, total)
        assert await hub.end() == 0

    have_one_effect_each(docket, tmp_path / "rms.db", total)
    assert set(load.receipts.values()) <= {"accepted", "duplicate"}


async def start_hub(stack: Stack, port: int) -> HubProcess:
    hub = await hub_process.start(stack.environment, "run", "--port", str(port))
    assert hub.line == f"The hub listens on http://127.0.0.1:{port}"
    return hub


async def docketed(court: HubProcess, total: int) -> None:
    """Read what the court says until it has named every number."""
    named: set[str] = set()
    async with asyncio.timeout(COURT_SECONDS):
        while len(named) < total:
            line = await court.read_line()
            assert line, "the court ended"
            named.add(line.split()[0])


def all_numbers(total: int) -> asyncio.Queue[int]:
    """The numbers 1 to `total`, to be posted."""
    numbers: asyncio.Queue[int] = asyncio.Queue()
    for number in range(1, total + 1):
        numbers.put_nowait(number)
    return numbers


def have_one_effect_each(docket: Path, records: Path, total: int) -> None:
    """Court and RMS hold every number once, and nothing else."""
    wanted = [f"{number:08d}" for number in range(1, total + 1)]
    effects = ToyRms(records).effects()
    assert sorted(entry.number for entry in ToyOdyssey(docket).entries()) == wanted
    assert sorted(effect.number for effect in effects) == wanted
    assert all(effect.is_applied for effect in effects)


def rms_arguments(folder: Path) -> list[str]:
    """A toy RMS on a free port; a copy it has seen is answered 409."""
    records = str(folder / "rms.db")
    return ["simulate", "rms", "--records", records, "--port", "0", "--seen-status", "409"]


async def taken(rms: HubProcess, total: int) -> None:
    """Read what the RMS says until it has taken so many messages."""
    keys: set[str] = set()
    async with asyncio.timeout(RMS_SECONDS):
        while len(keys) < total:
            line = await rms.read_line()
            assert line, "the RMS ended"
            key, status = line.split()
            keys.update({key} if status in ("200", "201", "409") else ())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

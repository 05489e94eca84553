"""What taking a ticket costs: the hub beside itself without group commit, and beside a plain build.

All three take the same tickets from 32 connections in this process (no socket), each into a
database of its own, on the same drivers and with the same durability. None runs a relay, and none
writes log lines. Rounds alternate; who begins changes from round to round.
"""

import asyncio
import contextlib
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from uvicorn.loops.auto import auto_loop_factory

import hub.intake
from bench.plain import PlainBuild
from bench.posting import Door
from hub.bootstrap.node import assemble
from hub.bootstrap.opening import open_hub
from hub.domain.errors import Misconfigured
from hub.reference import shipped_tables
from hub.store.engine import open_database
from hub.store.migration import migrate
from hub.testing import samples
from hub.testing.servers import postgres_server

ROUNDS = 9
ROUNDS_MIN = 3
SECONDS_MAX = 35  # for one store; a slow machine gets fewer rounds
TICKETS = 320
IN_TIME = "2026-02-18T20:54:00Z"  # a time of receipt at which `samples.ticket` is clean
CLIENT = "vt-dps-tracs"
UNLIMITED: dict[str, Any] = {
    "client_requests_per_second": 1_000_000,
    "client_burst_requests": 1_000_000,
}

Results = dict[str, dict[str, object]]
CreateDatabase = Callable[[str], str]
"""Creates an empty database of this name; gives its URL."""


@dataclass(frozen=True)
class Cost:
    """What one round cost: CPU of this process, so without PostgreSQL's own."""

    cpu_microseconds_per_ticket: float
    tickets_per_second: float


@dataclass
class Contender:
    """Somebody who takes tickets, and what that cost in each round."""

    door: Door
    batch_submissions_max: int = hub.intake.BATCH_SUBMISSIONS_MAX
    costs: list[Cost] = field(default_factory=list)

    async def take(self, tickets: list[bytes]) -> Cost:
        """Post these tickets."""
        with patch.object(hub.intake, "BATCH_SUBMISSIONS_MAX", self.batch_submissions_max):
            cpu, wall = time.process_time_ns(), time.perf_counter()
            await self.door.post_all(tickets)
            cpu, seconds = time.process_time_ns() - cpu, time.perf_counter() - wall
        return Cost(cpu / 1000 / len(tickets), len(tickets) / seconds)


@asynccontextmanager
async def hub_door(database_url: str) -> AsyncIterator[Door]:
    """A hub's own application on an empty database, with its intake running."""
    await asyncio.to_thread(migrate, database_url)
    async with open_hub(database_url=database_url, log_level="error", **UNLIMITED) as opened:
        await opened.import_reference(shipped_tables())
        key = (await opened.accounts.issue_key(CLIENT, may_backfill=True)).key
        node = assemble(opened)
        intake = asyncio.create_task(node.intake.run())
        headers = {"authorization": f"Bearer {key}", "x-hub-received-at": IN_TIME}
        yield Door(node.app, "/v1/submissions/tracs", headers)
        intake.cancel()


@asynccontextmanager
async def plain_door(database_url: str) -> AsyncIterator[Door]:
    """The plain build on an empty database."""
    database = open_database(database_url)
    plain = PlainBuild(database)
    await plain.create_tables()
    yield Door(plain.app, "/citations", {})
    await database.close()


@asynccontextmanager
async def contenders(create_database: CreateDatabase) -> AsyncIterator[dict[str, Contender]]:
    async with (
        hub_door(create_database("hub")) as door,
        hub_door(create_database("batch_of_one")) as ungrouped,
        plain_door(create_database("plain")) as plain,
    ):
        yield {
            "hub": Contender(door),
            "batch-of-one": Contender(ungrouped, batch_submissions_max=1),
            "plain-build": Contender(plain),
        }


def tickets_of(number: int) -> list[bytes]:
    """The tickets of a round; no two rounds share one."""
    first = 73_000_000 + number * TICKETS
    return [samples.ticket(one) for one in range(first, first + TICKETS)]


async def race(create_database: CreateDatabase) -> dict[str, list[Cost]]:
    """The costs of each contender, round by round; the first round warms up and is left out."""
    async with contenders(create_database) as named:
        turns = list(named.values())
        deadline = time.monotonic() + SECONDS_MAX
        for number in range(ROUNDS + 1):
            if number > ROUNDS_MIN and time.monotonic() > deadline:
                break
            tickets = tickets_of(number)
            for one in turns:
                one.costs.append(await one.take(tickets))
            turns.append(turns.pop(0))
        return {name: one.costs[1:] for name, one in named.items()}


def compare(ours: list[Cost], theirs: list[Cost]) -> dict[str, object]:
    """Medians, and medians of the ratios within each round."""
    rounds = list(zip(ours, theirs, strict=True))
    cpu = [a.cpu_microseconds_per_ticket / b.cpu_microseconds_per_ticket for a, b in rounds]
    rate = [a.tickets_per_second / b.tickets_per_second for a, b in rounds]
    return {
        "microseconds_per_ticket": median(one.cpu_microseconds_per_ticket for one in ours),
        "twin_microseconds_per_ticket": median(one.cpu_microseconds_per_ticket for one in theirs),
        "tickets_per_second": median(one.tickets_per_second for one in ours),
        "twin_tickets_per_second": median(one.tickets_per_second for one in theirs),
        "cpu_ratio": round(statistics.median(cpu), 2),
        "throughput_ratio": round(statistics.median(rate), 2),
        "spread": [round(min(cpu), 2), round(max(cpu), 2)],
        "throughput_spread": [round(min(rate), 2), round(max(rate), 2)],
        "rounds": len(rounds),
    }


def median(values: Iterator[float]) -> float:
    return round(statistics.median(values), 1)


def measure_store(store: str, create_database: CreateDatabase) -> Results:
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        costs = runner.run(race(create_database))
    ours = costs.pop("hub")
    return {f"intake-{store}-{name}": compare(ours, theirs) for name, theirs in costs.items()}


def measure_sqlite() -> Results:
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as directory:
        return measure_store("sqlite", lambda name: f"sqlite:///{directory}/{name}.db")


def measure_postgresql() -> Results:
    """Nothing where PostgreSQL can not be started; the table then says so."""
    with contextlib.ExitStack() as stack:
        try:
            server = stack.enter_context(postgres_server())
        except Misconfigured:
            return {}
        return measure_store("postgresql", server.create_database)

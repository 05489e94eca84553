"""`hub bench`: load on a running hub, and what it bore."""

import asyncio
import math
import secrets
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Annotated, Any
from urllib.parse import urlsplit

import httpx2
import typer
from rich.console import Console
from rich.progress import Progress, TaskID

from hub.cli import output
from hub.domain.errors import Forbidden, Invalid
from hub.testing import samples

app = typer.Typer(no_args_is_help=True)

_TIMEOUT_SECONDS = 60
_RECEIPT_STATUSES = frozenset({200, 202, 422})
_RETRY_AFTER_SECONDS_MAX = 5.0
_NUMBERS = 10**8


@app.callback()
def _noun() -> None:
    """Load on a running hub, and what it bore."""


@app.command("post")
def post(
    url: Annotated[str, typer.Option(help="Address of the hub.")] = "http://127.0.0.1:8080",
    key: Annotated[
        str, typer.Option(envvar="CITATION_HUB_KEY", help="API key of a TraCS client.")
    ] = "",
    connections: Annotated[int, typer.Option(min=1, max=500, help="How many post at once.")] = 8,
    count: Annotated[int, typer.Option(min=1, max=10_000_000, help="At most so many.")] = 1_000,
    seconds: Annotated[float, typer.Option(min=0.1, max=86_400, help="At most so long.")] = 60,
    first_number: Annotated[
        int | None, typer.Option(min=0, max=_NUMBERS - 1, help="First ticket number; else random.")
    ] = None,
    received_at: Annotated[
        str | None, typer.Option(help="Claimed time of receipt; needs a key made with --backfill.")
    ] = None,
    yes_really: Annotated[
        bool, typer.Option("--yes-really", help="Post to a hub that is not on this machine.")
    ] = False,
    as_json: output.AsJson = False,
) -> None:
    """Post generated tickets, each with a number of its own, and say how fast receipts came.

    The tickets are synthetic, but the hub cannot know that: it sends each accepted one to its
    court. So it posts to this machine only, unless told --yes-really. Issued on 2026-02-18, they
    are late by now (T503), which --received-at 2026-02-18T20:54:00Z mends. Exit status 1 when a
    post got no receipt.
    """
    if not key:
        raise Invalid("Give the API key with --key or in the variable CITATION_HUB_KEY.")
    if not (yes_really or _is_loopback(url)):
        raise Forbidden(
            f"{url} is not on this machine, and what is posted there goes on to its court as a"
            " ticket. If that is a trial hub, say --yes-really."
        )
    first = secrets.randbelow(_NUMBERS) if first_number is None else first_number
    load = Load(url, key, received_at, time.monotonic() + seconds)
    with Progress(console=Console(stderr=True), transient=True, disable=as_json) as progress:
        task = progress.add_task("Posting", total=count)
        output.run(load.run(_numbers(first, count), connections, progress, task))
    _print(load, as_json=as_json)
    raise typer.Exit(1 if load.errors else 0)


@dataclass
class Load:
    """Posts tickets until they are used up or time is over, and keeps the figures.

    `until` is on the monotonic clock; what was begun before it is waited for.
    """

    url: str
    key: str
    received_at: str | None
    until: float
    latencies_ms: list[float] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    elapsed_seconds: float = 0.0

    async def run(
        self, numbers: Iterator[int], connections: int, progress: Progress, task: TaskID
    ) -> None:
        """Post over so many connections."""
        begun = time.monotonic()
        async with httpx2.AsyncClient(
            base_url=self.url,
            headers=self._headers(),
            timeout=_TIMEOUT_SECONDS,
            limits=httpx2.Limits(max_connections=connections),
        ) as http:
            posters = (self._post_all(http, numbers, progress, task) for _ in range(connections))
            await asyncio.gather(*posters)
        self.elapsed_seconds = time.monotonic() - begun

    async def _post_all(
        self, http: httpx2.AsyncClient, numbers: Iterator[int], progress: Progress, task: TaskID
    ) -> None:
        for number in numbers:
            await self._post(http, samples.ticket(number))
            progress.advance(task)
            if time.monotonic() >= self.until:
                return

    async def _post(self, http: httpx2.AsyncClient, ticket: bytes) -> None:
        begun = time.perf_counter()
        try:
            answer = await http.post("/v1/submissions/tracs", content=ticket)
        except httpx2.HTTPError as error:
            self.errors[type(error).__name__] += 1
            await self._wait(1.0)
            return
        if answer.status_code not in _RECEIPT_STATUSES:
            self.errors[str(answer.status_code)] += 1
            await self._wait(_retry_after_seconds(answer))
            return
        self.latencies_ms.append((time.perf_counter() - begun) * 1000)
        documents = answer.json()["documents"]
        self.outcomes.update([one["outcome"] for one in documents] or ["unjudged"])

    async def _wait(self, seconds: float) -> None:
        """Leave a hub in trouble alone for a while, but not beyond the end."""
        await asyncio.sleep(max(0.0, min(seconds, self.until - time.monotonic())))

    def _headers(self) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/xml"}
        if self.received_at is not None:
            headers["X-Hub-Received-At"] = self.received_at
        return headers


def percentile(sorted_values: Sequence[float], percent: float) -> float | None:
    """The nearest-rank percentile of sorted values; None of none."""
    if not sorted_values:
        return None
    return sorted_values[max(0, math.ceil(len(sorted_values) * percent / 100) - 1)]


def _numbers(first: int, count: int) -> Iterator[int]:
    return iter([(first + step) % _NUMBERS for step in range(count)])


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _retry_after_seconds(answer: httpx2.Response) -> float:
    said = answer.headers.get("Retry-After", "")
    return min(float(said), _RETRY_AFTER_SECONDS_MAX) if said.isdecimal() else 0.0


def _figures(load: Load) -> dict[str, Any]:
    latencies = sorted(load.latencies_ms)
    milliseconds = {
        f"p{percent}_ms": None if value is None else round(value, 1)
        for percent in (50, 95, 99)
        for value in [percentile(latencies, percent)]
    }
    return {
        "receipts": len(latencies),
        "seconds": round(load.elapsed_seconds, 2),
        "receipts_per_second": round(len(latencies) / load.elapsed_seconds, 1),
        **milliseconds,
        "outcomes": dict(load.outcomes),
        "errors": dict(load.errors),
    }


def _print(load: Load, *, as_json: bool) -> None:
    figures = _figures(load)
    if as_json:
        output.print_json(figures)
        return
    counts = {name: _words(figures.pop(name)) for name in ("outcomes", "errors")}
    rows = [{"figure": name, "value": value} for name, value in {**figures, **counts}.items()]
    output.print_rows(rows)


def _words(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "none"

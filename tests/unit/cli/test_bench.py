"""`hub bench post`: bounded, to this machine only, with figures that add up."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from typer.testing import CliRunner, Result

from hub.cli import build
from hub.cli.bench import percentile

Answer = tuple[int, dict[str, str], Any]
RECEIPT = {"documents": [{"outcome": "accepted"}]}


class FixedHub:
    """A door that answers in turn as told, the last answer for ever; keeps what was posted."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.posted: list[tuple[bytes, dict[str, str]]] = []

    async def take(self, request: Request) -> Response:
        self.posted.append((await request.body(), dict(request.headers)))
        status, headers, body = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
        return JSONResponse(body, status, headers)


@contextmanager
def serving(hub: FixedHub) -> Iterator[str]:
    """The door at a socket, in a thread of its own: the command has the loop of this one."""
    app = Starlette(routes=[Route("/v1/submissions/tracs", hub.take, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, log_config=None))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def bench(*arguments: object) -> Result:
    command = ["bench", "post", "--key", "k", *map(str, arguments)]
    return CliRunner().invoke(build(["bench"]), command)


def test_so_many_tickets_are_posted_each_with_its_own_number_and_counted() -> None:
    hub = FixedHub((202, {}, RECEIPT))
    with serving(hub) as url:
        result = bench(
            "--url", url, "--count", 20, "--connections", 3, "--first-number", 99_999_990, "--json"
        )

    figures = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (figures["receipts"], figures["outcomes"]) == (20, {"accepted": 20})
    assert figures["errors"] == {}
    assert 0 < figures["p50_ms"] <= figures["p95_ms"] <= figures["p99_ms"]
    assert figures["receipts_per_second"] > 0
    wanted = {
        b"<CitationNumber>%08d<" % (number % 10**8) for number in range(99_999_990, 100_000_010)
    }
    assert {one for one in wanted for body, _ in hub.posted if one in body} == wanted
    assert {sent["authorization"] for _, sent in hub.posted} == {"Bearer k"}
    assert "x-hub-received-at" not in hub.posted[0][1]


def test_what_gets_no_receipt_is_an_error_by_its_status_and_exit_status_1() -> None:
    busy: Answer = (503, {"Retry-After": "0"}, {})
    hub = FixedHub(busy, (429, {}, {}), (422, {}, {"documents": []}), (202, {}, RECEIPT))
    with serving(hub) as url:
        result = bench("--url", url, "--count", 5, "--connections", 1, "--json")

    figures = json.loads(result.stdout)
    assert figures["errors"] == {"503": 1, "429": 1}
    assert figures["outcomes"] == {"unjudged": 1, "accepted": 2}
    assert result.exit_code == 1


def test_it_ends_when_its_time_is_over() -> None:
    hub = FixedHub((202, {}, RECEIPT))
    with serving(hub) as url:
        result = bench(
            "--url", url, "--seconds", 0.2, "--count", 1_000_000,
            "--received-at", "2026-02-18T20:54:00Z",
        )  # fmt: skip

    assert result.exit_code == 0
    assert 0 < len(hub.posted) < 100_000
    assert hub.posted[0][1]["x-hub-received-at"] == "2026-02-18T20:54:00Z"
    assert "p95" in result.stdout
    assert f"{len(hub.posted)} accepted" in result.stdout


def test_a_hub_that_is_not_there_is_counted_and_not_hammered() -> None:
    result = bench("--url", "http://127.0.0.1:1", "--seconds", 0.1, "--json")

    figures = json.loads(result.stdout)
    assert figures["errors"] == {"ConnectError": 8}
    assert (figures["receipts"], figures["p50_ms"]) == (0, None)


@pytest.mark.parametrize("url", ["https://hub.example", "http://10.0.0.7:8080", "http://[::2]"])
def test_another_machine_needs_a_word_and_hears_why(url: str) -> None:
    result = bench("--url", url, "--count", 1)

    assert result.exit_code == 1
    assert "goes on to its court" in str(result.exception)


def test_a_key_is_needed() -> None:
    result = CliRunner().invoke(build(["bench"]), ["bench", "post"], env={"CITATION_HUB_KEY": ""})

    assert "--key" in str(result.exception)


@pytest.mark.parametrize(
    ("percent", "wanted"), [(50, 50), (95, 95), (99, 99), (100, 100), (0.1, 1)]
)
def test_percentiles_are_nearest_rank(percent: float, wanted: int) -> None:
    assert percentile(range(1, 101), percent) == wanted
    assert percentile([7], percent) == 7

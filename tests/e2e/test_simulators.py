"""The simulators as processes: they say where they are, misbehave as told, and end when told."""

import asyncio
from pathlib import Path

import httpx2
import pytest
from typer.testing import CliRunner

from hub.cli import build
from hub.testing.rms import ToyRms
from tests.e2e import hub_process
from tests.unit.testing.test_toy_rms import BODY, headers


async def push(address: str, key: str = "m-1") -> httpx2.Response:
    async with httpx2.AsyncClient() as http:
        return await http.post(address, content=BODY, headers=headers(key))


async def test_the_rms_takes_a_push_says_so_and_ends_cleanly(tmp_path: Path) -> None:
    records = tmp_path / "rms.db"
    command = ("simulate", "rms", "--records", str(records), "--port", "0")
    async with hub_process.running({}, *command) as process:
        answer = await push(process.line.rsplit(" ", 1)[1])

        assert answer.status_code == 201
        assert await process.read_line() == "m-1 201"
        assert await process.end() == 0
    rms = ToyRms(records)
    assert rms.comings() == {"m-1": 1}
    rms.close()


async def test_the_rms_ends_at_a_death_where_it_was_told_to(tmp_path: Path) -> None:
    command = ("simulate", "rms", "--records", str(tmp_path / "rms.db"), "--port", "0")
    async with hub_process.running({}, *command, "--faults", "die=1", "--exit-on-death") as process:
        with pytest.raises(httpx2.TransportError):
            await push(process.line.rsplit(" ", 1)[1])

        assert await process.read_line() == "m-1 died"
        assert await asyncio.wait_for(process.process.wait(), 20) == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["odyssey", "--docket", "x.db"], "Give the hub's --url"),
        (["odyssey", "--docket", "x.db", "--url", "u", "--faults", "busy=1"], "no fault 'busy'"),
        (["rms", "--records", "x.db", "--faults", "die=2"], "'die=2' should look like"),
        (["rms", "--records", "x.db", "--cert", "c.pem"], "--cert-key"),
        (["rms", "--records", "x.db", "--seen-status", "500"], "200 or 409"),
    ],
)
def test_wrong_usage_is_one_sentence(arguments: list[str], sentence: str) -> None:
    result = CliRunner().invoke(build(["simulate"]), ["simulate", *arguments])

    assert result.exit_code == 1
    assert sentence in str(result.exception)

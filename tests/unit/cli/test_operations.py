"""Destinations, deliveries and queues on the command line."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from hub.cli import build
from hub.domain.errors import Misconfigured, NotFound
from tests.conftest import Prepared


@pytest.fixture(autouse=True)
def _database(prepared: Prepared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = shutil.copy(prepared[0], tmp_path / "hub.db")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUB_DATABASE_URL", f"sqlite:///{path}")
    monkeypatch.setenv("HUB_LOG_LEVEL", "error")


def hub(*arguments: str) -> str:
    result = CliRunner().invoke(build([arguments[0]]), list(arguments))
    if result.exception is not None:
        raise result.exception
    return result.stdout


def rows(*arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in hub(*arguments, "--json").splitlines()]


def test_a_destination_is_paused_and_resumed() -> None:
    assert hub("destinations", "pause", "rms.spillman") == "rms.spillman is paused.\n"
    states = {row["destination"]: row["state"] for row in rows("destinations", "list")}
    assert states == {"court.odyssey": "open", "rms.spillman": "paused"}

    hub("destinations", "resume", "rms.spillman")
    assert {row["state"] for row in rows("destinations", "list")} == {"open"}


def test_an_unknown_destination_is_named_with_the_known_ones() -> None:
    with pytest.raises(NotFound, match=r"court\.odyssey, rms\.spillman"):
        hub("destinations", "pause", "court.nowhere")


def test_queues_of_an_idle_hub_are_empty() -> None:
    assert rows("queues") == [
        {"queue": "court.odyssey", "ready": 0, "dead": 0},
        {"queue": "rms.spillman", "ready": 0, "dead": 0},
    ]


def test_nothing_to_send_again_is_said() -> None:
    assert rows("deliveries", "list") == []
    said = hub("deliveries", "republish", "--destination", "court.odyssey")
    assert said == "0 deliveries to court.odyssey will be sent again.\n"


@pytest.mark.parametrize("part", ["api", "relay", "worker"])
def test_a_part_alone_wants_a_broker_between_processes(part: str) -> None:
    with pytest.raises(Misconfigured, match="HUB_BROKER_URL"):
        hub(part)

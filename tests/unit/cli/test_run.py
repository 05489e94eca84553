"""How a process of the hub ends when something is wrong: one sentence, status 1."""

import json
import socket
import sys
from pathlib import Path

import pytest

from hub.cli import main


@pytest.fixture(autouse=True)
def _settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUB_LOG_LEVEL", "error")
    monkeypatch.setenv("HUB_LOG_FORMAT", "json")


def lines_of_an_end(capfd: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    """What a command that fails says on standard error."""
    sys.argv[1:] = arguments
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 1
    return capfd.readouterr().err.splitlines()


def test_a_port_in_use_is_named(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["hub"])
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = lines_of_an_end(capfd, "run", "--host", "127.0.0.1", "--port", str(port))

    assert said[-1].startswith(f"hub: The hub cannot listen on 127.0.0.1:{port}")
    assert not [line for line in said if "Traceback" in line]


def test_a_bug_ends_the_process_with_a_sentence_and_its_places_in_the_log(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise ZeroDivisionError("a personal value")

    monkeypatch.setattr(sys, "argv", ["hub"])
    monkeypatch.setattr("hub.bootstrap.exchange.Exchange.run", fail)

    logged, sentence = lines_of_an_end(capfd, "run", "--port", "0")

    line = json.loads(logged)
    assert (line["event"], line["bug"]) == ("process.failed", "ZeroDivisionError")
    assert line["where"][-1].startswith("test_run.py:")
    assert sentence.startswith("hub: A bug ended the hub (ZeroDivisionError)")

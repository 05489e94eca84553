"""`hub client`: a scope that cannot work is refused; keys are changed over."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hub.cli import build
from hub.domain.errors import HubError


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_DATABASE_URL", f"sqlite:///{tmp_path / 'hub.db'}")


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("a", "--role", "submitter"), "at least one source"),
        (("a", "--role", "submitter", "--source", "nope"), "no source nope"),
        (("a", "--role", "destination"), "needs its destination"),
        (("a", "--role", "destination", "--destination", "nope"), "no destination nope"),
        (("", "--role", "auditor"), "one line"),
        (("a\nb", "--role", "auditor"), "one line"),
        (("vt-dps-tracs", "--role", "auditor"), "a client vt-dps-tracs already"),
    ],
)
def test_a_client_that_could_do_nothing_is_not_made(
    arguments: tuple[str, ...], sentence: str
) -> None:
    result = CliRunner().invoke(build(["client"]), ["client", "create", *arguments])

    assert isinstance(result.exception, HubError)
    assert sentence in str(result.exception)


def run(*arguments: str) -> str:
    """Run a command that succeeds; gives what it prints."""
    result = CliRunner().invoke(build(["client"]), ["client", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.usefixtures("database")
def test_keys_are_changed_over_and_a_client_is_shut_out_and_let_in() -> None:
    run("create", "new-pd", "--role", "submitter", "--source", "tracs", "--rate", "5")
    run("key", "new-pd", "--json")

    third = CliRunner().invoke(build(["client"]), ["client", "key", "new-pd"])
    first, _ = (json.loads(line) for line in run("keys", "new-pd", "--json").splitlines())
    run("retire", "new-pd", first["key"])
    run("disable", "new-pd")
    listed = [json.loads(line) for line in run("list", "--json").splitlines()]
    run("enable", "new-pd")

    assert "two live keys" in str(third.exception)
    assert [one["disabled"] for one in listed if one["client"] == "new-pd"] == [True]
    keys = [json.loads(line) for line in run("keys", "new-pd", "--json").splitlines()]
    assert [key["retired_at"] is None for key in keys] == [False, True]

"""`hub client create`: a scope that cannot work is refused before there is a client."""

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

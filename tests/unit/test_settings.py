"""Settings: one class, one documented table, one sentence for what is wrong."""

from pathlib import Path

import pytest

from hub.bootstrap.opening import describe_settings, read_settings
from hub.domain.errors import Misconfigured

DOCS = Path(__file__).parents[2] / "docs" / "SETTINGS.md"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_documented_table_is_the_code() -> None:
    rows = [
        f"| `{row['setting']}` | `{row['default']}` | {row['meaning']} |"
        for row in describe_settings()
    ]

    assert [line for line in DOCS.read_text().splitlines() if line.startswith("| `")] == rows


def test_environment_wins_over_the_file_and_the_file_over_defaults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hub.toml").write_text('port = 8081\nhost = "127.0.0.2"\n')
    monkeypatch.setenv("HUB_PORT", "8082")

    settings = read_settings()

    assert (settings.port, settings.host, settings.log_level) == (8082, "127.0.0.2", "info")


def test_an_unknown_setting_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_DATABASE", "x")

    with pytest.raises(Misconfigured, match="HUB_DATABASE is not a setting"):
        read_settings()


def test_an_unknown_name_in_the_file_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "hub.toml").write_text("prot = 8081\n")

    with pytest.raises(Misconfigured, match="prot"):
        read_settings()


def test_an_invalid_secret_is_named_and_never_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_DATABASE_URL", "oracle://scott:tiger@host/db")

    with pytest.raises(Misconfigured) as refused:
        read_settings()

    assert "database_url" in str(refused.value)
    assert "tiger" not in str(refused.value)


def test_a_secret_may_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "url"
    secret.write_text("amqp://hub:word@127.0.0.1/\n")
    monkeypatch.setenv("HUB_BROKER_URL_FILE", str(secret))

    assert read_settings().broker_url == "amqp://hub:word@127.0.0.1/"


def test_a_secret_file_that_is_not_there_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_BROKER_URL_FILE", "/nowhere/url")

    with pytest.raises(Misconfigured, match="broker_url"):
        read_settings()


def test_a_config_that_is_not_there_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_CONFIG", "/nowhere/hub.toml")

    with pytest.raises(Misconfigured, match="HUB_CONFIG"):
        read_settings()


def test_a_password_in_an_address_is_not_in_what_the_settings_show() -> None:
    settings = read_settings(
        database_url="postgresql://hub:secret@host/hub", broker_url="amqp://hub:secret@host/"
    )

    assert "secret" not in repr(settings)
    assert "secret" not in str(settings)

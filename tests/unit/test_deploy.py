"""What `deploy/` says agrees with the hub: its settings, its commands, its accounts."""

import base64
import hashlib
import json
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from deploy.make_secrets import DEFINITIONS, HUB, account_file, make_secrets
from hub.bootstrap.registry import ROUTES
from hub.cli import COMMANDS
from hub.settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
DOCKERFILE = (DEPLOY / "Dockerfile").read_text().replace("\\\n", " ")
SETTINGS = {f"HUB_{name.upper()}" for name in Settings.model_fields}
OUR_SERVICES = {
    name: one for name, one in COMPOSE["services"].items() if one["image"] == "citation-hub"
}


def file_of(folder: Path, name: str) -> str:
    return (folder / name).read_text()


# --- secrets ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("deploy") / "secrets"
    subprocess.run([sys.executable, DEPLOY / "make_secrets.py", folder], check=True)
    return folder


def test_urls_are_settings_the_hub_takes(secrets: Path) -> None:
    settings = Settings(
        database_url=file_of(secrets, "database_url"), broker_url=file_of(secrets, "broker_url")
    )

    assert file_of(secrets, "postgres_password") in settings.database_url
    assert settings.broker_url.endswith("@rabbitmq:5672/citation-hub")


def test_every_account_has_the_salted_hash_of_its_own_password(secrets: Path) -> None:
    users = json.loads(file_of(secrets, "rabbitmq_definitions.json"))["users"]

    passwords = {user["name"]: account_file(secrets, user["name"]).read_text() for user in users}
    assert len(set(passwords.values())) == len(users) == 1 + len(ROUTES)
    for user in users:
        raw = base64.b64decode(user["password_hash"])
        assert raw[4:] == hashlib.sha256(raw[:4] + passwords[user["name"]].encode()).digest()


def test_only_its_owner_looks_into_the_folder(secrets: Path) -> None:
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700


def test_made_again_passwords_stay_and_a_deleted_one_is_new_everywhere(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    make_secrets(folder)
    court, hub = account_file(folder, "court.odyssey"), account_file(folder, HUB)
    before = (court.read_text(), hub.read_text(), file_of(folder, "broker_url"))

    court.unlink()
    make_secrets(folder)
    assert (hub.read_text(), file_of(folder, "broker_url")) == before[1:]
    assert court.read_text() != before[0]
    hub.unlink()
    make_secrets(folder)
    assert hub.read_text() in file_of(folder, "broker_url") != before[2]


# --- RabbitMQ's accounts ------------------------------------------------------------------------


def test_no_password_and_no_guest_is_committed() -> None:
    users = json.loads(DEFINITIONS.read_text())["users"]

    assert all("password" not in key for user in users for key in user)
    assert "guest" not in {user["name"] for user in users}
    assert all(user["tags"] == [] for user in users)


def test_a_destination_may_read_its_queue_and_write_its_replies_and_nothing_else() -> None:
    definitions = json.loads(DEFINITIONS.read_text())
    destinations = {user["name"] for user in definitions["users"]} - {HUB}
    by_user = {one["user"]: one for one in definitions["permissions"]}
    topics = {one["user"]: one for one in definitions["topic_permissions"]}

    assert destinations == ROUTES.keys()
    assert by_user.keys() == topics.keys() == destinations | {HUB}
    assert len(definitions["permissions"] + definitions["topic_permissions"]) == 2 * len(by_user)
    for name in destinations:
        own = f"^{re.escape(name)}$"
        scope = {"user": name, "vhost": "citation-hub"}
        assert by_user[name] == scope | {
            "configure": "^$",
            "write": r"^hub\.replies$",
            "read": own,
        }
        assert topics[name] == scope | {"exchange": "hub.replies", "write": own, "read": "^$"}


# --- containers ---------------------------------------------------------------------------------


def test_every_secret_of_the_compose_file_is_made_or_is_the_certificate(secrets: Path) -> None:
    made = {f"secrets/{path.name}" for path in secrets.iterdir()}
    wanted = {one["file"] for one in COMPOSE["secrets"].values()}

    assert wanted - made == {"secrets/tls.crt", "secrets/tls.key"}
    used = {name for one in COMPOSE["services"].values() for name in one.get("secrets", ())}
    assert used == COMPOSE["secrets"].keys()


def test_the_compose_file_gives_settings_and_commands_the_hub_knows() -> None:
    for name, service in OUR_SERVICES.items():
        names = {one.removesuffix("_FILE") for one in service["environment"]}
        assert names <= SETTINGS
        assert service["command"] == [name]
        assert name in COMMANDS
    assert OUR_SERVICES.keys() == {"migrate", "api", "relay", "worker", "chores"}


def test_no_password_stands_in_an_environment() -> None:
    for service in COMPOSE["services"].values():
        for name, value in service.get("environment", {}).items():
            assert not re.search("PASSWORD|URL", name) or value.startswith("/run/secrets/")


def test_containers_of_ours_are_confined_and_reached_through_loopback_only() -> None:
    for service in OUR_SERVICES.values():
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
    assert "ports" not in COMPOSE["services"]["postgres"]
    assert COMPOSE["services"]["rabbitmq"]["ports"] == ["5671:5671"]


def test_images_have_a_version_and_name_no_registry() -> None:
    images = [one["image"] for one in COMPOSE["services"].values()]
    images += re.findall(r"^ARG PYTHON=(\S+)", DOCKERFILE, re.MULTILINE)

    for image in set(images) - {"citation-hub"}:
        assert re.fullmatch(r"[a-z]+:\d[\w.-]*", image), image


def test_the_image_copies_what_exists_and_what_its_ignore_file_lets_through() -> None:
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    let_through = {line[1:] for line in ignored if line.startswith("!")}
    copies = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)

    sources = {source for copy in copies for source in copy.split()}
    assert "*" in ignored
    assert all((ROOT / source).exists() for source in sources)
    assert {
        re.sub(r"^requirements/.*", "requirements/*.txt", one) for one in sources
    } == let_through


def test_everything_installed_in_the_image_is_locked_by_hash() -> None:
    installs = re.findall(r"(?:pip install|uv build)[^&\n]*", DOCKERFILE)

    assert len(installs) == 4
    for one in installs:
        assert "--require-hashes" in one or "--offline --no-deps" in one


def test_the_image_runs_the_hub_as_nobody_special_and_watches_its_health() -> None:
    final = DOCKERFILE.rpartition("FROM ")[2]

    assert re.search(r"^USER 10001:10001$", final, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK .*/health/live", final, re.MULTILINE)
    assert re.search(r'^ENTRYPOINT \["hub"\]\nCMD \["run"\]$', final, re.MULTILINE)


# --- systemd ------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_units_give_settings_the_hub_knows_from_credentials_they_load(unit: Path) -> None:
    text = unit.read_text()

    given = dict(re.findall(r"(HUB_\w+)=%d/(\w+)", text))
    assert given
    assert {name.removesuffix("_FILE") for name in given} <= SETTINGS
    loaded = dict(re.findall(r"^LoadCredential=(\w+):(\S+)$", text, re.MULTILINE))
    assert loaded == {name: f"/etc/citation-hub/{name}" for name in given.values()}


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_units_are_sound_and_confined_in_the_eyes_of_systemd(unit: Path, tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd is not installed")
    text = unit.read_text()
    program = "/opt/citation-hub/bin/hub"
    assert text.count(program) == 1
    copy = tmp_path / unit.name
    copy.write_text(text.replace(program, sys.executable))

    sound = subprocess.run([analyze, "verify", copy], check=False, capture_output=True, text=True)
    confined = subprocess.run(
        [analyze, "security", "--offline=true", "--threshold=20", copy],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (sound.returncode, sound.stderr) == (0, "")
    assert confined.returncode == 0, confined.stdout

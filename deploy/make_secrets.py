# ruff: noqa: INP001 - a command of its own
"""Make the secrets that the hub, RabbitMQ and PostgreSQL share, as files nobody commits.

    python3 deploy/make_secrets.py [FOLDER]

A password that is there already stays; URLs and RabbitMQ's definitions, with hashes instead of
passwords, are written anew from them. To change a password: delete its file, run this again, and
import the definitions (`rabbitmqctl import_definitions FILE`) or alter the database's role.
Needs Python 3.11 and nothing else.
"""

import base64
import hashlib
import json
import secrets
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DEFINITIONS = HERE / "rabbitmq" / "definitions.json"
HUB = "citation-hub"
PASSWORD_BYTES = 32


def make_secrets(folder: Path, postgres: str = "postgres", rabbitmq: str = "rabbitmq") -> None:
    """Fill the folder; `postgres` and `rabbitmq` are the hosts the hub reaches them at."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    definitions = with_hashes(json.loads(DEFINITIONS.read_text(encoding="utf-8")), folder)
    _write(folder / "rabbitmq_definitions.json", json.dumps(definitions, indent=2))
    database_password = password(folder / "postgres_password")
    broker_password = password(account_file(folder, HUB))
    _write(folder / "database_url", f"postgresql://hub:{database_password}@{postgres}/hub")
    _write(folder / "broker_url", f"amqp://{HUB}:{broker_password}@{rabbitmq}:5672/{HUB}")


def with_hashes(definitions: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The definitions, each account with the hash of its password."""
    users = [
        user
        | {
            "password_hash": password_hash(password(account_file(folder, user["name"]))),
            "hashing_algorithm": "rabbit_password_hashing_sha256",
        }
        for user in definitions["users"]
    ]
    return definitions | {"users": users}


def account_file(folder: Path, account: str) -> Path:
    """Where the password of an account of RabbitMQ lies."""
    return folder / f"rabbitmq_password_{account}"


def password(path: Path) -> str:
    """The password in this file, made now if there is none. Letters safe in a URL."""
    if not path.exists():
        _write(path, secrets.token_urlsafe(PASSWORD_BYTES))
    return path.read_text(encoding="utf-8").strip()


def password_hash(word: str) -> str:
    """Salted as RabbitMQ wants it. Source: RabbitMQ, "Credentials and Passwords"."""
    salt = secrets.token_bytes(4)
    return base64.b64encode(salt + hashlib.sha256(salt + word.encode()).digest()).decode()


def _write(path: Path, text: str) -> None:
    """Readable in the containers, whose users are others; the folder keeps everybody else out."""
    path.write_text(text, encoding="utf-8")
    path.chmod(0o644)


if __name__ == "__main__":
    make_secrets(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "secrets")

"""Real PostgreSQL and RabbitMQ on loopback, for tests and for `make stack`.

In containers where a Docker engine answers, else as local programs. `python -m
hub.testing.servers` runs both in the foreground and prints the settings that reach them.
"""

import base64
import contextlib
import json
import secrets
import shutil
import signal
import socket
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol, TypeVar
from urllib.parse import quote

import psycopg

from hub.testing.containers import docker_answers, postgres_container, rabbitmq_container
from hub.testing.programs import START_SECONDS, LocalPostgres, LocalRabbitmq, free_port

_POLL_SECONDS = 0.1
_RABBITMQ_SETTLES_SECONDS = 1.0


class Machine(Protocol):
    """Where a server runs: its own process or a container."""

    def start(self) -> None:
        """Start; after `kill` too, with the same ports and data."""
        ...

    def kill(self) -> None:
        """End it as a power cut would."""
        ...

    def stop(self) -> None:
        """End it for good."""
        ...


class PostgresServer:
    """A running PostgreSQL; `url` reaches its first database as its owner."""

    def __init__(self, machine: Machine, port: int, password: str) -> None:
        self._machine = machine
        self._server = f"postgresql://hub:{password}@127.0.0.1:{port}"
        self.url = f"{self._server}/postgres"

    def start(self) -> None:
        """Start, and wait until it answers a query."""
        self._machine.start()
        _wait_for("PostgreSQL", self._answers)

    def kill(self) -> None:
        """End it as a power cut would; `start` brings it back with its data."""
        self._machine.kill()

    def create_database(self, name: str) -> str:
        """Create an empty database; gives its URL."""
        self._execute(f'CREATE DATABASE "{name}"')
        return f"{self._server}/{name}"

    def drop_database(self, name: str) -> None:
        """Drop a database and the sessions in it."""
        self._execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True, connect_timeout=5) as connection:
            connection.execute(statement.encode())

    def _answers(self) -> bool:
        try:
            self._execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True


class RabbitmqServer:
    """A running RabbitMQ; `url` reaches its first virtual host as administrator."""

    def __init__(self, machine: Machine, ports: tuple[int, int], password: str) -> None:
        self._machine = machine
        self._port, self._management_port = ports
        self._password = password
        self.url = self.url_of("/", "hub", password)

    def url_of(self, vhost: str, user: str, password: str) -> str:
        """How `user` reaches `vhost`."""
        return f"amqp://{user}:{password}@127.0.0.1:{self._port}/{quote(vhost, safe='')}"

    def start(self) -> None:
        """Start, and wait until it speaks AMQP and its management answers."""
        self._machine.start()
        _wait_for("RabbitMQ", lambda: self._speaks_amqp() and self._management_answers())

    def kill(self) -> None:
        """End it as a power cut would; `start` brings it back with its data.

        RabbitMQ 3.10 writes its directory of quorum queues half a second after it last changed. A
        queue younger than that comes back empty and without a leader, which is no test of ours.
        """
        time.sleep(_RABBITMQ_SETTLES_SECONDS)
        self._machine.kill()

    def create_vhost(self, name: str) -> str:
        """Create an empty virtual host; gives its URL."""
        self.manage("PUT", f"vhosts/{name}")
        self.permit("hub", name, configure=".*", write=".*", read=".*")
        return self.url_of(name, "hub", self._password)

    def delete_vhost(self, name: str) -> None:
        """Delete a virtual host with all its queues."""
        self.manage("DELETE", f"vhosts/{name}")

    def create_user(self, name: str) -> str:
        """Create a user without permissions; gives the password."""
        password = secrets.token_hex(16)
        self.manage("PUT", f"users/{name}", {"password": password, "tags": ""})
        return password

    def permit(self, user: str, vhost: str, *, configure: str, write: str, read: str) -> None:
        """Let a user configure, write and read what matches these expressions."""
        allowed = {"configure": configure, "write": write, "read": read}
        self.manage("PUT", f"permissions/{vhost}/{user}", allowed)

    def permit_topic(self, user: str, vhost: str, *, exchange: str, write: str) -> None:
        """Let a user publish to a topic exchange only with keys that match `write`."""
        allowed = {"exchange": exchange, "write": write, "read": ""}
        self.manage("PUT", f"topic-permissions/{vhost}/{user}", allowed)

    def manage(self, method: str, path: str, body: object = None) -> bytes:
        """One call of the management API; `path` is what follows `/api/`.

        Raises:
            urllib.error.URLError: it does not answer, or refuses.
        """
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._management_port}/api/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Authorization": self._authorization()},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own server
            return bytes(answer.read())

    def _authorization(self) -> str:
        return "Basic " + base64.b64encode(f"hub:{self._password}".encode()).decode()

    def _speaks_amqp(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=5) as peer:
                peer.sendall(b"AMQP\x00\x00\x09\x01")
                return peer.recv(1) == b"\x01"  # a method frame: Connection.Start
        except OSError:
            return False

    def _management_answers(self) -> bool:
        try:
            self.manage("GET", "overview")
        except OSError:
            return False
        return True


@contextlib.contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL of its own, gone with its data at the end of the block.

    Raises:
        Misconfigured: neither a Docker engine nor the programs are here.
    """
    port, password = free_port(), secrets.token_hex(16)
    with _directory() as directory:
        machine = (
            postgres_container(port, password)
            if docker_answers()
            else LocalPostgres(directory, port, password)
        )
        with _running(PostgresServer(machine, port, password), machine) as server:
            yield server


@contextlib.contextmanager
def rabbitmq_server() -> Iterator[RabbitmqServer]:
    """A RabbitMQ of its own, gone with its data at the end of the block.

    Raises:
        Misconfigured: neither a Docker engine nor the programs are here.
    """
    ports, password = (free_port(), free_port()), secrets.token_hex(16)
    with _directory() as directory:
        machine = (
            rabbitmq_container(ports, password)
            if docker_answers()
            else LocalRabbitmq(directory, ports, password)
        )
        with _running(RabbitmqServer(machine, ports, password), machine) as server:
            yield server


_ServerT = TypeVar("_ServerT", PostgresServer, RabbitmqServer)


@contextlib.contextmanager
def _running(server: _ServerT, machine: Machine) -> Iterator[_ServerT]:
    try:
        server.start()
        yield server
    finally:
        machine.stop()


@contextlib.contextmanager
def _directory() -> Iterator[Path]:
    directory = Path(tempfile.mkdtemp(prefix="hub-"))
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _wait_for(what: str, ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not answer within {START_SECONDS} seconds.")
        time.sleep(_POLL_SECONDS)


def main() -> None:
    """Run both servers until SIGTERM or SIGINT; print the settings that reach them."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    with postgres_server() as postgres, rabbitmq_server() as rabbitmq:
        sys.stdout.write(f"HUB_DATABASE_URL={postgres.url}\nHUB_BROKER_URL={rabbitmq.url}\n")
        sys.stdout.flush()
        signal.pause()


if __name__ == "__main__":
    main()

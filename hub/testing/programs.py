"""PostgreSQL and RabbitMQ as local programs, each in a directory and on ports of its own.

They listen on loopback only, keep fsync on (tests kill them and count what is left), and are ended
by the ids of the processes started here.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path

from hub.domain.errors import Misconfigured

START_SECONDS = 60
STOP_SECONDS = 30


def free_port() -> int:
    """A TCP port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class LocalPostgres:
    """A PostgreSQL cluster of its own in `directory`.

    Raises:
        Misconfigured: PostgreSQL's programs are not installed.
    """

    def __init__(self, directory: Path, port: int, password: str) -> None:
        self._pg_ctl = _find("pg_ctl", "postgresql", "/usr/lib/postgresql", "*/bin/pg_ctl")
        self._data = directory / "data"
        self._log = directory / "server.log"
        self._user = _unprivileged("postgres")
        self._options = f"-p {port} -c listen_addresses=127.0.0.1 -k {directory}"
        _hand_over(directory, self._user)
        self._initialise(directory / "password", password)

    def start(self) -> None:
        """Start and wait until it takes connections; after `kill` too, with the same data."""
        self._ctl("-l", str(self._log), "-o", self._options, "-t", str(START_SECONDS), "start")

    def kill(self) -> None:
        """End it without a checkpoint, as a power cut would: the next start recovers."""
        self._ctl("-m", "immediate", "-t", str(STOP_SECONDS), "stop")

    def stop(self) -> None:
        """End it cleanly."""
        self._ctl("-m", "fast", "-t", str(STOP_SECONDS), "stop")

    def _initialise(self, password_file: Path, password: str) -> None:
        password_file.write_text(password)
        _hand_over(password_file, self._user)
        options = f"--username=hub --auth=scram-sha-256 --encoding=UTF8 --pwfile={password_file}"
        self._ctl("-o", options, "initdb")
        password_file.unlink()

    def _ctl(self, *arguments: str) -> None:
        command = [self._pg_ctl, "-w", "-s", "-D", str(self._data), *arguments]
        subprocess.run(  # noqa: S603 - the program found above, with our own arguments
            command, check=True, user=self._user, cwd="/", stdin=subprocess.DEVNULL
        )


class LocalRabbitmq:
    """A RabbitMQ node of its own in `directory`, with an epmd of its own.

    Raises:
        Misconfigured: RabbitMQ's programs are not installed.
    """

    def __init__(self, directory: Path, ports: tuple[int, int], password: str) -> None:
        self._server = _find(
            "rabbitmq-server", "rabbitmq-server", "/usr/lib/rabbitmq", "bin/rabbitmq-server"
        )
        self._epmd = _find("epmd", "rabbitmq-server", "/usr/lib/erlang", "bin/epmd")
        self._user = _unprivileged("rabbitmq")
        self._log = directory / "server.log"
        self._environment = _rabbitmq_environment(directory, ports, password)
        self._processes: list[subprocess.Popen[bytes]] = []
        _hand_over(directory, self._user)

    def start(self) -> None:
        """Start; after `kill` too, with the same data. Readiness is the caller's to wait for."""
        epmd_port = self._environment["ERL_EPMD_PORT"]
        self._spawn(self._epmd, "-port", epmd_port, "-address", "127.0.0.1")
        self._spawn(self._server)

    def kill(self) -> None:
        """End it as a power cut would: SIGKILL, and wait until it is gone."""
        while self._processes:
            process = self._processes.pop()  # the node first, its epmd last
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(STOP_SECONDS)

    def stop(self) -> None:
        """End it for good: its data go with it, so nothing is gained by asking politely."""
        self.kill()

    def _spawn(self, *command: str) -> None:
        with self._log.open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - the program found above
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=self._environment, cwd="/", user=self._user, start_new_session=True,
            )  # fmt: skip
        self._processes.append(process)


def _rabbitmq_environment(
    directory: Path, ports: tuple[int, int], password: str
) -> Mapping[str, str]:
    amqp, management = ports
    (directory / "plugins").write_text("[rabbitmq_management].\n")
    (directory / "rabbitmq.conf").write_text(
        f"listeners.tcp.default = 127.0.0.1:{amqp}\n"
        f"management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {management}\n"
        f"default_user = hub\ndefault_pass = {password}\n"
        "management_agent.disable_metrics_collector = true\n"
    )
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(directory),  # its Erlang cookie lies there
        "RABBITMQ_NODENAME": f"hub-{amqp}@localhost",
        "RABBITMQ_CONFIG_FILE": str(directory / "rabbitmq.conf"),
        "RABBITMQ_CONF_ENV_FILE": str(directory / "none.conf"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(directory / "plugins"),
        "RABBITMQ_MNESIA_BASE": str(directory / "mnesia"),
        "RABBITMQ_LOG_BASE": str(directory / "log"),
        "RUNNING_UNDER_SYSTEMD": "true",  # no shell in between: the process is the node
        "RABBITMQ_DIST_PORT": str(free_port()),
        "ERL_EPMD_PORT": str(free_port()),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
            f"+S 1:1 +sbwt none -setcookie {secrets.token_hex(16)}"
            " -kernel inet_dist_use_interface {127,0,0,1}"
        ),
    }


def _find(program: str, package: str, directory: str, pattern: str) -> str:
    """The newest program under `directory`, where packages put it, else the one on PATH."""
    places = [str(place) for place in sorted(Path(directory).glob(pattern), reverse=True)]
    found = next(iter(places), None) or shutil.which(program)
    if found is None:
        raise Misconfigured(
            f"{program} was not found, and no Docker engine answers: install the package "
            f"{package} (apt-get install postgresql rabbitmq-server) or start Docker."
        )
    return found


def _unprivileged(preferred: str) -> str | None:
    """The account that root hands a server to: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    accounts = {entry.pw_name for entry in pwd.getpwall()}
    return preferred if preferred in accounts else "nobody"


def _hand_over(path: Path, user: str | None) -> None:
    path.chmod(0o700)
    if user is not None:
        for each in (path, *path.rglob("*")):
            shutil.chown(each, user)

"""The hub on a RabbitMQ and a PostgreSQL of its own, until interrupted; nothing is kept."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from hub.testing.servers import postgres_server, rabbitmq_server

HUB = str(Path(sys.executable).with_name("hub"))
TABLES = str(Path(__file__).parents[1] / "hub/reference/data")
STOP_SECONDS = 60
"""Longer than the hub gives what it has begun."""


def main() -> None:
    """Start both servers, prepare the database, run the hub; end all of it with the hub."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with postgres_server() as postgres, rabbitmq_server() as rabbitmq:
        settings = {"HUB_DATABASE_URL": postgres.url, "HUB_BROKER_URL": rabbitmq.url}
        print("\n".join(f"export {name}={value}" for name, value in settings.items()), flush=True)
        environment = os.environ | settings
        subprocess.run([HUB, "migrate"], env=environment, check=True)
        subprocess.run([HUB, "reference", "import", TABLES], env=environment, check=True)
        run([HUB, "run"], environment)


def run(command: list[str], environment: Mapping[str, str]) -> None:
    """Run until it ends or we are told to stop; then ask it to end and wait for its clean end.

    Raises:
        CalledProcessError: it failed by itself.
    """
    process = subprocess.Popen(command, env=environment)
    try:
        status = process.wait()
    except (KeyboardInterrupt, SystemExit):
        process.send_signal(signal.SIGTERM)
        process.wait(STOP_SECONDS)
        return
    if status:
        raise subprocess.CalledProcessError(status, command)


if __name__ == "__main__":
    main()

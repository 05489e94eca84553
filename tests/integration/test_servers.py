import os
import signal
import subprocess
import sys

import psycopg
import pytest

from hub.testing.servers import PostgresServer, RabbitmqServer


def test_postgres_keeps_what_it_committed_when_it_is_killed(
    postgres: PostgresServer, postgres_database: str
) -> None:
    with psycopg.connect(postgres_database) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (42)")
    postgres.kill()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(postgres_database)
    postgres.start()
    with psycopg.connect(postgres_database) as connection:
        assert connection.execute("SELECT n FROM kept").fetchall() == [(42,)]


def test_rabbitmq_keeps_its_virtual_hosts_when_it_is_killed(
    mortal_rabbitmq: RabbitmqServer,
) -> None:
    mortal_rabbitmq.create_vhost("kept")
    mortal_rabbitmq.kill()
    with pytest.raises(OSError, match="refused"):
        mortal_rabbitmq.manage("GET", "vhosts/kept")
    mortal_rabbitmq.start()
    assert b'"kept"' in mortal_rabbitmq.manage("GET", "vhosts/kept")


def test_both_servers_in_the_foreground_end_cleanly_on_sigterm() -> None:
    command = [sys.executable, "-m", "hub.testing.servers"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        settings = [process.stdout.readline() for _ in range(2)]
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == os.EX_OK
    assert settings[0].startswith("HUB_DATABASE_URL=postgresql://")
    assert settings[1].startswith("HUB_BROKER_URL=amqp://")

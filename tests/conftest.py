"""What tests stand on: real servers, started once; a living hub on the embedded default."""

import asyncio
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from hub.testing.servers import PostgresServer, RabbitmqServer, postgres_server, rabbitmq_server
from tests.living import LivingHub, living_hub, prepare


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[RabbitmqServer]:
    with rabbitmq_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_url(postgres: PostgresServer) -> str:
    return postgres.url


@pytest.fixture(scope="session")
def amqp_url(rabbitmq: RabbitmqServer) -> str:
    return rabbitmq.url


@pytest.fixture
def postgres_database(postgres: PostgresServer) -> Iterator[str]:
    """The URL of an empty database of the test's own."""
    name = f"test_{uuid.uuid4().hex}"
    yield postgres.create_database(name)
    postgres.drop_database(name)


@pytest.fixture
def amqp_vhost(rabbitmq: RabbitmqServer) -> Iterator[str]:
    """The URL of an empty virtual host of the test's own."""
    name = f"test-{uuid.uuid4().hex}"
    yield rabbitmq.create_vhost(name)
    rabbitmq.delete_vhost(name)


@pytest.fixture(scope="session")
def mortal_rabbitmq() -> Iterator[RabbitmqServer]:
    """One for the tests that kill it, so that the others keep theirs."""
    with rabbitmq_server() as server:
        yield server


@pytest.fixture
def mortal_vhost(mortal_rabbitmq: RabbitmqServer) -> str:
    """The URL of an empty virtual host of the test's own; it is left where it is.

    RabbitMQ 3.10 survives no deletion of a queue whose leader was elected just now, as after a
    restart: the supervisor of its dead-letter workers dies, and with it every such queue.
    """
    return mortal_rabbitmq.create_vhost(f"test-{uuid.uuid4().hex}")


Prepared = tuple[Path, dict[str, str]]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """A database file, ready to be copied, and the keys of its clients."""
    path = tmp_path_factory.mktemp("prepared") / "hub.db"
    return path, asyncio.run(prepare(f"sqlite:///{path}"))


@pytest.fixture
async def hub(prepared: Prepared, tmp_path: Path) -> AsyncIterator[LivingHub]:
    template, keys = prepared
    path = shutil.copy(template, tmp_path / "hub.db")
    async with living_hub(f"sqlite:///{path}", keys) as living:
        yield living

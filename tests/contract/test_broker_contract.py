"""The brokers' promises, kept by RabbitMQ and by the embedded broker on both databases."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.broker import EmbeddedBroker, QueueLimits, rabbitmq_broker
from hub.broker.embedded import metadata
from hub.domain.delivery import Message
from hub.ports import Broker
from hub.store.engine import Database, open_database
from hub.testing.broker_contract import DESTINATIONS, LEASE_SECONDS, BrokerContract


class RabbitmqRig:
    def __init__(self, url: str) -> None:
        self.messages: dict[str, Message] = {}
        self._url = url

    def broker(self, limits: QueueLimits) -> Broker:
        return rabbitmq_broker(self._url, DESTINATIONS, limits, timeout_seconds=10)

    def let_leases_end(self) -> None:
        """They end by the real clock."""


class EmbeddedRig:
    def __init__(self, database: Database) -> None:
        self.messages: dict[str, Message] = {}
        self._database = database
        self._now = datetime(2026, 11, 20, 14, 3, 7, tzinfo=UTC)

    def broker(self, limits: QueueLimits) -> Broker:
        return EmbeddedBroker(self._database, self._render, DESTINATIONS, limits, lambda: self._now)

    def let_leases_end(self) -> None:
        self._now += timedelta(seconds=LEASE_SECONDS)

    async def _render(self, message_ids: Sequence[str]) -> list[Message]:
        return [self.messages[each] for each in message_ids]


async def open_rig(url: str) -> AsyncIterator[EmbeddedRig]:
    database = open_database(url)
    async with database.begin() as connection:
        await connection.run_sync(metadata.create_all)
    yield EmbeddedRig(database)
    await database.close()


class TestRabbitmq(BrokerContract):
    @pytest.fixture
    def rig(self, amqp_vhost: str) -> RabbitmqRig:
        return RabbitmqRig(amqp_vhost)


class TestEmbeddedOnSqlite(BrokerContract):
    @pytest.fixture
    async def rig(self, tmp_path: Path) -> AsyncIterator[EmbeddedRig]:
        async for rig in open_rig(f"sqlite:///{tmp_path}/hub.db"):
            yield rig


class TestEmbeddedOnPostgres(BrokerContract):
    @pytest.fixture
    async def rig(self, postgres_database: str) -> AsyncIterator[EmbeddedRig]:
        async for rig in open_rig(postgres_database):
            yield rig

"""Both stores, each test on an empty database of its own."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from hub.domain.ledger import LedgerRows, MemoryLedger
from hub.store.migration import migrate
from hub.store.sql_store import SqlStore, open_store

OpenLedger = Callable[[], AbstractAsyncContextManager[LedgerRows]]


def _empty_database(request: pytest.FixtureRequest) -> str:
    """The URL of a database without tables, of the kind the fixture was parametrized with."""
    if request.param == "sqlite":
        directory: Path = request.getfixturevalue("tmp_path")
        return f"sqlite:///{directory / 'hub.db'}"
    return str(request.getfixturevalue("postgres_database"))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest) -> str:
    """The URL of a database without tables."""
    return _empty_database(request)


@pytest.fixture
def database(empty_database: str) -> str:
    """The URL of a migrated database."""
    migrate(empty_database)
    return empty_database


@pytest.fixture
async def store(database: str) -> AsyncIterator[SqlStore]:
    opened = await open_store(database)
    yield opened
    await opened.close()


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
async def open_ledger(request: pytest.FixtureRequest) -> AsyncIterator[OpenLedger]:
    """Opens one ledger again and again: in memory, or in transactions of a store."""
    if request.param == "memory":
        ledger = MemoryLedger()
        yield lambda: _in_memory(ledger)
        return
    url = _empty_database(request)
    migrate(url)
    store = await open_store(url)
    yield lambda: _in_transaction(store)
    await store.close()


@asynccontextmanager
async def _in_memory(ledger: MemoryLedger) -> AsyncIterator[LedgerRows]:
    yield ledger


@asynccontextmanager
async def _in_transaction(store: SqlStore) -> AsyncIterator[LedgerRows]:
    async with store.begin() as transaction:
        yield transaction.ledger

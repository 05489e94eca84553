"""Opening a hub: settings, log, database, accounts and reference data."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hub.accounts import Accounts
from hub.clock import Clock, NewId, new_id, system_clock
from hub.domain.errors import Misconfigured
from hub.domain.reference import Reference
from hub.observability import configure_logging
from hub.reference import load, shipped_tables
from hub.settings import Settings, SettingsError, describe_settings, load_settings
from hub.store.migration import is_current, migrate
from hub.store.sql_store import SqlStore, open_store

__all__ = [
    "Hub",
    "ReferenceShelf",
    "describe_settings",
    "migrate_database",
    "open_hub",
    "read_settings",
]

REFERENCE_SECONDS = 5  # how soon an import is seen by a hub that runs


@dataclass(slots=True)
class ReferenceShelf:
    """The reference data in force, looked up anew every few seconds."""

    store: SqlStore
    clock: Clock
    _current: Reference | None = None
    _until: datetime | None = None

    async def current(self) -> Reference:
        """The current version.

        Raises:
            Misconfigured: none was imported yet.
        """
        if self._current is None or self._until is None or self.clock() >= self._until:
            # set before looking: one looks, the others go on with what is known
            self._until = self.clock() + timedelta(seconds=REFERENCE_SECONDS)
            self._current = await self._look_up(self._current)
        return self._current

    async def _look_up(self, known: Reference | None) -> Reference:
        found = await self.store.find_reference()
        if found is None:
            raise Misconfigured("There is no reference data: run 'hub reference import DIR'.")
        version, tables = found
        return known if known is not None and known.version == version else load(tables)

    def forget(self) -> None:
        """Look it up at the next call."""
        self._until = None


@dataclass(frozen=True, slots=True)
class Hub:
    """An open hub: what commands work on."""

    settings: Settings
    store: SqlStore
    accounts: Accounts
    shelf: ReferenceShelf
    clock: Clock
    new_id: NewId

    async def import_reference(self, tables: Mapping[str, str]) -> tuple[Reference, int]:
        """Make these tables the current version and their clients known; gives both.

        Raises:
            Invalid: a table has a fault; nothing is changed.
        """
        reference = load(tables)
        await self.store.add_reference(reference.version, tables, self.clock())
        self.shelf.forget()
        return reference, await self.accounts.add_reference_clients(reference)


@asynccontextmanager
async def open_hub(clock: Clock = system_clock, **overrides: Any) -> AsyncIterator[Hub]:
    """The hub of the settings in force, its database brought up to date where it is our own file.

    Raises:
        Misconfigured: a setting is wrong, or the database is not migrated.
        Busy: the database does not answer.
    """
    settings = read_settings(**overrides)
    configure_logging(settings.log_format, settings.log_level)
    await asyncio.to_thread(_prepare_database, settings.database_url)
    store = await open_store(settings.database_url)
    try:
        hub = Hub(
            settings=settings,
            store=store,
            accounts=Accounts(store.clients, clock, new_id),
            shelf=ReferenceShelf(store, clock),
            clock=clock,
            new_id=new_id,
        )
        if settings.is_embedded and await store.find_reference() is None:
            await hub.import_reference(shipped_tables())
        yield hub
    finally:
        await store.close()


def read_settings(**overrides: Any) -> Settings:
    """The settings in force.

    Raises:
        Misconfigured: a setting is unknown or invalid.
    """
    try:
        return load_settings(**overrides)
    except SettingsError as error:
        raise Misconfigured(str(error)) from None


def migrate_database() -> None:
    """Bring the database of the settings in force to the newest revision.

    Raises:
        Misconfigured: a setting is wrong.
        Busy: the database does not answer.
    """
    migrate(read_settings().database_url)


def _prepare_database(url: str) -> None:
    if url.startswith("sqlite:"):
        migrate(url)
    elif not is_current(url):
        raise Misconfigured("The database is not at this version of the hub: run 'hub migrate'.")

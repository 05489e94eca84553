"""Clients and keys on a SQL database: `hub.accounts.book.ClientBook`."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from hub.domain.accounts import ApiKey, Client
from hub.domain.stored import Event
from hub.store import accounts, journal
from hub.store.engine import Database


class SqlClients:
    """`ClientBook` on a database; what each verb does is said there."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add_client(self, client: Client, event: Event | None = None) -> None:
        """As `ClientBook.add_client`."""
        async with self._database.begin() as connection:
            await accounts.add_client(connection, client)
            await journal.add_events(connection, [event] if event else [])

    async def change_client(self, client: Client, event: Event) -> bool:
        """As `ClientBook.change_client`."""
        async with self._database.begin() as connection:
            if not await accounts.change_client(connection, client):
                return False
            await journal.add_events(connection, [event])
        return True

    async def find_client(self, client_id: str) -> Client | None:
        """As `ClientBook.find_client`."""
        async with self._database.read() as connection:
            return await accounts.find_client(connection, client_id)

    async def list_clients(self) -> list[Client]:
        """As `ClientBook.list_clients`."""
        async with self._database.read() as connection:
            return await accounts.list_clients(connection)

    async def add_key(self, key: ApiKey, event: Event, *, live_max: int) -> bool:
        """As `ClientBook.add_key`."""
        async with self._database.begin() as connection:
            if not await accounts.add_key(connection, key, live_max):
                return False
            await journal.add_events(connection, [event])
        return True

    async def retire_key(self, key_id: str, at: datetime, event: Event) -> bool:
        """As `ClientBook.retire_key`."""
        async with self._database.begin() as connection:
            if not await accounts.retire_key(connection, key_id, at):
                return False
            await journal.add_events(connection, [event])
        return True

    async def note_use(self, uses: Mapping[str, datetime]) -> None:
        """As `ClientBook.note_use`."""
        async with self._database.begin() as connection:
            await accounts.note_use(connection, uses)

    async def find_key(self, key_id: str) -> tuple[ApiKey, Client] | None:
        """As `ClientBook.find_key`."""
        async with self._database.read() as connection:
            return await accounts.find_key(connection, key_id)

    async def list_keys(self, client_ids: Sequence[str]) -> list[ApiKey]:
        """As `ClientBook.list_keys`."""
        async with self._database.read() as connection:
            return await accounts.list_keys(connection, client_ids)

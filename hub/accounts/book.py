"""What accounts need of the store."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from hub.domain.accounts import ApiKey, Client
from hub.domain.stored import Event


class ClientBook(Protocol):
    """Clients and their keys. A change and its event are one commit."""

    async def add_client(self, client: Client, event: Event | None = None) -> None:
        """Insert a client, or update name, role and scope of the one with this id."""
        ...

    async def change_client(self, client: Client, event: Event) -> bool:
        """Write a client that exists; False when it does not."""
        ...

    async def find_client(self, client_id: str) -> Client | None:
        """The client, or None."""
        ...

    async def list_clients(self) -> list[Client]:
        """All clients, by id."""
        ...

    async def add_key(self, key: ApiKey, event: Event, *, live_max: int) -> bool:
        """Insert a key; False when the client has `live_max` live ones already."""
        ...

    async def retire_key(self, key_id: str, at: datetime, event: Event) -> bool:
        """Let a key be valid no more; False when there is no live key of this id."""
        ...

    async def note_use(self, uses: Mapping[str, datetime]) -> None:
        """Write when keys were last used."""
        ...

    async def find_key(self, key_id: str) -> tuple[ApiKey, Client] | None:
        """The key with its client, or None."""
        ...

    async def list_keys(self, client_ids: Sequence[str]) -> list[ApiKey]:
        """The keys of these clients, oldest first."""
        ...

"""Clients and their keys as an administrator keeps them; every change is an event."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from hub.accounts.book import ClientBook
from hub.accounts.keys import digest_of, new_secret
from hub.clock import Clock, NewId
from hub.domain.accounts import ApiKey, Client, Role
from hub.domain.errors import Conflict, Invalid, NotFound
from hub.domain.reference import Reference
from hub.domain.stored import Event

LIVE_KEYS_MAX = 2  # one in use and one to change over to
COMMAND_LINE = "command-line"
"""Who acts when no client of the API does: whoever has the hub's own settings."""


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A fresh key, shown once."""

    client_id: str
    key: str


@dataclass(frozen=True, slots=True)
class Accounts:
    """Creates clients and keys, and takes them out of use."""

    book: ClientBook
    clock: Clock
    new_id: NewId

    async def create(
        self, client: Client, *, may_backfill: bool = False, actor: str = COMMAND_LINE
    ) -> IssuedKey:
        """Add a client and give its first key.

        Raises:
            Invalid: the scope does not fit the role.
            Conflict: there is a client of this id.
        """
        check_scope(client)
        if await self.book.find_client(client.id) is not None:
            raise Conflict(f"There is a client {client.id} already; choose another name.")
        await self.book.add_client(client, self._event("client.created", client.id, actor))
        return await self.issue_key(client.id, may_backfill=may_backfill, actor=actor)

    async def issue_key(
        self, client_id: str, *, may_backfill: bool = False, actor: str = COMMAND_LINE
    ) -> IssuedKey:
        """Give a client one more key.

        Raises:
            NotFound: there is no such client.
            Conflict: it has two live keys.
        """
        await self.get_client(client_id)
        key_id = self.new_id().replace("-", "")
        key = new_secret(key_id)
        kept = ApiKey(key_id, client_id, digest_of(key), self.clock(), may_backfill)
        event = self._event("client.key-issued", client_id, actor, key_id=key_id)
        if not await self.book.add_key(kept, event, live_max=LIVE_KEYS_MAX):
            raise Conflict(
                f"Client {client_id} has two live keys: retire one of them first"
                f" ('hub client keys {client_id}' shows them)."
            )
        return IssuedKey(client_id, key)

    async def retire_key(self, client_id: str, key_id: str, *, actor: str = COMMAND_LINE) -> None:
        """Let a key be valid no more; a running hub knows it within five seconds.

        Raises:
            NotFound: the client has no live key of this id.
        """
        keys = await self.book.list_keys([client_id])
        event = self._event("client.key-retired", client_id, actor, key_id=key_id)
        is_own = any(key.id == key_id for key in keys)
        if not is_own or not await self.book.retire_key(key_id, event.at, event):
            raise NotFound(f"Client {client_id} has no live key {key_id}.")

    async def set_disabled(
        self, client_id: str, *, is_disabled: bool, actor: str = COMMAND_LINE
    ) -> Client:
        """Shut a client out with all its keys, or let it in again.

        Raises:
            NotFound: there is no such client.
        """
        client = replace(await self.get_client(client_id), is_disabled=is_disabled)
        name = "client.disabled" if is_disabled else "client.enabled"
        await self.book.change_client(client, self._event(name, client_id, actor))
        return client

    async def get_client(self, client_id: str) -> Client:
        """The client.

        Raises:
            NotFound: there is no such client.
        """
        client = await self.book.find_client(client_id)
        if client is None:
            raise NotFound(f"There is no client {client_id}; 'hub client list' shows them.")
        return client

    async def list_clients(self) -> list[tuple[Client, list[ApiKey]]]:
        """All clients by id, each with its keys."""
        clients = await self.book.list_clients()
        keys = keys_by_client(await self.book.list_keys([client.id for client in clients]))
        return [(client, keys.get(client.id, [])) for client in clients]

    async def add_reference_clients(self, reference: Reference) -> int:
        """Make a submitter of every row of clients.csv; gives how many."""
        for row in reference.clients.values():
            agencies = None if row.agencies is None else tuple(sorted(row.agencies))
            client = Client(
                id=row.client_id,
                name=row.note or row.client_id,
                role=Role.SUBMITTER,
                created_at=self.clock(),
                sources=(row.source,),
                agencies=agencies,
            )
            await self.book.add_client(client)
        return len(reference.clients)

    def _event(self, name: str, client_id: str, actor: str, **detail: str) -> Event:
        detail = {"client_id": client_id, **detail}
        return Event(self.new_id(), self.clock(), name, actor, detail=detail)


def keys_by_client(keys: list[ApiKey]) -> Mapping[str, list[ApiKey]]:
    """The keys of each client."""
    found: dict[str, list[ApiKey]] = {}
    for key in keys:
        found.setdefault(key.client_id, []).append(key)
    return found


_NEEDS: Mapping[Role, tuple[str, str]] = {
    Role.SUBMITTER: ("sources", "A submitter needs at least one source: add --source."),
    Role.CONTACT: ("agencies", "A contact needs at least one agency: add --agency."),
    Role.COURT: ("destination", "A court needs the destination it is: add --destination."),
    Role.DESTINATION: (
        "destination",
        "A destination client needs its destination: add --destination.",
    ),
}


def check_scope(client: Client) -> None:
    """See that a client's scope fits its role.

    Raises:
        Invalid: the id is none, or the role needs a source, an agency or a destination that is
            not given.
    """
    if not (client.id.isprintable() and client.id.strip() == client.id != ""):
        raise Invalid("A client's name is one line of letters, digits and signs.")
    attribute, sentence = _NEEDS.get(client.role, ("id", ""))
    if not getattr(client, attribute):
        raise Invalid(sentence)

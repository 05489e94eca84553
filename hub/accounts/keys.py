"""API keys: 256 random bits, of which the hub keeps only the sha256."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hub.clock import Clock, NewId
from hub.domain.accounts import ApiKey, Caller, Client, Role
from hub.domain.errors import Invalid, NotFound, Unauthenticated
from hub.domain.reference import Reference
from hub.ports import Store

REMEMBERED_SECONDS = 5  # how long a key that was switched off may still work
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A fresh key, shown once."""

    client_id: str
    key: str


@dataclass(slots=True)
class Accounts:
    """Creates clients and keys, and tells who calls."""

    store: Store
    clock: Clock
    new_id: NewId
    _remembered: dict[str, tuple[datetime, Caller]] = field(default_factory=dict)

    async def authenticate(self, key: str | None) -> Caller:
        """The caller behind a bearer key.

        Raises:
            Unauthenticated: no key, or one that is not valid.
        """
        if not key:
            raise Unauthenticated("Send your API key as 'Authorization: Bearer <key>'.")
        digest = hashlib.sha256(key.encode()).hexdigest()
        known = self._remembered.get(digest)
        if known and known[0] > self.clock():
            return known[1]
        caller = await self._look_up(key, digest)
        self._remember(digest, caller)
        return caller

    async def _look_up(self, key: str, digest: str) -> Caller:
        key_id, _, _ = key.partition(".")
        found = await self.store.find_key(key_id)
        # an unknown key costs the same comparison as a wrong one
        kept = found[0].secret_sha256 if found else "0" * len(digest)
        is_right = hmac.compare_digest(kept, digest)
        if not is_right or found is None or found[1].is_disabled:
            raise Unauthenticated("The API key is not valid. Ask the hub's administrator for one.")
        return Caller(found[1], found[0].may_backfill)

    def _remember(self, digest: str, caller: Caller) -> None:
        if len(self._remembered) > 1_000:  # noqa: PLR2004 - a bound, not a meaning
            self._remembered.clear()
        until = self.clock() + timedelta(seconds=REMEMBERED_SECONDS)
        self._remembered[digest] = (until, caller)

    async def create(self, client: Client, *, may_backfill: bool = False) -> IssuedKey:
        """Add a client and give its first key.

        Raises:
            Invalid: the scope does not fit the role.
        """
        if client.role is Role.SUBMITTER and not client.sources:
            raise Invalid("A submitter needs at least one source: add --source.")
        if client.role is Role.DESTINATION and client.destination is None:
            raise Invalid("A destination client needs its destination: add --destination.")
        await self.store.add_client(client)
        return await self.issue_key(client.id, may_backfill=may_backfill)

    async def issue_key(self, client_id: str, *, may_backfill: bool = False) -> IssuedKey:
        """Give a client one more key.

        Raises:
            NotFound: there is no such client.
        """
        if await self.store.find_client(client_id) is None:
            raise NotFound(f"There is no client {client_id}; 'hub client list' shows them.")
        key_id = self.new_id().replace("-", "")
        key = f"{key_id}.{secrets.token_urlsafe(_SECRET_BYTES)}"
        digest = hashlib.sha256(key.encode()).hexdigest()
        await self.store.add_key(ApiKey(key_id, client_id, digest, self.clock(), may_backfill))
        return IssuedKey(client_id, key)

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
            await self.store.add_client(client)
        return len(reference.clients)

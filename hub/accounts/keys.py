"""API keys: 256 random bits, of which the hub keeps only the sha256."""

import asyncio
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from hub.accounts.book import ClientBook
from hub.clock import Clock
from hub.domain.accounts import ApiKey, Caller, Client
from hub.domain.errors import HubError, Unauthenticated

log = structlog.get_logger(__name__)

REMEMBERED_SECONDS = 5  # how long a key that was switched off may still work
USE_SECONDS = 60  # how exactly the last use of a key is known
_SECRET_BYTES = 32


@dataclass(slots=True)
class Doorkeeper:
    """Tells who calls, and notes now and then which keys were used."""

    book: ClientBook
    clock: Clock
    _remembered: dict[str, tuple[datetime, Caller]] = field(default_factory=dict)
    _used: dict[str, datetime] = field(default_factory=dict)

    async def authenticate(self, key: str | None) -> Caller:
        """The caller behind a bearer key.

        Raises:
            Unauthenticated: no key, or one that is not valid.
        """
        if not key:
            raise Unauthenticated("Send your API key as 'Authorization: Bearer <key>'.")
        digest = digest_of(key)
        known = self._remembered.get(digest)
        if known and known[0] > self.clock():
            return known[1]
        caller = await self._look_up(key, digest)
        self._remember(digest, caller)
        return caller

    async def run(self) -> None:
        """Write once a minute which keys were used, until cancelled; then once more."""
        try:
            while True:
                await asyncio.sleep(USE_SECONDS)
                await self.note_use()
        finally:
            await self.note_use()

    async def note_use(self) -> None:
        """Write which keys were used since the last time; what cannot be written now waits."""
        uses, self._used = self._used, {}
        if not uses:
            return
        try:
            await self.book.note_use(uses)
        except HubError as lost:
            log.warning("key_use.waits", error=lost.code)
            self._used = uses | self._used

    async def _look_up(self, key: str, digest: str) -> Caller:
        key_id, _, _ = key.partition(".")
        found = await self.book.find_key(key_id)
        # an unknown key costs the same comparison as a wrong one
        kept = found[0].secret_sha256 if found else "0" * len(digest)
        is_right = hmac.compare_digest(kept, digest)
        if not is_right or found is None or not _is_valid(*found):
            raise Unauthenticated("The API key is not valid. Ask the hub's administrator for one.")
        self._used[key_id] = self.clock()
        return Caller(found[1], found[0].may_backfill)

    def _remember(self, digest: str, caller: Caller) -> None:
        if len(self._remembered) > 1_000:  # noqa: PLR2004 - a bound, not a meaning
            self._remembered.clear()
        until = self.clock() + timedelta(seconds=REMEMBERED_SECONDS)
        self._remembered[digest] = (until, caller)


def _is_valid(key: ApiKey, client: Client) -> bool:
    return key.retired_at is None and not client.is_disabled


def new_secret(key_id: str) -> str:
    """A fresh key: its id, a dot, and what nobody can guess."""
    return f"{key_id}.{secrets.token_urlsafe(_SECRET_BYTES)}"


def digest_of(key: str) -> str:
    """What the hub keeps of a key."""
    return hashlib.sha256(key.encode()).hexdigest()

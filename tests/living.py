"""A whole hub in this process for tests: real store, real broker, HTTP without a socket."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx2

from hub.bootstrap.node import Node, assemble
from hub.bootstrap.opening import Hub, open_hub
from hub.clock import system_clock
from hub.domain.accounts import Client, Role
from hub.reference import shipped_tables
from hub.store.migration import migrate
from hub.testing import samples

XML = "application/xml"
IN_TIME = "2026-02-18T20:54:00Z"
"""A time of receipt at which `samples.ticket` is clean."""


class SetClock:
    """A clock that a test can put forward."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return system_clock() + self._ahead

    def forward(self, seconds: float) -> None:
        self._ahead += timedelta(seconds=seconds)


@dataclass
class LivingHub:
    """The hub, its node, and clients with keys of each kind."""

    hub: Hub
    node: Node
    http: httpx2.AsyncClient
    clock: SetClock
    keys: dict[str, str]

    async def post(
        self,
        body: bytes,
        *,
        key: str = "vt-dps-tracs",
        source: str = "tracs",
        received_at: str | None = IN_TIME,
        headers: Mapping[str, str] | None = None,
    ) -> httpx2.Response:
        """Post a file as a client."""
        sent = {"Content-Type": XML, **self.bearer(key), **(headers or {})}
        if received_at is not None:
            sent["X-Hub-Received-At"] = received_at
        return await self.http.post(f"/v1/submissions/{source}", content=body, headers=sent)

    async def get(self, path: str, *, key: str = "auditor", **params: Any) -> httpx2.Response:
        """Read as a client."""
        return await self.http.get(path, params=params, headers=self.bearer(key))

    async def say(self, path: str, body: Any = None, *, key: str = "odyssey") -> httpx2.Response:
        """Post JSON as a client."""
        return await self.http.post(path, json=body, headers=self.bearer(key))

    async def lease(self, **wanted: int) -> list[dict[str, Any]]:
        """Relay what is due, then lease the court's messages."""
        await self.node.exchange.relay.step()
        answer = await self.say("/v1/destinations/court.odyssey/messages/lease", wanted or None)
        assert answer.status_code == 200, answer.text
        messages: list[dict[str, Any]] = answer.json()["messages"]
        return messages

    async def document(self, document_id: str) -> dict[str, Any]:
        """A document as an auditor sees it."""
        found: dict[str, Any] = (await self.get(f"/v1/documents/{document_id}")).json()
        return found

    async def delivery(
        self, document_id: str, destination: str = "court.odyssey"
    ) -> dict[str, Any]:
        """A document's only delivery to a destination, as an auditor sees it."""
        rows = (await self.document(document_id))["deliveries"]
        found: dict[str, Any]
        (found,) = (row for row in rows if row["destination"] == destination)
        return found

    def bearer(self, key: str) -> dict[str, str]:
        """The header of a client's key; an unknown name is sent as the key itself."""
        return {"Authorization": f"Bearer {self.keys.get(key, key)}"}


async def prepare(database_url: str) -> dict[str, str]:
    """Migrate, bring in the shipped tables, and give a key of each kind of client."""
    await asyncio.to_thread(migrate, database_url)
    async with open_hub(database_url=database_url) as hub:
        await hub.import_reference(shipped_tables())
        return await _keys(hub)


@asynccontextmanager
async def living_hub(
    database_url: str, keys: dict[str, str], broker_url: str = "embedded:", **more: Any
) -> AsyncIterator[LivingHub]:
    """A hub on a prepared database; its relay moves when a test says so (`lease`).

    `more` are further settings.
    """
    clock = SetClock()
    settings = {"database_url": database_url, "broker_url": broker_url, "log_level": "debug"}
    async with open_hub(clock, **settings, **more) as hub:
        node = assemble(hub)
        await node.exchange.relay.verify_queues()
        node.exchange.is_connected = True
        node.exchange.has_tried.set()
        transport = httpx2.ASGITransport(app=node.app, raise_app_exceptions=False)
        intake = asyncio.create_task(node.intake.run())
        async with httpx2.AsyncClient(transport=transport, base_url="http://hub") as http:
            yield LivingHub(hub, node, http, clock, keys)
        intake.cancel()
        await node.exchange.broker.stop()


async def _keys(hub: Hub) -> dict[str, str]:
    keys = {}
    for client_id in ("vt-dps-tracs", "williston-tracs"):
        keys[client_id] = (await hub.accounts.issue_key(client_id, may_backfill=True)).key
    keys["no-backfill"] = (await hub.accounts.issue_key("vt-dps-tracs")).key
    for name, role, scope in STAFF:
        client = Client(name, name, role, hub.clock(), **scope)
        keys[name] = (await hub.accounts.create(client)).key
    return keys


STAFF: tuple[tuple[str, Role, dict[str, Any]], ...] = (
    ("auditor", Role.AUDITOR, {}),
    ("operator", Role.OPERATOR, {}),
    ("odyssey", Role.DESTINATION, {"destination": "court.odyssey"}),
    ("admin", Role.ADMIN, {}),
    ("registry", Role.REGISTRY, {}),
    ("desk", Role.DESK, {}),
    ("court", Role.COURT, {"destination": "court.odyssey"}),
    ("contact", Role.CONTACT, {"agencies": ("0111",)}),
    ("other-contact", Role.CONTACT, {"agencies": ("0417",)}),
)
"""A client of each role; `contact` is of the agency of `samples.ticket`, `other-contact` not."""


def accepted_ticket(number: int = 73_900_001) -> bytes:
    """A clean ticket with this number."""
    return samples.ticket(number)

"""Posting to an ASGI application in this process, without a socket or a client library.

So what is measured is the application, not the load generator; HTTP parsing is left out for all.
"""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Message

CONNECTIONS = 32


@dataclass(frozen=True)
class Door:
    """Where an application takes tickets."""

    app: ASGIApp
    path: str
    headers: dict[str, str]

    async def post_all(self, tickets: Iterable[bytes]) -> None:
        """Post each once, over `CONNECTIONS` at a time; every one must be newly accepted (202)."""
        waiting = iter(tickets)
        async with asyncio.TaskGroup() as group:
            for _ in range(CONNECTIONS):
                group.create_task(self._connection(waiting))

    async def _connection(self, waiting: Iterator[bytes]) -> None:
        for raw in waiting:
            status = await self._post(raw)
            if status != 202:  # noqa: PLR2004
                raise SystemExit(f"{self.path} answered {status} to a clean new ticket")

    async def _post(self, raw: bytes) -> int:
        statuses = []

        async def receive() -> Message:
            return {"type": "http.request", "body": raw, "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        await self.app(self._scope(len(raw)), receive, send)
        return int(statuses[0])

    def _scope(self, length: int) -> dict[str, Any]:
        sent = {"content-type": "application/xml", "content-length": str(length), **self.headers}
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": self.path,
            "raw_path": self.path.encode(),
            "root_path": "",
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }

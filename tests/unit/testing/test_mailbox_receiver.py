"""The toy court at the mailbox of a whole hub in this process, and of a hub that comes and goes."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hub.testing.odyssey import MailboxReceiver, Taken, ToyOdyssey
from tests.living import LivingHub, accepted_ticket
from tests.unit.testing.test_toy_court import a_message

MESSAGES = "/v1/destinations/court.odyssey/messages"


@pytest.fixture
def court(tmp_path: Path) -> Iterator[ToyOdyssey]:
    court = ToyOdyssey(tmp_path / "court.db")
    yield court
    court.close()


async def test_a_posted_ticket_is_docketed_and_its_delivery_acknowledged(
    hub: LivingHub, court: ToyOdyssey
) -> None:
    receipt = (await hub.post(accepted_ticket())).json()
    await hub.node.exchange.relay.step()
    heard: list[Taken] = []
    receiver = MailboxReceiver(court, hub.http, hub.keys["odyssey"], on_taken=heard.append)

    await receiver.run_until(1)

    (entry,) = court.entries()
    (row,) = receipt["documents"]
    assert entry.number == row["number"]
    assert [one.replies[1]["docket_number"] for one in heard] == [entry.docket_number]
    (delivery,) = [
        one
        for one in (await hub.document(row["document_id"]))["deliveries"]
        if one["destination"] == "court.odyssey"
    ]
    assert delivery["status"] == "acknowledged"


async def test_a_wrong_key_ends_it_with_a_clear_error(hub: LivingHub, court: ToyOdyssey) -> None:
    receiver = MailboxReceiver(court, hub.http, "no-such-key")

    with pytest.raises(httpx2.HTTPStatusError, match="401"):
        await receiver.run(asyncio.Event())


class Mailbox:
    """A small ASGI hub: leases until acked; each trouble given makes one call fail with it."""

    def __init__(self, troubles: list[int]) -> None:
        self.troubles = troubles
        self.waiting = {"m-1": a_message()}
        self.replies: list[dict[str, Any]] = []
        self.asked = asyncio.Event()
        self.app = Starlette(
            routes=[
                Route(f"{MESSAGES}/lease", self.lease, methods=["POST"]),
                Route(f"{MESSAGES}/{{id}}/ack", self.ack, methods=["POST"]),
                Route("/v1/replies/court.odyssey", self.reply, methods=["POST"]),
            ]
        )

    async def lease(self, _: Request) -> Response:
        self.asked.set()
        rows = [
            {
                "message_id": one.message_id,
                "type": one.type,
                "headers": dict(one.headers),
                "body": one.body.decode(),
            }
            for one in self.waiting.values()
        ]
        return self._trouble() or JSONResponse({"messages": rows})

    async def ack(self, request: Request) -> Response:
        trouble = self._trouble()
        if trouble is None:
            del self.waiting[request.path_params["id"]]
        return trouble or Response(status_code=204)

    async def reply(self, request: Request) -> Response:
        self.replies.append(await request.json())
        return self._trouble() or JSONResponse({})

    def _trouble(self) -> Response | None:
        status = self.troubles.pop(0) if self.troubles else 200
        if status == 0:
            raise ConnectionResetError("the hub was killed")
        return None if status == 200 else Response(status_code=status)


class Wire(httpx2.ASGITransport):
    """A connection to an app; what the app raises looks like a lost connection."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        try:
            return await super().handle_async_request(request)
        except ConnectionResetError as lost:
            raise httpx2.ReadError(str(lost)) from lost


@pytest.fixture
async def mailbox() -> AsyncIterator[tuple[Mailbox, httpx2.AsyncClient]]:
    box = Mailbox([])
    async with httpx2.AsyncClient(transport=Wire(app=box.app), base_url="http://hub") as http:
        yield box, http


@pytest.mark.parametrize(
    "troubles",
    [
        [0, 200, 200, 200],  # lost while leasing
        [503, 429, 500],
        [200, 0, 200, 200],  # lost while replying: it was taken or not, nobody knows
        [200, 200, 200, 0],  # lost while acking
        [200, 200, 200, 409],  # the lease ran out: it comes again
    ],
)
async def test_trouble_is_waited_out_and_a_filing_is_docketed_once(
    mailbox: tuple[Mailbox, httpx2.AsyncClient], court: ToyOdyssey, troubles: list[int]
) -> None:
    box, http = mailbox
    box.troubles = troubles

    await MailboxReceiver(court, http, "key").run_until(1)

    assert box.waiting == {}
    assert {one["reply_id"] for one in box.replies} == {"m-1.received", "m-1.accepted"}
    assert len(court.entries()) == 1


async def test_patience_ends(
    mailbox: tuple[Mailbox, httpx2.AsyncClient], court: ToyOdyssey
) -> None:
    box, http = mailbox
    box.troubles = [503] * 50

    with pytest.raises(httpx2.HTTPStatusError, match="503"):
        await MailboxReceiver(court, http, "key", patience_seconds=0).run(asyncio.Event())


async def test_it_stops_when_told(
    mailbox: tuple[Mailbox, httpx2.AsyncClient], court: ToyOdyssey
) -> None:
    box, http = mailbox
    box.waiting.clear()
    stop = asyncio.Event()
    receiver = MailboxReceiver(court, http, "key")
    running = asyncio.create_task(receiver.run(stop))
    await box.asked.wait()

    stop.set()
    await running

    assert receiver.taken_count == 0

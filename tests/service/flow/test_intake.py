"""Intake: group commit, poison, bugs of ours, and nothing personal in the log."""

import asyncio
import json
import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest

from hub.clock import new_id
from hub.domain.accounts import Client
from hub.domain.errors import TooMany
from hub.intake import WAITING_SUBMISSIONS_MAX, Intake, Post
from hub.observability import REDACTED, redact
from hub.ports import Adapter, ReadDocument
from hub.relay import LoopDoorbell
from hub.testing import samples
from tests.living import LivingHub, accepted_ticket


async def sender(hub: LivingHub) -> Client:
    client = await hub.hub.store.find_client("vt-dps-tracs")
    assert client is not None
    return client


def failing(adapter: Adapter) -> Adapter:
    def read(_: bytes) -> Iterator[ReadDocument]:
        raise ZeroDivisionError("Surname Testerly, licence 77166641")

    return replace(adapter, read=read)


async def test_a_bug_of_ours_keeps_the_bytes_and_is_answered_held(
    hub: LivingHub, caplog: pytest.LogCaptureFixture
) -> None:
    adapter = failing(hub.node.app.state.services.adapters["tracs"])
    raw = accepted_ticket()

    receipt = await hub.node.intake.take(Post(adapter, raw, await sender(hub)))

    assert receipt.http_status == 202
    assert [finding.code for finding in receipt.submission.findings] == ["X099"]
    assert await hub.hub.store.find_payload(receipt.submission.sha256) == raw
    assert "ZeroDivisionError" in caplog.text
    assert "Testerly" not in caplog.text


async def test_posts_that_come_together_share_a_commit_and_each_gets_its_receipt(
    hub: LivingHub,
) -> None:
    adapter = hub.node.app.state.services.adapters["tracs"]
    client = await sender(hub)
    posts = [Post(adapter, accepted_ticket(number), client) for number in range(1, 41)]

    receipts = await asyncio.gather(*(hub.node.intake.take(post) for post in posts))

    numbers = [document.number for receipt in receipts for document in receipt.documents]
    assert numbers == [f"{number:08d}" for number in range(1, 41)]
    assert len({receipt.submission.stored_at for receipt in receipts}) < len(receipts)


async def test_a_poisoned_submission_is_kept_unjudged_and_fails_nobody_else(
    hub: LivingHub,
) -> None:
    adapter = hub.node.app.state.services.adapters["tracs"]

    def read(raw: bytes) -> Iterator[ReadDocument]:
        for document in adapter.read(raw):
            yield replace(document, kind="no such kind")

    poison = replace(adapter, read=read)
    client = await sender(hub)
    posts = [
        Post(adapter, accepted_ticket(1), client),
        Post(poison, accepted_ticket(2), client),
        Post(adapter, accepted_ticket(3), client),
    ]

    first, kept, last = await asyncio.gather(*(hub.node.intake.take(post) for post in posts))

    assert [finding.code for finding in kept.submission.findings] == ["X099"]
    assert kept.http_status == 202
    assert await hub.hub.store.find_payload(kept.submission.sha256) == accepted_ticket(2)
    assert first.documents[0].number == "00000001"
    assert last.documents[0].number == "00000003"


async def test_a_ticket_rejected_and_then_corrected_supersedes_the_rejected_one(
    hub: LivingHub,
) -> None:
    wrong = accepted_ticket(7).replace(b"<CourtCode>", b"<CourtCode>XX")
    first = (await hub.post(wrong)).json()["documents"][0]
    assert first["outcome"] == "rejected"

    await hub.post(accepted_ticket(7))

    assert (await hub.document(first["document_id"]))["status"] == "superseded"
    assert (await hub.document(first["document_id"]))["outcome"] == "rejected"


async def test_no_log_line_holds_a_name_or_a_licence(
    hub: LivingHub, caplog: pytest.LogCaptureFixture
) -> None:
    personal = set()
    for sample in samples.tour():
        await hub.post(sample.raw, received_at=sample.received_at.isoformat())
    for row in (await hub.get("/v1/documents", limit=500)).json()["documents"]:
        record = (await hub.document(row["id"]))["record"] or {}
        party = record.get("defendant", {})
        personal |= {party.get(name) for name in ("last_name", "license_number", "birth_date")}
    await hub.lease()

    log = caplog.text

    assert "submission.receipted" in log
    for value in personal - {None}:
        assert str(value) not in log


def test_a_key_that_nobody_cleared_is_redacted() -> None:
    line = redact(logging.getLogger(), "info", {"event": "x", "surname": "Testerly", "status": 1})

    assert line == {"event": "x", "surname": REDACTED, "status": 1}
    assert "Testerly" not in json.dumps(line)


async def test_when_too_many_wait_the_next_is_429_and_was_not_taken(hub: LivingHub) -> None:
    adapter = hub.node.app.state.services.adapters["tracs"]
    idle = Intake(  # nobody commits what waits
        store=hub.hub.store,
        routes=(),
        reference=hub.hub.shelf.current,
        clock=hub.clock,
        new_id=new_id,
        doorbell=LoopDoorbell(),
    )
    post = Post(adapter, b"", await sender(hub))

    async with asyncio.timeout(60):
        posts = [asyncio.ensure_future(idle.take(post)) for _ in range(WAITING_SUBMISSIONS_MAX + 1)]
        (refused,), waiting = await asyncio.wait(posts, return_when=asyncio.FIRST_COMPLETED)

    error = refused.exception()
    assert isinstance(error, TooMany)
    assert error.http_status == 429
    for one in waiting:
        one.cancel()

"""What people read: documents, events, errors, replies, clients and reference versions."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from hub.domain.accounts import ApiKey, Client, Role
from hub.domain.delivery import ReplyType
from hub.domain.judgement import Kind
from hub.domain.states import DocumentStatus, Outcome
from hub.domain.stored import Document, DocumentFilter, ErrorFilter, ErrorKind, Page
from hub.store.sql_store import SqlStore
from tests.stored import (
    LATE,
    NOW,
    WRONG,
    a_document,
    a_reply,
    a_submission,
    after,
    an_error,
    an_event,
    keep,
)

CLIENT = Client("client-1", "Synthetic PD", Role.SUBMITTER, NOW, ("tracs",), ("1119", "0417"))


async def test_documents_come_newest_first_page_by_page_without_records(store: SqlStore) -> None:
    submission = a_submission()
    documents = [a_document(submission, position=index) for index in range(5)]
    await keep(store, submission, *documents)

    pages, cursor = [], None
    while page := await store.list_documents(DocumentFilter(), Page(2, cursor)):
        pages.append(page)
        cursor = page[-1].id

    expected = [replace(document, record=None) for document in reversed(documents)]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert [document for page in pages for document in page] == expected


MATCHING: list[dict[str, Any]] = [
    {"status": "returned"},
    {"outcome": "rejected"},
    {"kind": "collision"},
    {"source": "sector"},
    {"agency": "0417"},
    {"officer": "A9"},
    {"number": "7"},
    {"code": "D306"},
    {"since": NOW, "until": after(1)},
    {"sources": ("sector", "valcour")},
    {"agencies": ("0417", "2001")},
    {"agencies": ("0417",), "client": "nobody"},
    {"kinds": (Kind.COLLISION,)},
    {"sources": (), "client": "client-1", "number": "7"},
    {"code": "D306", "until": after(1), "agencies": ("0417",), "kind": "collision"},
]
MISSING: list[dict[str, Any]] = [
    {"status": "no such state"},
    {"code": "X099"},
    {"until": NOW},
    {"since": after(1.5)},
    {"sources": ()},
    {"agencies": ()},
    {"status": "returned", "kind": "citation"},
]


@pytest.fixture
async def odd_one(store: SqlStore) -> Document:
    """What every filter of MATCHING finds, beside two that come later and that none finds."""
    submission = a_submission(source="sector")
    odd = a_document(
        submission,
        kind=Kind.COLLISION,
        agency="0417",
        officer_id="A9",
        number="7",
        outcome=Outcome.REJECTED,
        status=DocumentStatus.RETURNED,
        record=None,
        findings=(LATE, WRONG),
    )
    await keep(store, submission, odd)
    later = a_submission(received_at=after(1))
    nameless = a_document(later, position=1, agency=None, number=None, officer_id=None)
    await keep(store, later, a_document(later), nameless)
    return odd


async def test_each_filter_finds_its_documents_and_no_others(
    store: SqlStore, odd_one: Document
) -> None:
    for one in MATCHING:
        assert await store.list_documents(DocumentFilter(**one), Page()) == [odd_one], one
    for one in MISSING:
        assert await store.list_documents(DocumentFilter(**one), Page()) == [], one
    assert len(await store.list_documents(DocumentFilter(), Page())) == 3


async def test_the_error_log_is_filtered_and_newest_first(store: SqlStore) -> None:
    old = an_error(kind=ErrorKind.REPASS, agency="0417", number="7", detail={"reason": "x"})
    new = an_error(at=after(5), source="sector", client_id="client-1", agency="1119")
    async with store.begin() as transaction:
        await transaction.add_errors([old, new])

    found = {
        "all": await store.list_errors(ErrorFilter(), Page()),
        "first": await store.list_errors(ErrorFilter(), Page(1)),
        "after": await store.list_errors(ErrorFilter(), Page(1, new.id)),
        "kind": await store.list_errors(ErrorFilter(kind="repass"), Page()),
        "number": await store.list_errors(ErrorFilter(agency="0417", number="7"), Page()),
        "since": await store.list_errors(ErrorFilter(since=after(5)), Page()),
        "until": await store.list_errors(ErrorFilter(until=after(5)), Page()),
        "scope": await store.list_errors(ErrorFilter(sources=("tracs",), agencies=()), Page()),
        "own": await store.list_errors(ErrorFilter(agencies=(), client="client-1"), Page()),
    }

    assert found == {
        "all": [new, old],
        "first": [new],
        "after": [old],
        "kind": [old],
        "number": [old],
        "since": [new],
        "until": [old],
        "scope": [],
        "own": [new],
    }


async def test_events_of_a_document_are_its_own_and_its_submissions(store: SqlStore) -> None:
    whole = an_event(name="submission.received", submission_id="s", actor="client-1")
    own = an_event(submission_id="s", document_id="d", detail={"codes": ["T503"], "n": {"a": 1}})
    delivered = an_event(document_id="d", delivery_id="x")
    sibling = an_event(submission_id="s", document_id="e")
    async with store.begin() as transaction:
        await transaction.add_events([delivered, sibling, own, whole])

    assert await store.list_events(submission_id="s", document_id="d") == [whole, own, delivered]


async def test_a_reply_is_kept_once_for_each_destination(store: SqlStore) -> None:
    first = replace(
        a_reply(
            type=ReplyType.DISPOSED, amount="105.00", disposition={"charges": [{"sequence": 1}]}
        ),
        document_id="d",
        delivery_id="x",
    )
    other = replace(a_reply(destination="court.aoc"), document_id="d", received_at=after(62))
    async with store.begin() as transaction:
        assert await transaction.add_reply(other)
        assert await transaction.add_reply(first)
        assert not await transaction.add_reply(first)
    async with store.begin() as transaction:
        assert not await transaction.add_reply(a_reply(type=ReplyType.REJECTED))

    assert await store.list_replies("d") == [first, other]


async def test_a_client_is_added_and_later_changed(store: SqlStore) -> None:
    changed = replace(CLIENT, name="Renamed PD", role=Role.DESK, agencies=None)
    second = replace(CLIENT, id="client-2", sources=(), destination="court.odyssey")

    await store.clients.add_client(second)
    await store.clients.add_client(CLIENT)
    assert await store.find_client(CLIENT.id) == CLIENT
    await store.clients.add_client(replace(changed, created_at=after(9)))

    assert await store.clients.list_clients() == [changed, second]
    assert await store.find_client("unknown") is None


async def test_importing_a_disabled_client_again_does_not_enable_it(store: SqlStore) -> None:
    disabled = replace(CLIENT, is_disabled=True, requests_per_second_max=2.5, burst_requests_max=7)
    await store.clients.add_client(CLIENT)
    assert await store.clients.change_client(disabled, an_event())

    await store.clients.add_client(CLIENT)

    assert await store.find_client(CLIENT.id) == disabled
    assert not await store.clients.change_client(replace(CLIENT, id="unknown"), an_event())


async def test_a_key_is_found_with_its_client(store: SqlStore) -> None:
    key = ApiKey("key-1", CLIENT.id, "0" * 64, after(1), may_backfill=True)
    await store.clients.add_client(CLIENT)

    assert await store.clients.add_key(key, an_event(), live_max=2)

    assert await store.clients.find_key("key-1") == (key, CLIENT)
    assert await store.clients.find_key("unknown") is None


async def test_a_third_live_key_is_not_added_until_one_is_retired(store: SqlStore) -> None:
    await store.clients.add_client(CLIENT)
    keys = [ApiKey(f"key-{n}", CLIENT.id, "0" * 64, after(n)) for n in range(3)]

    added = [await store.clients.add_key(key, an_event(), live_max=2) for key in keys]
    retired = [await store.clients.retire_key("key-0", after(9), an_event()) for _ in range(2)]

    assert added == [True, True, False]
    assert retired == [True, False]
    assert await store.clients.add_key(keys[2], an_event(), live_max=2)
    assert await store.clients.list_keys([CLIENT.id]) == [
        replace(keys[0], retired_at=after(9)),
        *keys[1:],
    ]


async def test_keys_issued_at_once_count_each_other(store: SqlStore) -> None:
    await store.clients.add_client(CLIENT)
    keys = [ApiKey(f"key-{n}", CLIENT.id, "0" * 64, NOW) for n in range(8)]

    added = await asyncio.gather(
        *(store.clients.add_key(key, an_event(), live_max=2) for key in keys)
    )

    assert added.count(True) == 2


async def test_the_last_use_of_a_key_never_goes_back(store: SqlStore) -> None:
    await store.clients.add_client(CLIENT)
    await store.clients.add_key(ApiKey("key-1", CLIENT.id, "0" * 64, NOW), an_event(), live_max=2)

    await store.clients.note_use({"key-1": after(60), "unknown": after(60)})
    await store.clients.note_use({"key-1": after(30)})

    (key,) = await store.clients.list_keys([CLIENT.id])
    assert key.last_used_at == after(60)


async def test_the_reference_version_imported_last_is_current(store: SqlStore) -> None:
    assert await store.find_reference() is None
    first, second = {"agencies.csv": "a,b\n1,é\n", "courts.csv": ""}, {"agencies.csv": "a,b\n"}

    await store.add_reference("v1", first, NOW)
    assert await store.find_reference() == ("v1", first)
    await store.add_reference("v2", second, NOW)
    assert await store.find_reference() == ("v2", second)
    await store.add_reference("v1", first, NOW)
    assert await store.find_reference() == ("v1", first)

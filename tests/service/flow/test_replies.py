"""What a court says of a ticket: early, late, twice, contradictory, or before the ticket came."""

from typing import Any

import pytest

from hub.ports import Inbound, Settlement
from tests.living import LivingHub, accepted_ticket

REPLIES = "/v1/replies/court.odyssey"
NUMBER = 73_900_001
CITATION = {"state": "VT", "agency": "0111", "number": str(NUMBER)}


def said(type_: str, message_id: str | None = None, **more: Any) -> dict[str, Any]:
    """A reply to a message, or of the ticket by its citation key."""
    key = {"message_id": message_id} if message_id else {"citation": CITATION}
    reply_id = f"{message_id or NUMBER}-{type_}"
    given = {"reply_id": reply_id, "type": f"reply.{type_}", "at": "2026-02-19T09:00:00Z"}
    return given | key | more


def decided(**more: Any) -> dict[str, Any]:
    """A decision of the court."""
    charge = {
        "sequence": 1,
        "violation_code": "23V1081B",
        "disposition": "1",
        "disposition_date": "2026-03-20",
        "plea": "no_contest",
        "fine": "105.00",
    }
    given = {"state": "VT", "court_code": "VTJB", "docket_number": "7-2-26", "charges": [charge]}
    return given | {"report_type": "original"} | more


async def sent(hub: LivingHub) -> tuple[str, str]:
    """A ticket that has gone to the court: document id and message id."""
    (row,) = (await hub.post(accepted_ticket(NUMBER))).json()["documents"]
    (message,) = await hub.lease()
    return row["document_id"], message["message_id"]


async def say(hub: LivingHub, body: dict[str, Any]) -> str:
    """Say it; gives what became of it."""
    answer = await hub.say(REPLIES, body)
    assert answer.status_code == 200, answer.text
    taken: str = answer.json()["taken"]
    return taken


async def reviews(hub: LivingHub, kind: str) -> list[dict[str, Any]]:
    """The open reviews of a kind."""
    listed = (await hub.get("/v1/reviews", kind=kind)).json()["reviews"]
    return [one for one in listed if one["closed_at"] is None]


async def dispositions(hub: LivingHub) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = (await hub.get("/v1/documents", kind="disposition")).json()[
        "documents"
    ]
    return listed


async def test_the_docket_number_of_an_acceptance_is_kept_on_the_document(hub: LivingHub) -> None:
    document_id, message_id = await sent(hub)

    await say(hub, said("accepted", message_id, docket_number="1-2-26 Mock"))

    assert (await hub.document(document_id))["docket_number"] == "1-2-26 Mock"


async def test_the_docketing_names_the_docket_number_for_good(hub: LivingHub) -> None:
    document_id, message_id = await sent(hub)
    await say(hub, said("accepted", message_id, docket_number="1-2-26 Mock"))

    await say(hub, said("docketed", docket_number="2-2-26 Mock"))
    await say(hub, said("accepted", message_id, reply_id="late", docket_number="1-2-26 Mock"))

    assert (await hub.document(document_id))["docket_number"] == "2-2-26 Mock"


async def test_a_payment_without_message_id_finds_its_ticket(hub: LivingHub) -> None:
    document_id, _ = await sent(hub)

    assert await say(hub, said("paid", amount="105.00")) == "recorded"

    document = await hub.document(document_id)
    assert [(one["type"], one["amount"]) for one in document["replies"]] == [
        ("reply.paid", "105.00")
    ]
    assert (await hub.delivery(document_id))["status"] == "published"


async def test_a_refusal_opens_a_review_and_leaves_the_document_accepted(hub: LivingHub) -> None:
    document_id, message_id = await sent(hub)

    await say(hub, said("rejected", message_id, code="77"))
    await say(hub, said("rejected", message_id, reply_id="again", code="77"))

    (review,) = await reviews(hub, "court-refusal")
    assert review["subject_id"] == document_id
    assert (await hub.document(document_id))["status"] == "accepted"
    assert (await hub.delivery(document_id))["status"] == "refused"


@pytest.mark.parametrize(
    ("first", "second", "status"),
    [("accepted", "rejected", "acknowledged"), ("rejected", "accepted", "refused")],
)
async def test_a_contradiction_changes_nothing_and_opens_a_review(
    hub: LivingHub, first: str, second: str, status: str
) -> None:
    document_id, message_id = await sent(hub)
    await say(hub, said(first, message_id, docket_number="1-2-26"))
    before = await reviews(hub, "court-refusal")

    await say(hub, said(second, message_id, docket_number="9-9-99"))

    assert (await hub.delivery(document_id))["status"] == status
    assert len(await reviews(hub, "court-refusal")) == len(before) + 1
    assert (await hub.document(document_id))["docket_number"] in ("1-2-26", None)


async def test_a_reply_may_outrun_the_publish_mark(hub: LivingHub) -> None:
    (row,) = (await hub.post(accepted_ticket(NUMBER))).json()["documents"]
    delivery = await hub.delivery(row["document_id"])
    assert delivery["status"] == "pending"

    await say(hub, said("accepted", delivery["id"]))
    await hub.node.exchange.relay.step()

    assert (await hub.delivery(row["document_id"]))["status"] == "acknowledged"


async def test_a_reply_before_its_ticket_waits_and_is_matched(hub: LivingHub) -> None:
    assert await say(hub, said("paid", amount="105.00")) == "orphan"
    (review,) = await reviews(hub, "orphan-reply")
    assert (review["source"], review["number"]) == ("court.odyssey", str(NUMBER))
    assert await hub.node.exchange.replies.match_waiting() == 0

    document_id, _ = await sent(hub)
    assert await hub.node.exchange.replies.match_waiting() == 1

    assert await reviews(hub, "orphan-reply") == []
    assert [one["type"] for one in (await hub.document(document_id))["replies"]] == ["reply.paid"]
    assert await hub.node.exchange.replies.match_waiting() == 0


async def test_a_destination_does_not_speak_of_tickets_it_was_never_sent(hub: LivingHub) -> None:
    await sent(hub)

    other = {"state": "VT", "agency": "0417", "number": str(NUMBER)}

    assert await say(hub, said("paid") | {"citation": other}) == "orphan"


async def test_a_disposition_becomes_a_document_of_its_own(hub: LivingHub) -> None:
    document_id, _ = await sent(hub)

    assert await say(hub, said("disposed", disposition=decided())) == "recorded"

    (row,) = await dispositions(hub)
    assert (row["status"], row["agency"], row["number"]) == ("accepted", "VTJB", "7-2-26")
    record = (await hub.document(row["id"]))["record"]
    assert record["citation_number"] == str(NUMBER)
    assert record["agency_code"] == "0111"
    assert record["charges"][0]["fine"] == "105.00"
    assert (await hub.document(document_id))["replies"][0]["disposition"]["docket_number"]


async def test_the_same_disposition_twice_is_one_document(hub: LivingHub) -> None:
    await sent(hub)

    for reply_id in ("1", "1", "2"):
        await say(hub, said("disposed", reply_id=reply_id, disposition=decided()))

    assert len(await dispositions(hub)) == 1


@pytest.mark.parametrize("report_type", ["correction", "deletion", "vacated"])
async def test_a_later_report_is_the_next_version(hub: LivingHub, report_type: str) -> None:
    await sent(hub)
    await say(hub, said("disposed", reply_id="1", disposition=decided()))

    later = decided(report_type=report_type)
    await say(hub, said("disposed", reply_id="2", disposition=later))

    rows = [(one["version"], one["status"]) for one in await dispositions(hub)]
    assert rows == [(2, "accepted"), (1, "corrected")]


async def test_two_different_originals_are_for_a_person(hub: LivingHub) -> None:
    await sent(hub)
    await say(hub, said("disposed", reply_id="1", disposition=decided()))

    other = decided(hazmat="2")
    await say(hub, said("disposed", reply_id="2", disposition=other))

    assert len(await dispositions(hub)) == 1
    assert len(await reviews(hub, "court-refusal")) == 1


async def test_a_disposition_before_its_ticket_is_held_until_it_comes(hub: LivingHub) -> None:
    assert await say(hub, said("disposed", disposition=decided())) == "orphan"
    (row,) = await dispositions(hub)
    assert (row["status"], row["codes"]) == ("held", ["L903"])

    await sent(hub)
    await hub.node.exchange.replies.match_waiting()

    (row,) = await dispositions(hub)
    assert (row["status"], row["outcome"]) == ("accepted", "held")
    assert (await hub.document(row["id"]))["record"]["source"] == "tracs"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (said("accepted"), ""),
        (said("paid") | {"citation": None}, ""),
        (said("disposed"), ""),
        (said("paid", disposition=decided()), ""),
        (said("disposed", disposition=decided(charges=[])), "disposition.charges"),
        (said("disposed", disposition=decided(report_type="maybe")), "disposition.report_type"),
        (said("disposed", disposition=decided(cmv="3")), "disposition.cmv"),
        (said("paid", amount="ten"), "amount"),
        (said("paid", colour="red"), "colour"),
    ],
)
async def test_a_malformed_reply_is_400_and_names_the_field(
    hub: LivingHub, body: dict[str, Any], field: str
) -> None:
    answer = await hub.say(REPLIES, body)

    assert answer.status_code == 400
    assert [fault["field"] for fault in answer.json()["faults"]] == [field]


async def test_over_the_broker_the_same_reply_is_taken_and_a_malformed_one_put_aside(
    hub: LivingHub,
) -> None:
    replies = hub.node.exchange.replies
    body = b'{"reply_id": "1", "type": "reply.paid", "at": "2026-02-19T09:00:00Z"'
    key = b', "citation": {"state": "VT", "agency": "0111", "number": "1"}}'
    whole = Inbound("court.odyssey", "court.odyssey", body + key)

    settled = [await replies.take_inbound(one) for one in (whole, Inbound("x", "x", body))]

    assert settled == [Settlement.ACK, Settlement.ACK]
    errors = (await hub.get("/v1/error-log", kind="orphan-reply")).json()["errors"]
    assert [(one["source"], one["number"]) for one in errors] == [
        ("x", None),
        ("court.odyssey", "1"),
    ]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"at": "0001-01-01T00:00:00+14:00"}, "at"),
        ({"at": "9999-12-31T23:59:59-14:00"}, "at"),
        ({"text": "a\0b"}, "text"),
        ({"reply_id": "\0"}, "reply_id"),
        ({"citation": {**CITATION, "number": "\0"}}, "citation.number"),
    ],
)
async def test_what_a_database_cannot_keep_is_malformed(
    hub: LivingHub, more: dict[str, Any], field: str
) -> None:
    answer = await hub.say(REPLIES, said("paid") | more)

    assert answer.status_code == 400
    assert [fault["field"] for fault in answer.json()["faults"]] == [field]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{", "malformed: body"),
        (b"\xff", "malformed: body"),
        (b"[" * 100_000, "malformed: body"),
        (b" " * (1024**2 + 1), "larger than 1 MiB"),
        (b'{"Testerly, licence 77166641": 1}', "malformed: at, body, reply_id, type"),
    ],
)
async def test_what_is_no_reply_is_put_aside_and_nothing_of_it_is_quoted(
    hub: LivingHub, body: bytes, reason: str
) -> None:
    inbound = Inbound("court.odyssey", "court.odyssey", body)

    assert await hub.node.exchange.replies.take_inbound(inbound) is Settlement.ACK

    (error,) = (await hub.get("/v1/error-log", kind="orphan-reply")).json()["errors"]
    assert error["reason"] == reason

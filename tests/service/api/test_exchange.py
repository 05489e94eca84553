"""The mailbox and replies over HTTP: a ticket's way to the court and the answer back."""

import asyncio
from typing import Any

import pytest

from tests.living import LivingHub, accepted_ticket

MESSAGES = "/v1/destinations/court.odyssey/messages"
REPLIES = "/v1/replies/court.odyssey"


async def posted(hub: LivingHub, number: int = 73_900_001) -> str:
    receipt = (await hub.post(accepted_ticket(number))).json()
    document_id: str = receipt["documents"][0]["document_id"]
    return document_id


async def status_of(hub: LivingHub, document_id: str) -> str:
    delivery = await hub.delivery(document_id)
    status: str = delivery["status"]
    return status


def reply(message_id: str | None, type_: str, **more: Any) -> dict[str, Any]:
    given = {"reply_id": f"{message_id}-{type_}", "type": f"reply.{type_}"}
    return {**given, "at": "2026-02-19T09:00:00Z", "message_id": message_id, **more}


async def test_a_leased_message_carries_what_the_interface_promises(hub: LivingHub) -> None:
    document_id = await posted(hub)

    (message,) = await hub.lease(max=10, lease_seconds=60)

    assert message["type"] == "citation.v1"
    assert message["headers"] | {"x-hub-agency": None, "traceparent": None} == {
        "x-hub-source": "tracs",
        "x-hub-agency": None,
        "x-hub-number": "73900001",
        "x-hub-version": 1,
        "x-hub-monitored": False,
        "x-hub-attempt": 1,
        "traceparent": None,
    }
    assert "<nc:IdentificationID>73900001</nc:IdentificationID>" in message["body"]
    delivery = await hub.delivery(document_id)
    assert delivery["id"] == message["message_id"]
    assert delivery["status"] == "published"


async def test_an_ack_is_delivered_and_the_message_does_not_come_again(hub: LivingHub) -> None:
    document_id = await posted(hub)
    (message,) = await hub.lease()

    answer = await hub.say(f"{MESSAGES}/{message['message_id']}/ack")

    assert answer.status_code == 204
    assert await status_of(hub, document_id) == "delivered"
    assert await hub.lease() == []


async def test_a_lease_that_runs_out_hands_the_message_out_again(hub: LivingHub) -> None:
    await posted(hub)
    (message,) = await hub.lease(max=1, lease_seconds=30)
    assert await hub.lease() == []

    hub.clock.forward(31)

    assert [again["message_id"] for again in await hub.lease()] == [message["message_id"]]


async def test_a_reject_is_dead_and_a_requeue_comes_again(hub: LivingHub) -> None:
    document_id = await posted(hub)
    (message,) = await hub.lease()
    path = f"{MESSAGES}/{message['message_id']}/reject"

    assert (await hub.say(path, {"requeue": True})).status_code == 204
    (again,) = await hub.lease()
    assert again["message_id"] == message["message_id"]
    assert (await hub.say(path)).status_code == 204

    delivery = await hub.delivery(document_id)
    assert (delivery["status"], delivery["cause"]) == ("dead", "rejected-by-receiver")
    assert await hub.lease() == []


async def test_a_reject_that_comes_too_late_buries_nothing(hub: LivingHub) -> None:
    receipt = (await hub.post(accepted_ticket())).json()
    (message,) = await hub.lease(max=1, lease_seconds=30)
    hub.clock.forward(31)

    late = await hub.say(f"{MESSAGES}/{message['message_id']}/reject")

    assert late.status_code == 409
    (again,) = await hub.lease()
    assert (await hub.say(f"{MESSAGES}/{again['message_id']}/ack")).status_code == 204
    delivery = await hub.delivery(receipt["documents"][0]["document_id"])
    assert delivery["status"] == "delivered"


@pytest.mark.parametrize("verb", ["ack", "reject"])
async def test_what_comes_after_the_lease_is_a_conflict_and_records_nothing(
    hub: LivingHub, verb: str
) -> None:
    document_id = await posted(hub)
    (message,) = await hub.lease(max=1, lease_seconds=30)
    before = await hub.delivery(document_id)
    hub.clock.forward(31)

    late = await hub.say(f"{MESSAGES}/{message['message_id']}/{verb}")

    assert late.status_code == 409
    assert await hub.delivery(document_id) == before
    assert [again["message_id"] for again in await hub.lease()] == [message["message_id"]]


async def test_a_lease_of_more_than_a_step_gives_every_message_once(hub: LivingHub) -> None:
    await asyncio.gather(*(hub.post(accepted_ticket(number)) for number in range(1, 71)))

    messages = await hub.lease(max=60)

    assert len({one["message_id"] for one in messages}) == 60
    assert len(await hub.lease(max=60)) == 10


async def test_settling_what_is_not_leased_is_a_conflict(hub: LivingHub) -> None:
    answer = await hub.say(f"{MESSAGES}/unknown/ack")

    assert answer.status_code == 409


async def test_replies_move_the_delivery_to_acknowledged(hub: LivingHub) -> None:
    document_id = await posted(hub)
    (message,) = await hub.lease()
    message_id = message["message_id"]

    await hub.say(REPLIES, reply(message_id, "received"))
    assert await status_of(hub, document_id) == "delivered"
    answer = await hub.say(REPLIES, reply(message_id, "accepted", docket_number="1-2-26 Mock"))

    assert answer.json()["taken"] == "recorded"
    document = await hub.document(document_id)
    assert (await hub.delivery(document["id"]))["status"] == "acknowledged"
    assert [one["docket_number"] for one in document["replies"]] == [None, "1-2-26 Mock"]


async def test_the_courts_refusal_leaves_the_document_accepted(hub: LivingHub) -> None:
    document_id = await posted(hub)
    (message,) = await hub.lease()

    await hub.say(
        REPLIES, reply(message["message_id"], "rejected", code="77", text="No such court")
    )

    document = await hub.document(document_id)
    assert document["status"] == "accepted"
    assert (await hub.delivery(document["id"]))["status"] == "refused"
    assert document["replies"][0]["text"] == "No such court"


async def test_a_reply_twice_is_recorded_once(hub: LivingHub) -> None:
    document_id = await posted(hub)
    (message,) = await hub.lease()
    said = reply(message["message_id"], "received")

    taken = [(await hub.say(REPLIES, said)).json()["taken"] for _ in range(2)]

    assert taken == ["recorded", "repeated"]
    assert len((await hub.document(document_id))["replies"]) == 1


async def test_a_lower_reply_after_a_higher_one_is_kept_and_changes_nothing(
    hub: LivingHub,
) -> None:
    document_id = await posted(hub)
    (message,) = await hub.lease()

    await hub.say(REPLIES, reply(message["message_id"], "accepted"))
    await hub.say(REPLIES, reply(message["message_id"], "received"))

    assert await status_of(hub, document_id) == "acknowledged"
    assert len((await hub.document(document_id))["replies"]) == 2


async def test_a_reply_for_an_unknown_message_goes_to_the_error_log(hub: LivingHub) -> None:
    key = {"state": "VT", "agency": "0417", "number": "00000001"}

    answer = await hub.say(REPLIES, reply(None, "paid", citation=key, amount="105.00"))

    assert answer.json()["taken"] == "orphan"
    (entry,) = (await hub.get("/v1/error-log", kind="orphan-reply")).json()["errors"]
    assert (entry["agency"], entry["number"]) == ("0417", "00000001")


async def test_a_malformed_reply_is_400_and_names_the_field(hub: LivingHub) -> None:
    answer = await hub.say(REPLIES, {"reply_id": "1", "type": "reply.maybe", "at": "soon"})

    assert answer.status_code == 400
    assert {fault["field"] for fault in answer.json()["faults"]} == {"type", "at"}


async def test_a_destinations_key_acts_for_its_own_destination_only(hub: LivingHub) -> None:
    other = await hub.say("/v1/destinations/court.aoc/messages/lease")
    submitter = await hub.say(f"{MESSAGES}/lease", key="vt-dps-tracs")

    assert (other.status_code, submitter.status_code) == (403, 403)

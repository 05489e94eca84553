"""Every (state, action) pair, against what the state machine draws, on a living hub."""

import asyncio

import pytest

from hub.desk import Order, Person, correct, take_action
from hub.domain.errors import IllegalMove, Stale
from hub.domain.review import TARGETS, Action
from hub.domain.states import DOCUMENT_MOVES, DocumentStatus
from tests.desk_road import (
    MADE,
    REASON,
    altered,
    collision,
    done,
    open_reviews,
    order,
    posted,
    revision,
    status,
    wrong,
)
from tests.living import LivingHub

NUMBER = 73_500_001
SOMEONE = Person("someone")


async def carry_out(hub: LivingHub, action: Action, document_id: str, number: int) -> None:
    desk, at = hub.node.app.state.services.desk, await revision(hub, document_id)
    wanted = Order(action, SOMEONE, document_id, at, REASON)
    if action is Action.CORRECT:
        await correct(desk, wanted, altered(number, "US Rt. 9"))
    else:
        await take_action(desk, wanted)


@pytest.mark.parametrize("before", DocumentStatus)
async def test_an_action_moves_a_document_only_where_a_move_is_drawn(
    hub: LivingHub, before: DocumentStatus
) -> None:
    for number, action in enumerate(Action, NUMBER):
        document_id = await MADE[before](hub, number)
        assert await status(hub, document_id) is before

        if TARGETS[action] in DOCUMENT_MOVES[before]:
            await carry_out(hub, action, document_id, number)
            assert await status(hub, document_id) is TARGETS[action]
        else:
            with pytest.raises(IllegalMove, match=f"{before} document cannot become"):
                await carry_out(hub, action, document_id, number)
            assert await status(hub, document_id) is before


async def test_an_undrawn_action_is_409_with_a_sentence(hub: LivingHub) -> None:
    document_id = await MADE[DocumentStatus.RETURNED](hub, NUMBER)

    answer = await order(hub, "return", document_id)

    assert answer.status_code == 409
    assert answer.json()["detail"] == "A returned document cannot become returned."


async def test_a_stale_revision_is_409_and_names_the_present_one(hub: LivingHub) -> None:
    document_id = await MADE[DocumentStatus.RETURNED](hub, NUMBER)

    answer = await order(hub, "discard", document_id, revision=1)

    assert answer.status_code == 409
    assert answer.json()["type"].endswith(":stale")
    assert "its revision is 2" in answer.json()["detail"]
    assert await status(hub, document_id) is DocumentStatus.RETURNED


async def test_of_two_people_at_once_one_wins_and_the_other_is_told(hub: LivingHub) -> None:
    document_id = await MADE[DocumentStatus.REJECTED](hub, NUMBER)

    answers = await asyncio.gather(
        *(order(hub, action, document_id, revision=1) for action in ("return", "discard"))
    )

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert await revision(hub, document_id) == 2


async def test_an_action_without_a_reason_or_with_a_word_too_many_is_400(hub: LivingHub) -> None:
    document_id = await MADE[DocumentStatus.REJECTED](hub, NUMBER)

    for wanted in ({"reason": "  "}, {"reason": None}, {"until": "now"}, {"revision": 0}):
        answer = await order(hub, "return", document_id, **wanted)
        assert answer.status_code == 400, wanted
    assert await status(hub, document_id) is DocumentStatus.REJECTED


async def test_only_correct_takes_a_document(hub: LivingHub) -> None:
    document_id = await MADE[DocumentStatus.REJECTED](hub, NUMBER)

    assert (await order(hub, "return", document_id, document="<a/>")).status_code == 400
    assert (await order(hub, "correct", document_id)).status_code == 400


async def test_an_order_larger_than_any_document_is_413(hub: LivingHub) -> None:
    document_id = await MADE[DocumentStatus.REJECTED](hub, NUMBER)

    answer = await order(hub, "correct", document_id, document="x" * 5_000_000)

    assert answer.status_code == 413


async def test_each_action_is_an_event_with_actor_and_reason(hub: LivingHub) -> None:
    document_id = await MADE[DocumentStatus.RETURNED](hub, NUMBER)

    events = (await hub.get(f"/v1/documents/{document_id}/timeline")).json()["events"]

    (told,) = [event for event in events if event["name"] == "document.returned"]
    assert (told["actor"], told["reason"], told["revision"]) == ("desk", REASON, 2)


async def test_a_released_collision_is_approved_and_says_by_whom(hub: LivingHub) -> None:
    document_id = await collision(hub)

    await done(hub, "release", document_id)

    shown = await hub.document(document_id)
    assert (shown["status"], shown["outcome"], shown["version"]) == ("accepted", "held", 1)
    assert shown["record"]["review_status"] == "approved"
    assert shown["record"]["reviewed_by"] == "desk"
    assert shown["record"]["reviewed_at"][-6:] in {"-04:00", "-05:00"}
    assert [one["destination"] for one in shown["deliveries"]] == []


async def test_a_returned_collision_says_so_in_its_record(hub: LivingHub) -> None:
    document_id = await collision(hub)

    await done(hub, "return", document_id)

    assert (await hub.document(document_id))["record"]["review_status"] == "returned"


async def test_what_leaves_its_state_waits_for_nobody(hub: LivingHub) -> None:
    await MADE[DocumentStatus.HELD](hub, NUMBER)
    await collision(hub)
    rejected = await posted(hub, wrong(NUMBER + 1))
    assert sorted(one["kind"] for one in await open_reviews(hub)) == [
        "collision",
        "rejected",
        "repass",
    ]

    for one in await open_reviews(hub):
        await done(hub, "discard", one["subject_id"])

    assert await open_reviews(hub) == []
    closed = await open_reviews(hub, open=False, kind="rejected")
    assert [(one["subject_id"], one["closed_by"], one["closed_with"]) for one in closed] == [
        (rejected, "desk", "discarded")
    ]


async def test_a_superseded_document_waits_for_nobody(hub: LivingHub) -> None:
    document_id = await MADE[DocumentStatus.SUPERSEDED](hub, NUMBER)

    (closed,) = await open_reviews(hub, open=False)

    assert await open_reviews(hub) == []
    assert (closed["subject_id"], closed["closed_with"]) == (document_id, "superseded")


async def test_a_person_on_the_machine_is_held_to_the_revision_too(hub: LivingHub) -> None:
    document_id = await MADE[DocumentStatus.REJECTED](hub, NUMBER)
    desk = hub.node.app.state.services.desk

    with pytest.raises(Stale, match="revision is 1"):
        await take_action(desk, Order(Action.DISCARD, SOMEONE, document_id, 7, REASON))


async def test_a_court_refusal_waits_until_the_ticket_is_corrected(hub: LivingHub) -> None:
    document_id = await MADE[DocumentStatus.ACCEPTED](hub, NUMBER)
    (message,) = await hub.lease()
    refusal = {
        "reply_id": "r-1",
        "type": "reply.rejected",
        "at": "2026-02-19T10:00:00Z",
        "message_id": message["message_id"],
        "code": "no-such-court",
    }
    assert (await hub.say("/v1/replies/court.odyssey", refusal)).status_code == 200

    (waiting,) = await open_reviews(hub, key="court")
    assert (waiting["kind"], waiting["subject_id"]) == ("court-refusal", document_id)
    assert waiting["actions"] == ["correct"]
    mended = altered(NUMBER).decode()
    await done(hub, "correct", document_id, key="court", document=mended)

    assert await open_reviews(hub) == []
    assert [message["type"] for message in await hub.lease()] == ["citation.v1.amend"]


async def test_an_orphan_reply_waits_for_its_ticket_and_offers_no_action(hub: LivingHub) -> None:
    key = {"state": "VT", "agency": "0111", "number": str(NUMBER)}
    paid = {"reply_id": "r-1", "type": "reply.paid", "at": "2026-02-19T10:00:00Z", "citation": key}
    assert (await hub.say("/v1/replies/court.odyssey", paid)).status_code == 200

    (waiting,) = await open_reviews(hub, key="court")

    assert (waiting["kind"], waiting["number"], waiting["actions"]) == (
        "orphan-reply",
        str(NUMBER),
        [],
    )

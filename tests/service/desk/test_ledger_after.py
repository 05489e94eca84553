"""What the ledger says of a ticket after staff acted on it: the nightly export brings it again."""

from hub.testing import samples
from tests.desk_road import altered, collision, done, order, post, posted, status, wrong
from tests.living import LivingHub

NUMBER = 73_500_001


async def held(hub: LivingHub, highway: str = "US Rt. 7") -> str:
    return await posted(hub, altered(NUMBER, highway))


async def outcome_of(hub: LivingHub, raw: bytes) -> str:
    return str((await post(hub, raw))["outcome"])


async def test_a_discarded_repass_that_comes_again_is_a_duplicate(hub: LivingHub) -> None:
    await post(hub, samples.ticket(NUMBER))
    repass = await held(hub)

    await done(hub, "discard", repass)

    again = await post(hub, altered(NUMBER))
    assert (again["outcome"], again["first_document_id"]) == ("duplicate", repass)


async def test_a_discarded_collision_that_comes_again_is_a_duplicate(hub: LivingHub) -> None:
    document_id = await collision(hub)

    await done(hub, "discard", document_id)

    assert await status(hub, await collision(hub)) == "duplicate"
    assert await status(hub, await collision(hub, b"Altered. ")) == "held"


async def test_a_returned_repass_may_come_again_and_is_held_again(hub: LivingHub) -> None:
    await post(hub, samples.ticket(NUMBER))
    repass = await held(hub)

    await done(hub, "return", repass)

    assert await outcome_of(hub, altered(NUMBER)) == "held"
    assert await outcome_of(hub, samples.ticket(NUMBER)) == "duplicate"


async def test_a_returned_collision_frees_its_number(hub: LivingHub) -> None:
    document_id = await collision(hub)

    await done(hub, "return", document_id)
    again = await collision(hub, b"Altered. ")

    codes = (await hub.document(again))["codes"]
    assert (await status(hub, again), "L902" in codes) == ("held", False)
    assert await status(hub, document_id) == "superseded"


async def test_a_repass_whose_first_was_returned_is_released_as_the_first(hub: LivingHub) -> None:
    first, repass = await collision(hub), await collision(hub, b"Altered. ")

    await done(hub, "return", first)
    released = await done(hub, "release", repass)

    assert (released["status"], released["version"]) == ("accepted", 1)


async def test_a_released_repass_is_the_version_that_counts(hub: LivingHub) -> None:
    first = await posted(hub, samples.ticket(NUMBER))
    repass = await held(hub)

    released = await done(hub, "release", repass, key="court")

    assert (released["status"], released["version"]) == ("accepted", 2)
    assert await status(hub, first) == "accepted"
    assert await outcome_of(hub, altered(NUMBER)) == "duplicate"
    assert await outcome_of(hub, samples.ticket(NUMBER)) == "duplicate"


async def test_releasing_a_repass_supersedes_older_held_ones_and_spares_newer_ones(
    hub: LivingHub,
) -> None:
    await post(hub, samples.ticket(NUMBER))
    older, middle, newer = [await held(hub, f"US Rt. {one}") for one in (7, 8, 9)]

    await done(hub, "release", middle, key="court")

    assert [await status(hub, one) for one in (older, newer)] == ["superseded", "held"]
    assert (await done(hub, "release", newer, key="court"))["version"] == 3


async def test_releasing_a_repass_older_than_the_current_version_is_refused(
    hub: LivingHub,
) -> None:
    first = await posted(hub, samples.ticket(NUMBER))
    repass = await held(hub)
    await done(hub, "correct", first, document=altered(NUMBER, "US Rt. 9").decode())

    answer = await order(hub, "release", repass, key="court")

    assert answer.status_code == 409
    assert "newer version of this number" in answer.json()["detail"]
    assert await status(hub, repass) == "held"


async def test_a_rejected_ticket_leaves_its_number_free_whatever_staff_do(hub: LivingHub) -> None:
    for place, action in enumerate(("return", "discard")):
        document_id = await posted(hub, wrong(NUMBER + place))
        await done(hub, action, document_id)
        assert await outcome_of(hub, samples.ticket(NUMBER + place)) == "accepted"

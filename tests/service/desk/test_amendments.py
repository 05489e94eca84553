"""A newer version on its way: lower ones step back, and the court applies only what is newer."""

from pathlib import Path
from typing import Any

from hub.domain.states import DeliveryStatus
from hub.ports import Leased
from hub.testing import samples
from hub.testing.odyssey.court import ToyOdyssey
from tests.desk_road import altered, done, posted
from tests.living import LivingHub

NUMBER = 73_500_001


async def to_court(hub: LivingHub, document_id: str) -> tuple[str, str]:
    rows = (await hub.document(document_id))["deliveries"]
    (row,) = [row for row in rows if row["destination"] == "court.odyssey"]
    return str(row["type"]), str(row["status"])


async def messages(hub: LivingHub) -> list[Leased]:
    rows = await hub.lease()
    return [
        Leased(row["message_id"], row["type"], row["headers"], row["body"].encode()) for row in rows
    ]


def told(message: Leased) -> tuple[str, Any]:
    return message.type, message.headers["x-hub-version"]


async def second_version(hub: LivingHub) -> str:
    repass = await posted(hub, altered(NUMBER))
    await done(hub, "release", repass, key="court")
    return repass


async def test_a_version_that_was_not_sent_yet_steps_back_and_nothing_is_amended(
    hub: LivingHub,
) -> None:
    first = await posted(hub, samples.ticket(NUMBER))

    second = await second_version(hub)

    assert await to_court(hub, first) == ("citation.v1", "superseded")
    assert await to_court(hub, second) == ("citation.v1", "pending")
    assert [told(message) for message in await messages(hub)] == [("citation.v1", 2)]


async def test_a_version_that_was_sent_is_amended(hub: LivingHub) -> None:
    first = await posted(hub, samples.ticket(NUMBER))
    assert [told(message) for message in await messages(hub)] == [("citation.v1", 1)]

    await second_version(hub)

    assert await to_court(hub, first) == ("citation.v1", "published")
    assert [told(message) for message in await messages(hub)] == [("citation.v1.amend", 2)]


async def test_a_dead_delivery_steps_back_too_and_what_it_brought_is_amended(
    hub: LivingHub,
) -> None:
    first = await posted(hub, samples.ticket(NUMBER))
    (message,) = await messages(hub)
    path = f"/v1/destinations/court.odyssey/messages/{message.message_id}/reject"
    assert (await hub.say(path)).status_code == 204
    assert (await to_court(hub, first))[1] == "dead"

    second = await second_version(hub)

    assert (await to_court(hub, first))[1] == "superseded"
    assert await to_court(hub, second) == ("citation.v1.amend", "pending")


async def test_a_version_with_a_relay_that_may_be_sending_it_counts_as_sent(
    hub: LivingHub,
) -> None:
    first = await posted(hub, samples.ticket(NUMBER))
    store = hub.hub.store
    claimed = await store.claim(limit=10, now=hub.clock(), lease_seconds=60)
    assert claimed

    second = await second_version(hub)

    assert await to_court(hub, second) == ("citation.v1.amend", "pending")
    assert await store.mark_sent(claimed, now=hub.clock()) == 0
    assert (await to_court(hub, first))[1] == "superseded"


async def test_a_correction_of_an_accepted_ticket_amends_it_at_the_court(hub: LivingHub) -> None:
    first = await posted(hub, samples.ticket(NUMBER))
    await messages(hub)

    revision = await done(hub, "correct", first, document=altered(NUMBER).decode())

    assert revision["version"] == 2
    assert [told(message) for message in await messages(hub)] == [("citation.v1.amend", 2)]


async def test_the_court_applies_only_higher_versions_in_whatever_order_they_come(
    hub: LivingHub, tmp_path: Path
) -> None:
    await posted(hub, samples.ticket(NUMBER))
    (first,) = await messages(hub)
    await second_version(hub)
    (second,) = await messages(hub)
    court = ToyOdyssey(tmp_path / "court.db")

    court.receive(second)
    court.receive(first)
    court.receive(second)

    assert [entry.version for entry in court.entries()] == [2]
    court.close()


async def test_every_lower_version_that_waits_steps_back(hub: LivingHub) -> None:
    await posted(hub, samples.ticket(NUMBER))
    second = await second_version(hub)
    third = await done(hub, "correct", second, document=altered(NUMBER, "US Rt. 9").decode())

    assert (await to_court(hub, second))[1] == DeliveryStatus.SUPERSEDED
    assert [told(message) for message in await messages(hub)] == [("citation.v1", 3)]
    assert third["version"] == 3

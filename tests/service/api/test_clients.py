"""Clients and keys: rotation, retirement, disabling, last use, rates."""

from typing import Any

import pytest
from sqlalchemy import select

from hub.accounts import Rate, Rates
from hub.accounts.keys import REMEMBERED_SECONDS
from hub.clock import system_clock
from hub.domain.accounts import Client, Role
from hub.domain.errors import TooMany
from hub.store.tables import event
from tests.living import LivingHub

NEW = {"name": "new-pd", "role": "submitter", "sources": ["tracs"], "agencies": ["0111"]}
LIST = "/v1/documents"


async def create(hub: LivingHub, **more: Any) -> str:
    """Create a client; gives its key."""
    answer = await hub.say("/v1/clients", NEW | more, key="admin")
    assert answer.status_code == 201, answer.text
    key: str = answer.json()["key"]
    return key


async def listed(hub: LivingHub, client_id: str = "new-pd") -> dict[str, Any]:
    """A client as the list shows it."""
    rows = (await hub.get("/v1/clients", key="admin")).json()["clients"]
    found: dict[str, Any]
    (found,) = (row for row in rows if row["id"] == client_id)
    return found


async def status(hub: LivingHub, key: str) -> int:
    """What a key is answered, once nothing is remembered of it."""
    hub.clock.forward(REMEMBERED_SECONDS)
    return (await hub.get(LIST, key=key)).status_code


async def test_a_new_clients_key_works_at_once_and_its_scope_is_shown(hub: LivingHub) -> None:
    key = await create(hub, requests_per_second_max=5, burst_requests_max=9)

    assert await status(hub, key) == 200
    row = await listed(hub)
    assert (row["role"], row["sources"], row["agencies"]) == ("submitter", ["tracs"], ["0111"])
    assert (row["requests_per_second_max"], row["burst_requests_max"]) == (5, 9)
    assert key not in str(row)


async def test_two_keys_are_live_for_a_rotation_and_a_third_is_refused(hub: LivingHub) -> None:
    old = await create(hub)
    new = (await hub.say("/v1/clients/new-pd/keys", key="admin")).json()["key"]

    third = await hub.say("/v1/clients/new-pd/keys", key="admin")

    assert third.status_code == 409
    assert "retire one" in third.json()["detail"]
    assert [await status(hub, key) for key in (old, new)] == [200, 200]


async def test_a_retired_key_is_refused_and_makes_room_for_another(hub: LivingHub) -> None:
    old = await create(hub)
    new = (await hub.say("/v1/clients/new-pd/keys", key="admin")).json()["key"]
    path = f"/v1/clients/new-pd/keys/{old.partition('.')[0]}/retire"

    assert (await hub.say(path, key="admin")).status_code == 204
    assert (await hub.say(path, key="admin")).status_code == 404

    assert [await status(hub, key) for key in (old, new)] == [401, 200]
    assert (await hub.say("/v1/clients/new-pd/keys", key="admin")).status_code == 201


async def test_one_clients_key_is_not_retired_in_anothers_name(hub: LivingHub) -> None:
    key = await create(hub)
    await create(hub, name="other-pd")

    path = f"/v1/clients/other-pd/keys/{key.partition('.')[0]}/retire"

    assert (await hub.say(path, key="admin")).status_code == 404
    assert await status(hub, key) == 200


async def test_a_disabled_client_is_shut_out_until_it_is_enabled(hub: LivingHub) -> None:
    key = await create(hub)

    await hub.say("/v1/clients/new-pd/disable", key="admin")
    assert await status(hub, key) == 401
    await hub.say("/v1/clients/new-pd/enable", key="admin")

    assert await status(hub, key) == 200


async def test_the_last_use_of_a_key_is_shown_once_it_was_written(hub: LivingHub) -> None:
    key = await create(hub)
    assert (await listed(hub))["last_used_at"] is None
    await hub.get(LIST, key=key)
    assert (await listed(hub))["last_used_at"] is None

    await hub.node.doorkeeper.note_use()

    assert (await listed(hub))["last_used_at"] is not None
    assert (await listed(hub))["keys"][0]["last_used_at"] is not None


async def test_every_change_of_a_client_is_an_event(hub: LivingHub) -> None:
    key = await create(hub)
    await hub.say("/v1/clients/new-pd/disable", key="admin")
    await hub.say("/v1/clients/new-pd/enable", key="admin")
    await hub.say(f"/v1/clients/new-pd/keys/{key.partition('.')[0]}/retire", key="admin")

    query = select(event).where(event.c.name.like("client.%"), event.c.actor == "admin")
    async with hub.hub.store.database.read() as connection:
        rows = (await connection.execute(query.order_by(event.c.id))).all()

    assert {row.detail["client_id"] for row in rows} == {"new-pd"}
    assert [(row.name, row.actor) for row in rows] == [
        ("client.created", "admin"),
        ("client.key-issued", "admin"),
        ("client.disabled", "admin"),
        ("client.enabled", "admin"),
        ("client.key-retired", "admin"),
    ]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (NEW | {"name": "vt-dps-tracs"}, 409),
        (NEW | {"sources": []}, 400),
        (NEW | {"sources": ["fax"]}, 400),
        (NEW | {"role": "contact", "agencies": []}, 400),
        (NEW | {"role": "destination"}, 400),
        (NEW | {"role": "court"}, 400),
        (NEW | {"role": "king"}, 400),
        (NEW | {"name": "no spaces"}, 400),
    ],
)
async def test_a_client_that_makes_no_sense_is_refused(
    hub: LivingHub, body: dict[str, Any], status: int
) -> None:
    answer = await hub.say("/v1/clients", body, key="admin")

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"sources": ["fax"]}, "There is no source fax; the hub knows: tracs."),
        (
            {"role": "destination", "destination": "court.nowhere"},
            "There is no destination court.nowhere; the hub knows: court.odyssey, rms.spillman.",
        ),
    ],
)
async def test_an_unknown_source_or_destination_is_named_with_the_known_ones(
    hub: LivingHub, more: dict[str, Any], sentence: str
) -> None:
    answer = await hub.say("/v1/clients", NEW | more, key="admin")

    assert (answer.status_code, answer.json()["detail"]) == (400, sentence)
    rows = (await hub.get("/v1/clients", key="admin")).json()["clients"]
    assert "new-pd" not in {row["id"] for row in rows}


async def test_a_client_over_its_rate_gets_429_and_when_to_come_back(hub: LivingHub) -> None:
    key = await create(hub, requests_per_second_max=0.5, burst_requests_max=2)

    answers = [await hub.get(LIST, key=key) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["Retry-After"] == "2"
    assert answers[2].json()["type"].endswith("too-many-requests")
    assert (await hub.get(LIST)).status_code == 200


def test_tokens_come_back_with_time_and_never_beyond_the_burst() -> None:
    seconds = [0.0]
    rates = Rates(Rate(10, 3), lambda: seconds[0])
    client = Client("c", "c", Role.AUDITOR, system_clock())

    def admitted() -> int:
        count = 0
        try:
            while True:
                rates.admit(client)
                count += 1
        except TooMany:
            return count

    counts = [admitted()]
    for later in (0.1, 0.2, 60.0):
        seconds[0] += later
        counts.append(admitted())

    assert counts == [3, 1, 2, 3]

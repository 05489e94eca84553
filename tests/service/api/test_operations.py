"""What operators see and steer, over HTTP."""

import pytest
from lxml import etree

from tests.living import LivingHub, accepted_ticket

RMS = "rms.spillman"


async def posted(hub: LivingHub) -> str:
    receipt = (await hub.post(accepted_ticket())).json()
    return str(receipt["documents"][0]["document_id"])


async def test_deliveries_are_listed_filtered_and_given_as_csv(hub: LivingHub) -> None:
    document_id = await posted(hub)

    rows = (await hub.get("/v1/deliveries", key="operator")).json()["deliveries"]
    copies = (await hub.get("/v1/deliveries", key="operator", destination=RMS)).json()
    page = (await hub.get("/v1/deliveries", key="operator", limit=1)).json()
    table = await hub.http.get(
        "/v1/deliveries", headers={**hub.bearer("operator"), "Accept": "text/csv"}
    )

    assert {row["destination"] for row in rows} == {"court.odyssey", RMS}
    (copy,) = copies["deliveries"]
    assert (copy["document_id"], copy["agency"], copy["number"], copy["status"]) == (
        document_id,
        rows[0]["agency"],
        "73900001",
        "pending",
    )
    assert page["next_cursor"] == page["deliveries"][0]["id"]
    assert len(table.text.splitlines()) == 3


async def test_a_destination_is_paused_and_resumed_by_name(hub: LivingHub) -> None:
    async def state() -> tuple[str, str | None]:
        rows = (await hub.get("/v1/destinations", key="operator")).json()["destinations"]
        row = next(row for row in rows if row["destination"] == RMS)
        return row["state"], row["paused_by"]

    assert await state() == ("open", None)
    assert (await hub.say(f"/v1/destinations/{RMS}/pause", key="operator")).status_code == 204
    assert await state() == ("paused", "operator")
    assert (await hub.say(f"/v1/destinations/{RMS}/resume", key="operator")).status_code == 204
    assert await state() == ("open", None)


@pytest.mark.parametrize("verb", ["pause", "resume", "republish"])
async def test_an_unknown_destination_is_not_found(hub: LivingHub, verb: str) -> None:
    answer = await hub.say(f"/v1/destinations/rms.nowhere/{verb}", key="operator")

    assert answer.status_code == 404
    assert RMS in answer.json()["detail"]


async def test_queues_are_as_deep_as_what_was_sent(hub: LivingHub) -> None:
    await posted(hub)
    await hub.node.exchange.relay.step()

    rows = (await hub.get("/v1/queues", key="operator")).json()["queues"]

    assert {row["queue"]: (row["ready"], row["dead"]) for row in rows} == {
        "court.odyssey": (1, 0),
        RMS: (1, 0),
    }


async def test_what_a_destination_gets_is_shown_and_the_view_is_an_event(hub: LivingHub) -> None:
    document_id = await posted(hub)

    answer = await hub.get(f"/v1/documents/{document_id}/rendered/{RMS}")

    assert answer.headers["content-type"] == "application/xml"
    assert etree.XML(answer.content).findtext("{*}citation_number") == "73900001"
    events = (await hub.get(f"/v1/documents/{document_id}/timeline")).json()["events"]
    assert (events[-1]["name"], events[-1]["destination"]) == ("document.viewed", RMS)


async def test_nothing_is_shown_for_a_destination_that_gets_nothing(hub: LivingHub) -> None:
    document_id = await posted(hub)

    answer = await hub.get(f"/v1/documents/{document_id}/rendered/court.aoc")

    assert answer.status_code == 404


async def test_an_operator_never_sees_a_payload(hub: LivingHub) -> None:
    document_id = await posted(hub)

    answer = await hub.get(f"/v1/documents/{document_id}/rendered/{RMS}", key="operator")

    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/v1/deliveries", "/v1/destinations", "/v1/queues"])
async def test_police_do_not_see_how_things_travel(hub: LivingHub, path: str) -> None:
    assert (await hub.get(path, key="vt-dps-tracs")).status_code == 403


async def test_an_auditor_sees_but_does_not_steer(hub: LivingHub) -> None:
    assert (await hub.get("/v1/destinations")).status_code == 200
    assert (await hub.say(f"/v1/destinations/{RMS}/pause", key="auditor")).status_code == 403

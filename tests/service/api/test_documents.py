"""The documents browser, the error log, and what is open to vendors."""

import csv
import io
from typing import Any

import pytest
from lxml import etree

from hub.testing import samples
from tests.living import LivingHub, accepted_ticket


async def post_tour(hub: LivingHub) -> None:
    for sample in samples.tour():
        answer = await hub.post(
            sample.raw, key=sample.client, received_at=sample.received_at.isoformat()
        )
        assert answer.status_code in (200, 202, 422)


async def test_the_rejected_queue_is_a_filter_of_the_browser(hub: LivingHub) -> None:
    await post_tour(hub)

    rows = (await hub.get("/v1/documents", status="rejected")).json()["documents"]

    assert rows
    assert {row["status"] for row in rows} == {"rejected"}
    assert all(row["codes"] for row in rows)


async def test_filters_narrow_the_browser(hub: LivingHub) -> None:
    await post_tour(hub)
    everything = (await hub.get("/v1/documents", limit=500)).json()["documents"]
    one = everything[0]

    for name in ("kind", "agency", "number", "outcome"):
        rows = (await hub.get("/v1/documents", limit=500, **{name: one[name]})).json()["documents"]

        assert rows == [row for row in everything if row[name] == one[name]]
    late = (await hub.get("/v1/documents", code="T503")).json()["documents"]
    assert {row["id"] for row in late} == {row["id"] for row in everything if row["late"]}


async def test_a_client_finds_its_own_posts_in_its_list_whatever_agency_they_name(
    hub: LivingHub,
) -> None:
    of_another = accepted_ticket(1)  # A203: not an agency of this client
    unreadable = accepted_ticket(2).replace(b"<AgencyCode>0111<", b"<AgencyCode>?<")
    posted = [await hub.post(raw, key="williston-tracs") for raw in (of_another, unreadable)]
    own = {one["document_id"] for answer in posted for one in answer.json()["documents"]}
    await hub.post(accepted_ticket(3))

    rows = (await hub.get("/v1/documents", key="williston-tracs")).json()["documents"]

    assert {row["id"] for row in rows} == own
    assert None in {row["agency"] for row in rows}


async def test_pages_follow_each_other_without_gap_or_repeat(hub: LivingHub) -> None:
    await post_tour(hub)
    everything = (await hub.get("/v1/documents", limit=500)).json()["documents"]

    pages, cursor = [], None
    while True:
        asked: dict[str, Any] = {"limit": 4} | ({"cursor": cursor} if cursor else {})
        page = (await hub.get("/v1/documents", **asked)).json()
        pages.extend(page["documents"])
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert pages == everything


async def test_lists_come_as_csv_on_request(hub: LivingHub) -> None:
    await post_tour(hub)
    headers = {**hub.bearer("auditor"), "Accept": "text/csv"}

    answer = await hub.http.get("/v1/error-log", headers=headers)

    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {row["kind"] for row in rows} == {"duplicate", "repass"}


async def test_a_document_shows_record_findings_and_deliveries(hub: LivingHub) -> None:
    receipt = (await hub.post(accepted_ticket())).json()

    document = await hub.document(receipt["documents"][0]["document_id"])

    assert document["record"]["citation_number"] == "73900001"
    destinations = [row["destination"] for row in document["deliveries"]]
    assert destinations == ["court.odyssey", "rms.spillman"]
    assert document["replies"] == []


async def test_an_agencys_key_sees_its_own_posts_only(hub: LivingHub) -> None:
    await hub.post(accepted_ticket())

    assert (await hub.get("/v1/documents", key="williston-tracs")).json()["documents"] == []


async def test_an_operator_reads_the_error_log_and_never_a_payload(hub: LivingHub) -> None:
    receipt = (await hub.post(accepted_ticket())).json()
    await hub.post(accepted_ticket())

    log = await hub.get("/v1/error-log", key="operator")
    document = await hub.get(
        f"/v1/documents/{receipt['documents'][0]['document_id']}", key="operator"
    )

    assert [entry["kind"] for entry in log.json()["errors"]] == ["duplicate"]
    assert document.status_code == 403


@pytest.mark.parametrize("query", [{"limit": 0}, {"status": "lost"}, {"colour": "red"}])
async def test_a_filter_that_does_not_exist_is_400_and_named(
    hub: LivingHub, query: dict[str, str]
) -> None:
    answer = await hub.get("/v1/documents", **query)

    assert answer.status_code == 400
    assert answer.json()["faults"][0]["field"] == next(iter(query))


async def test_vendors_read_profile_schema_and_criteria_without_a_key(hub: LivingHub) -> None:
    page = await hub.http.get("/v1/profiles/tracs")
    schema = await hub.http.get("/v1/profiles/tracs/schema.xsd")
    criteria = (await hub.http.get("/v1/criteria")).json()["criteria"]

    assert "CitationNumber" in page.text
    etree.XMLSchema(etree.fromstring(schema.content))
    assert {"N602", "S101", "X009"} <= {row["code"] for row in criteria}
    assert (await hub.http.get("/v1/profiles/paper")).status_code == 404


async def test_health_tells_live_from_ready(hub: LivingHub) -> None:
    assert (await hub.http.get("/health/live")).json() == {"status": "live"}
    ready = await hub.http.get("/health/ready")
    assert ready.json() == {"status": "ready", "database": "ready", "broker": "ready"}


async def test_the_openapi_document_describes_every_call(hub: LivingHub) -> None:
    paths = (await hub.http.get("/openapi.json")).json()["paths"]

    assert {
        "/v1/submissions/{source}",
        "/v1/submissions/{submission_id}/raw",
        "/v1/check/{source}",
        "/v1/documents",
        "/v1/error-log",
        "/v1/destinations/{destination}/messages/lease",
        "/v1/replies/{destination}",
        "/v1/criteria",
    } <= set(paths)
    assert "application/xml" in paths["/v1/submissions/{source}"]["post"]["requestBody"]["content"]


@pytest.mark.parametrize(
    "query",
    [
        {"since": "0001-01-01T00:00:00+14:00"},
        {"until": "9999-12-31T23:59:59-14:00"},
        {"number": "\0"},
        {"cursor": "\0"},
    ],
)
async def test_a_filter_that_no_database_can_ask_for_is_400(
    hub: LivingHub, query: dict[str, str]
) -> None:
    assert (await hub.get("/v1/documents", **query)).status_code == 400
    assert (await hub.get("/v1/error-log", **query)).status_code == 400


@pytest.mark.parametrize("path", ["documents/%00", "submissions/a%00/raw"])
async def test_nothing_has_a_name_with_nul_in_it(hub: LivingHub, path: str) -> None:
    answer = await hub.get(f"/v1/{path}")

    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:citation-hub:problem:not-found"

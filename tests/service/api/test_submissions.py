"""Posting a file: the receipt, every status code of the interface, and reading back."""

import gzip
import hashlib
from datetime import UTC, datetime

import pytest

from hub.testing import samples
from hub.xml import SUBMISSION_BYTES_MAX
from tests.living import XML, LivingHub, accepted_ticket

REJECTED = samples.read("tracs/13-rejected-by-fields.xml")


async def test_a_clean_ticket_gets_202_and_a_receipt(hub: LivingHub) -> None:
    raw = accepted_ticket()

    answer = await hub.post(raw)

    assert answer.status_code == 202
    receipt = answer.json()
    assert receipt["source"] == "tracs"
    assert receipt["received_at"] == "2026-02-18T20:54:00Z"
    assert receipt["sha256"] == hashlib.sha256(raw).hexdigest()
    assert receipt["findings"] == []
    (document,) = receipt["documents"]
    assert document.pop("document_id")
    assert document.pop("agency")
    assert document == {
        "kind": "citation",
        "state": "VT",
        "number": "73900001",
        "outcome": "accepted",
        "status": "accepted",
        "version": 1,
        "monitored": False,
        "late": False,
        "first_document_id": None,
        "findings": [],
    }


async def test_the_same_again_is_200_and_names_the_first_document(hub: LivingHub) -> None:
    first = (await hub.post(accepted_ticket())).json()

    answer = await hub.post(accepted_ticket())

    assert answer.status_code == 200
    (document,) = answer.json()["documents"]
    assert document["outcome"] == "duplicate"
    assert document["first_document_id"] == first["documents"][0]["document_id"]
    (finding,) = document["findings"]
    assert finding["code"] == "L901"
    assert first["submission_id"] in finding["message"]
    assert answer.json()["submission_id"] != first["submission_id"]


async def test_a_rejected_ticket_is_422_with_findings_that_say_what_to_mend(
    hub: LivingHub,
) -> None:
    answer = await hub.post(REJECTED)

    assert answer.status_code == 422
    findings = answer.json()["documents"][0]["findings"]
    assert {finding["severity"] for finding in findings} == {"error"}
    for finding in findings:
        assert finding["path"].startswith("/TraCSExport/Contact")
        assert finding["line"] > 1
        assert finding["hint"]


async def test_an_empty_body_is_422_with_x001_and_is_stored(hub: LivingHub) -> None:
    answer = await hub.post(b"")

    assert answer.status_code == 422
    assert [finding["code"] for finding in answer.json()["findings"]] == ["X001"]
    kept = await hub.get(f"/v1/submissions/{answer.json()['submission_id']}", key="vt-dps-tracs")
    assert kept.json() == answer.json()


@pytest.mark.parametrize(
    ("key", "source", "status", "type_"),
    [
        ("", "tracs", 401, "unauthenticated"),
        ("nonsense.key", "tracs", 401, "unauthenticated"),
        ("auditor", "tracs", 403, "forbidden"),
        ("vt-dps-tracs", "paper", 404, "not-found"),
    ],
)
async def test_who_may_not_post_is_told_so(
    hub: LivingHub, key: str, source: str, status: int, type_: str
) -> None:
    answer = await hub.post(accepted_ticket(), key=key, source=source)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == f"urn:citation-hub:problem:{type_}"
    assert answer.json()["detail"]


async def test_an_agency_that_is_not_the_keys_is_finding_a203_and_not_403(hub: LivingHub) -> None:
    answer = await hub.post(accepted_ticket(), key="williston-tracs")

    assert answer.status_code == 422
    assert "A203" in {f["code"] for f in answer.json()["documents"][0]["findings"]}


async def test_gzip_is_inflated_and_the_receipt_is_that_of_the_plain_file(hub: LivingHub) -> None:
    raw = accepted_ticket()

    answer = await hub.post(gzip.compress(raw), headers={"Content-Encoding": "gzip"})

    assert answer.status_code == 202
    assert answer.json()["sha256"] == hashlib.sha256(raw).hexdigest()


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"not gzip", {"Content-Encoding": "gzip"}, 400),
        (gzip.compress(b"<a/>", mtime=0)[:-4], {"Content-Encoding": "gzip"}, 400),
        (b"<a/>", {"Content-Encoding": "br"}, 415),
        (b"{}", {"Content-Type": "application/json"}, 415),
    ],
)
async def test_what_cannot_be_read_is_refused_with_its_status(
    hub: LivingHub, body: bytes, headers: dict[str, str], status: int
) -> None:
    answer = await hub.post(body, headers=headers)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_gzip_bomb_is_413_with_x006_and_goes_to_the_error_log(hub: LivingHub) -> None:
    bomb = gzip.compress(b" " * (SUBMISSION_BYTES_MAX + 1))

    answer = await hub.post(bomb, headers={"Content-Encoding": "gzip"})

    assert answer.status_code == 413
    assert answer.json()["finding"] == "X006"
    log = (await hub.get("/v1/error-log", kind="too-large")).json()["errors"]
    assert [entry["client"] for entry in log] == ["vt-dps-tracs"]


async def test_only_a_backfill_key_may_set_the_time_of_receipt(hub: LivingHub) -> None:
    answer = await hub.post(accepted_ticket(), key="no-backfill")

    assert answer.status_code == 403


@pytest.mark.parametrize(
    "claimed",
    [
        "2999-01-01T00:00:00Z",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00+14:00",
        "2026-02-18T20:54:00",
        "2026-02-18T20:54Z",
        "20260218T205400Z",
        "2026-W07-3T20:54:00Z",
        "2026-02-18T20:54:00,5Z",
        "2026-02-18X20:54:00Z",
        "yesterday",
    ],
)
async def test_a_time_of_receipt_must_be_an_instant_that_has_been(
    hub: LivingHub, claimed: str
) -> None:
    answer = await hub.post(accepted_ticket(), received_at=claimed)

    assert answer.status_code == 400
    assert "X-Hub-Received-At" in answer.json()["detail"]


@pytest.mark.parametrize(
    "claimed",
    [
        "2026-02-18T20:54:00Z",
        "2026-02-18t20:54:00z",
        "2026-02-18T15:54:00-05:00",
        "2026-02-18T20:54:00.000000000Z",
    ],
)
async def test_a_time_of_receipt_may_be_written_in_every_form_of_rfc_3339(
    hub: LivingHub, claimed: str
) -> None:
    receipt = (await hub.post(accepted_ticket(), received_at=claimed)).json()

    received_at = datetime.fromisoformat(receipt["received_at"])
    assert received_at == datetime(2026, 2, 18, 20, 54, tzinfo=UTC)


async def test_check_judges_against_the_ledger_and_stores_nothing(hub: LivingHub) -> None:
    raw = accepted_ticket()
    headers = {"Content-Type": XML, **hub.bearer("vt-dps-tracs"), "X-Hub-Received-At": "2026-02-18T20:54:00Z"}  # fmt: skip # noqa: E501

    before = (await hub.http.post("/v1/check/tracs", content=raw, headers=headers)).json()
    await hub.post(raw)
    after = (await hub.http.post("/v1/check/tracs", content=raw, headers=headers)).json()

    assert [row["outcome"] for row in before["documents"]] == ["accepted"]
    assert [row["outcome"] for row in after["documents"]] == ["duplicate"]
    assert before["submission_id"] is None
    assert before["documents"][0]["document_id"] is None
    listed = (await hub.get("/v1/documents")).json()["documents"]
    assert len(listed) == 1


async def test_the_raw_bytes_come_back_as_posted_and_the_view_is_an_event(hub: LivingHub) -> None:
    raw = samples.read("tracs/07-utf-16.xml")
    receipt = (await hub.post(raw)).json()

    answer = await hub.get(f"/v1/submissions/{receipt['submission_id']}/raw", key="vt-dps-tracs")

    assert answer.content == raw
    document_id = receipt["documents"][0]["document_id"]
    events = (await hub.get(f"/v1/documents/{document_id}/timeline")).json()["events"]
    assert ("payload.viewed", "vt-dps-tracs") in {(e["name"], e["actor"]) for e in events}


async def test_another_clients_submission_does_not_exist_for_a_key(hub: LivingHub) -> None:
    receipt = (await hub.post(accepted_ticket())).json()
    path = f"/v1/submissions/{receipt['submission_id']}"

    assert (await hub.get(path, key="williston-tracs")).status_code == 404
    assert (await hub.get(f"{path}/raw", key="williston-tracs")).status_code == 404
    assert (await hub.get(path, key="operator")).status_code == 403
    assert (await hub.get(path, key="auditor")).status_code == 200

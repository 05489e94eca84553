"""Corrections: revisions beside an original that stays, judged as the original was."""

from typing import Any

from hub.testing import samples
from tests.desk_road import REASON, altered, done, open_reviews, order, post, posted, status, wrong
from tests.living import IN_TIME, LivingHub

NUMBER = 73_500_001


def right(number: int = NUMBER) -> str:
    return samples.ticket(number).decode()


async def count(hub: LivingHub) -> int:
    return len((await hub.get("/v1/documents")).json()["documents"])


async def sent(hub: LivingHub, document_id: str) -> list[tuple[str, str, int]]:
    rows = (await hub.document(document_id))["deliveries"]
    court = [row for row in rows if row["destination"] == "court.odyssey"]
    return [(row["type"], row["status"], row["version"]) for row in court]


async def test_the_revision_of_a_rejected_ticket_is_entered_and_sent_like_a_new_one(
    hub: LivingHub,
) -> None:
    original = await posted(hub, wrong(NUMBER))

    revision = await done(hub, "correct", original, document=right())

    assert (revision["outcome"], revision["status"], revision["version"]) == (
        "accepted",
        "accepted",
        1,
    )
    assert await status(hub, original) == "corrected"
    assert await sent(hub, revision["id"]) == [("citation.v1", "pending", 1)]
    assert (await post(hub, samples.ticket(NUMBER)))["outcome"] == "duplicate"


async def test_a_revision_remembers_what_it_corrects_by_whom_why_and_which_fields(
    hub: LivingHub,
) -> None:
    original = await posted(hub, wrong(NUMBER))
    revision = await done(hub, "correct", original, document=right())

    for document_id in (original, revision["id"]):
        (correction,) = (await hub.document(document_id))["corrections"]
        assert correction["document_id"] == revision["id"]
        assert correction["corrects"] == original
        assert (correction["author"], correction["reason"]) == ("desk", REASON)
        assert "citation.officer_id" in correction["fields"]
        assert all(name.startswith("citation.") for name in correction["fields"])


async def test_the_original_stays_as_it_was(hub: LivingHub) -> None:
    original = await posted(hub, wrong(NUMBER))
    before = await hub.document(original)

    await done(hub, "correct", original, document=right())

    after = await hub.document(original)
    for name in ("record", "findings", "outcome", "version", "received_at", "submission_id"):
        assert after[name] == before[name]
    raw = await hub.get(f"/v1/submissions/{before['submission_id']}/raw")
    assert raw.content == wrong(NUMBER)


async def test_a_correction_is_judged_at_the_originals_time_and_as_its_client(
    hub: LivingHub,
) -> None:
    original = await posted(hub, wrong(NUMBER))

    revision = await done(hub, "correct", original, document=right())

    shown = await hub.document(revision["id"])
    assert (shown["received_at"], shown["late"]) == (IN_TIME, False)
    submission = (await hub.get(f"/v1/submissions/{shown['submission_id']}")).json()
    assert submission["received_at"] == IN_TIME
    stored = await hub.hub.store.find_submission(shown["submission_id"])
    assert stored is not None
    assert stored.client_id == "vt-dps-tracs"


async def test_a_correction_that_breaks_the_criteria_is_422_with_findings_and_saves_nothing(
    hub: LivingHub,
) -> None:
    original = await posted(hub, wrong(NUMBER))

    answer = await order(hub, "correct", original, document=wrong(NUMBER).decode())

    assert answer.status_code == 422
    assert [found["code"] for found in answer.json()["findings"]] == ["A205"]
    assert (await status(hub, original), await count(hub)) == ("rejected", 1)


async def test_a_correction_that_is_no_file_of_the_source_is_422_with_its_finding(
    hub: LivingHub,
) -> None:
    original = await posted(hub, wrong(NUMBER))

    answer = await order(hub, "correct", original, document="<TraCSExport>")

    assert answer.status_code == 422
    assert answer.json()["findings"][0]["code"].startswith("X")
    assert await status(hub, original) == "rejected"


async def test_a_correction_holds_exactly_one_document_of_the_same_kind(hub: LivingHub) -> None:
    original = await posted(hub, wrong(NUMBER))
    report = samples.read("tracs/17-collision.xml").decode("windows-1252")

    two = await order(hub, "correct", original, document=samples.many(2).decode())
    other = await order(hub, "correct", original, document=report)

    assert (two.status_code, "2 documents" in two.json()["detail"]) == (400, True)
    assert other.status_code in (400, 422)
    assert await status(hub, original) == "rejected"


async def test_a_rejected_ticket_may_be_corrected_into_a_repass_or_a_duplicate(
    hub: LivingHub,
) -> None:
    await post(hub, samples.ticket(NUMBER))
    first, second = await posted(hub, wrong(NUMBER)), await posted(hub, wrong(NUMBER))
    assert await status(hub, first) == "superseded"

    repass = await done(hub, "correct", second, document=altered(NUMBER).decode())
    third = await posted(hub, wrong(NUMBER))
    duplicate = await done(hub, "correct", third, document=right())

    assert (repass["outcome"], duplicate["outcome"]) == ("held", "duplicate")
    assert [one["kind"] for one in await open_reviews(hub)] == ["repass"]


async def test_an_accepted_ticket_is_corrected_into_its_next_version(hub: LivingHub) -> None:
    original = await posted(hub, samples.ticket(NUMBER))

    revision = await done(hub, "correct", original, document=altered(NUMBER).decode())

    assert (revision["status"], revision["version"]) == ("accepted", 2)
    assert await status(hub, original) == "corrected"
    for known in (samples.ticket(NUMBER), altered(NUMBER)):
        assert (await post(hub, known))["outcome"] == "duplicate"
    assert (await post(hub, altered(NUMBER, "US Rt. 9")))["outcome"] == "held"


async def test_only_the_current_version_is_corrected(hub: LivingHub) -> None:
    first = await posted(hub, samples.ticket(NUMBER))
    repass = await posted(hub, altered(NUMBER))
    await done(hub, "release", repass, key="court")
    mended = altered(NUMBER, "US Rt. 9").decode()

    refused = await order(hub, "correct", first, document=mended)
    revision = await done(hub, "correct", repass, document=mended)

    assert (refused.status_code, "current" in refused.json()["detail"]) == (409, True)
    assert revision["version"] == 3


async def test_an_accepted_ticket_may_be_corrected_back_to_what_it_was(hub: LivingHub) -> None:
    original = await posted(hub, samples.ticket(NUMBER))
    second = await done(hub, "correct", original, document=altered(NUMBER).decode())

    third = await done(hub, "correct", second["id"], document=right())

    assert (third["status"], third["version"]) == ("accepted", 3)
    assert (await post(hub, samples.ticket(NUMBER)))["first_document_id"] == original


async def refused(hub: LivingHub, document_id: str, text: str) -> dict[str, Any]:
    answer = await order(hub, "correct", document_id, document=text)
    assert await status(hub, document_id) == "accepted"
    return {"status": answer.status_code, "detail": answer.json()["detail"]}


async def test_an_accepted_ticket_keeps_its_number_and_must_change(hub: LivingHub) -> None:
    original = await posted(hub, samples.ticket(NUMBER))

    other = await refused(hub, original, right(NUMBER + 1))
    same = await refused(hub, original, right())

    assert (other["status"], "keeps its agency and its number" in other["detail"]) == (400, True)
    assert (same["status"], "says already" in same["detail"]) == (409, True)


async def test_what_waits_as_a_repass_is_released_rather_than_typed_again(hub: LivingHub) -> None:
    original = await posted(hub, samples.ticket(NUMBER))
    repass = await posted(hub, altered(NUMBER))

    answer = await refused(hub, original, altered(NUMBER).decode())

    assert answer["status"] == 409
    assert f"Document {repass} waits" in answer["detail"]


async def test_a_contact_cannot_correct_a_ticket_into_another_agency(hub: LivingHub) -> None:
    original = await posted(hub, wrong(NUMBER))
    others = samples.read("tracs/04-organization.xml").decode("windows-1252")
    assert "<AgencyCode>0111<" not in others

    refused = await order(hub, "correct", original, key="contact", document=others)
    revision = await done(hub, "correct", original, key="desk", document=others)

    assert refused.status_code == 403
    assert revision["agency"] != "0111"


async def test_a_file_as_text_is_read_whatever_encoding_it_declares(hub: LivingHub) -> None:
    original = await posted(hub, wrong(NUMBER))
    text = right().replace("Delta", "Zoë")
    assert 'encoding="windows-1252"' in text

    revision = await done(hub, "correct", original, document=text)

    assert (await hub.document(revision["id"]))["record"]["defendant"]["first_name"] == "Zoë"

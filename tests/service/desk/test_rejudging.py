"""The way back from X099: what the hub failed on is judged again, as it was posted."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

import hub.desk.rejudging
import hub.intake
from hub.judge import judge
from hub.testing import samples
from tests.desk_road import open_reviews, post, wrong
from tests.living import IN_TIME, STAFF, LivingHub

NUMBER = 73_500_001


class Bug:
    """A bug in the judgement, for as long as it is not mended."""

    is_mended = False

    def __call__(self, *arguments: Any) -> Any:
        if not self.is_mended:
            raise RuntimeError("a bug of ours")
        return judge(*arguments)


@pytest.fixture
def bug(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bug]:
    bug = Bug()
    monkeypatch.setattr(hub.intake, "judge", bug)
    monkeypatch.setattr(hub.desk.rejudging, "judge", bug)
    yield bug
    bug.is_mended = True


async def held(living: LivingHub, raw: bytes) -> str:
    answer = await living.post(raw)
    assert answer.status_code == 202
    assert [found["code"] for found in answer.json()["findings"]] == ["X099"]
    return str(answer.json()["submission_id"])


async def rejudge(living: LivingHub, submission_id: str, key: str = "operator") -> Any:
    return await living.say(f"/v1/submissions/{submission_id}/rejudge", key=key)


async def test_a_held_submission_is_judged_again_as_it_was_posted(hub: LivingHub, bug: Bug) -> None:
    submission_id = await held(hub, samples.ticket(NUMBER))
    bug.is_mended = True

    answer = await rejudge(hub, submission_id)

    assert answer.status_code == 200
    receipt = answer.json()
    assert (receipt["submission_id"], receipt["received_at"]) == (submission_id, IN_TIME)
    assert receipt["findings"] == []
    assert [one["outcome"] for one in receipt["documents"]] == ["accepted"]
    assert (await hub.get(f"/v1/submissions/{submission_id}")).json() == receipt
    shown = await hub.document(receipt["documents"][0]["document_id"])
    assert "court.odyssey" in [one["destination"] for one in shown["deliveries"]]
    assert (await post(hub, samples.ticket(NUMBER)))["outcome"] == "duplicate"


async def test_it_waits_for_a_person_until_it_is_judged(hub: LivingHub, bug: Bug) -> None:
    submission_id = await held(hub, wrong(NUMBER))
    (waiting,) = await open_reviews(hub, key="operator")
    assert (waiting["kind"], waiting["subject_id"]) == ("unjudged", submission_id)
    assert waiting["actions"] == ["rejudge"]
    bug.is_mended = True

    await rejudge(hub, submission_id)

    assert [one["kind"] for one in await open_reviews(hub)] == ["rejected"]
    (closed,) = await open_reviews(hub, open=False)
    assert (closed["closed_by"], closed["closed_with"]) == ("operator", "rejudged")


async def test_what_the_hub_still_fails_on_stays_held(hub: LivingHub, bug: Bug) -> None:
    submission_id = await held(hub, samples.ticket(NUMBER))

    answer = await rejudge(hub, submission_id)

    assert answer.status_code == 409
    assert "stays held" in answer.json()["detail"]
    assert [one["kind"] for one in await open_reviews(hub)] == ["unjudged"]
    assert not bug.is_mended


async def test_what_was_judged_is_not_judged_again(hub: LivingHub) -> None:
    receipt = (await hub.post(samples.ticket(NUMBER))).json()

    answer = await rejudge(hub, receipt["submission_id"])

    assert (answer.status_code, "not held" in answer.json()["detail"]) == (409, True)


async def test_two_who_have_it_judged_at_once_make_its_documents_once(
    hub: LivingHub, bug: Bug
) -> None:
    submission_id = await held(hub, samples.ticket(NUMBER))
    bug.is_mended = True

    answers = await asyncio.gather(*(rejudge(hub, submission_id) for _ in range(2)))

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert len((await hub.get("/v1/documents")).json()["documents"]) == 1


async def test_a_file_that_turns_out_unreadable_is_rejected_as_a_whole(
    hub: LivingHub, bug: Bug
) -> None:
    submission_id = await held(hub, b"<TraCSExport>")
    bug.is_mended = True

    receipt = (await rejudge(hub, submission_id)).json()

    assert receipt["documents"] == []
    assert [found["code"] for found in receipt["findings"]] == ["X001"]
    assert await open_reviews(hub) == []


async def test_who_may_have_a_submission_judged_again(hub: LivingHub, bug: Bug) -> None:
    ids = {name: await held(hub, samples.ticket(NUMBER + place)) for place, name in KEYS}
    bug.is_mended = True

    answers = {name: (await rejudge(hub, ids[name], name)).status_code for name in ids}

    assert answers.pop("no such key") == 401
    assert {name for name, status in answers.items() if status == 200} == {"operator", "desk"}
    assert set(answers.values()) == {200, 403}


KEYS = list(enumerate((*(name for name, *_ in STAFF), "vt-dps-tracs", "no such key")))

"""The desk from the command line, on the database of the machine."""

import asyncio
import getpass
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import hub.intake
from hub.cli import build
from hub.domain.errors import HubError, IllegalMove, NotFound, NotMended, Stale
from hub.domain.states import DocumentStatus
from hub.testing import samples
from tests.conftest import Prepared
from tests.desk_road import MADE, altered, collision, posted, wrong
from tests.living import LivingHub, living_hub

NUMBER = 73_500_001
WHY = ("--reason", "the test wants it so")


class Machine:
    """A machine with a hub's database on it, and its command line."""

    def __init__(self, url: str, keys: dict[str, str]) -> None:
        self._url = url
        self._keys = keys

    def bring(self, work: Any) -> Any:
        """Let something happen on the hub: `work` is given the living hub."""

        async def living() -> Any:
            async with living_hub(self._url, self._keys) as hub:
                return await work(hub)

        return asyncio.run(living())

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(build([arguments[0]]), list(arguments))

    def rows(self, *arguments: str) -> list[dict[str, Any]]:
        result = self.run(*arguments, "--json")
        assert result.exit_code == 0, result.output
        return [json.loads(line) for line in result.stdout.splitlines()]

    def refusal(self, *arguments: str) -> HubError:
        error = self.run(*arguments).exception
        assert isinstance(error, HubError)
        return error


@pytest.fixture
def machine(prepared: Prepared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    template, keys = prepared
    url = f"sqlite:///{shutil.copy(template, tmp_path / 'hub.db')}"
    monkeypatch.setenv("HUB_DATABASE_URL", url)
    monkeypatch.setenv("HUB_LOG_LEVEL", "error")
    return Machine(url, keys)


def made(state: DocumentStatus) -> Any:
    return lambda hub: MADE[state](hub, NUMBER)


def test_a_rejected_ticket_is_listed_and_returned(machine: Machine) -> None:
    document_id = machine.bring(made(DocumentStatus.REJECTED))
    (listed,) = machine.rows("rejected", "list")
    assert listed["id"] == document_id

    (row,) = machine.rows("rejected", "return", document_id, *WHY)

    assert (row["done"], row["status"], row["revision"]) == ("returned", "returned", 2)
    assert machine.rows("rejected", "list") == []


def test_a_rejected_ticket_is_corrected_from_a_file(machine: Machine, tmp_path: Path) -> None:
    document_id = machine.bring(made(DocumentStatus.REJECTED))
    file = tmp_path / "corrected.xml"
    file.write_bytes(samples.ticket(NUMBER))

    (row,) = machine.rows("rejected", "correct", document_id, str(file), *WHY)

    assert row["document"] != document_id
    assert (row["done"], row["status"]) == ("corrected", "accepted")


def test_a_correction_with_faults_names_them_and_saves_nothing(
    machine: Machine, tmp_path: Path
) -> None:
    document_id = machine.bring(made(DocumentStatus.REJECTED))
    file = tmp_path / "corrected.xml"
    file.write_bytes(wrong(NUMBER))

    result = machine.run("rejected", "correct", document_id, str(file), *WHY)

    assert isinstance(result.exception, NotMended)
    assert "A205 line " in result.stderr
    assert [row["id"] for row in machine.rows("rejected", "list")] == [document_id]


def test_what_waits_is_listed_shown_and_released(machine: Machine) -> None:
    document_id = machine.bring(made(DocumentStatus.HELD))
    (review,) = machine.rows("review", "list", "--kind", "repass")
    assert review["subject"] == document_id
    assert review["actions"] == ["return", "release", "discard"]
    shown, document = machine.rows("review", "show", review["id"])
    assert (shown["id"], document["id"]) == (review["id"], document_id)

    (row,) = machine.rows("review", "release", review["id"], *WHY, "--as", "Clerk Sample")

    assert (row["status"], row["version"]) == ("accepted", 2)
    assert machine.rows("review", "list") == []
    (closed,) = machine.rows("review", "list", "--closed")
    assert closed["closed"] == "released"


@pytest.mark.parametrize("action", ["return", "discard"])
def test_a_collision_under_review_is_returned_or_discarded(machine: Machine, action: str) -> None:
    machine.bring(collision)
    (review,) = machine.rows("review", "list")

    (row,) = machine.rows("review", action, review["id"], *WHY)

    assert row["done"] == f"{action}ed"


def test_an_action_is_told_with_the_name_of_the_machines_user_or_the_one_given(
    machine: Machine,
) -> None:
    async def two(hub: LivingHub) -> list[str]:
        return [await posted(hub, wrong(NUMBER + place)) for place in range(2)]

    first, second = machine.bring(two)
    machine.rows("rejected", "discard", first, *WHY)
    machine.rows("rejected", "discard", second, *WHY, "--as", "Clerk Sample")

    async def actors(hub: LivingHub) -> list[str]:
        closed = (await hub.get("/v1/reviews", open=False)).json()["reviews"]
        return [one["closed_by"] for one in closed]

    assert machine.bring(actors) == ["Clerk Sample", getpass.getuser()]


def test_what_cannot_be_done_is_one_sentence(machine: Machine) -> None:
    document_id = machine.bring(made(DocumentStatus.RETURNED))

    assert isinstance(machine.refusal("rejected", "return", document_id, *WHY), IllegalMove)
    stale = machine.refusal("rejected", "discard", document_id, *WHY, "--revision", "1")
    assert isinstance(stale, Stale)
    for command in (
        ("rejected", "discard", "none", *WHY),
        ("review", "discard", "none", *WHY),
        ("review", "show", "none"),
    ):
        assert isinstance(machine.refusal(*command), NotFound)
    assert machine.run("rejected", "discard", document_id).exit_code == 2


def test_a_submission_is_shown_with_its_documents(machine: Machine) -> None:
    async def receipt(hub: LivingHub) -> dict[str, Any]:
        await posted(hub, samples.ticket(NUMBER))
        return dict((await hub.post(altered(NUMBER))).json())

    posted_as = machine.bring(receipt)

    (shown,) = machine.rows("submissions", "show", posted_as["submission_id"])
    table = machine.run("submissions", "show", posted_as["submission_id"]).stdout

    assert shown == posted_as
    assert "L902" in table
    assert isinstance(machine.refusal("submissions", "show", "none"), NotFound)


def test_a_submission_that_was_judged_is_not_judged_again(machine: Machine) -> None:
    async def receipt(hub: LivingHub) -> dict[str, Any]:
        return dict((await hub.post(samples.ticket(NUMBER))).json())

    submission_id = machine.bring(receipt)["submission_id"]

    assert "not held" in str(machine.refusal("submissions", "rejudge", submission_id))


def test_a_held_submission_is_judged_again(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bug(*_: Any) -> None:
        raise RuntimeError("a bug of ours")

    async def receipt(hub: LivingHub) -> dict[str, Any]:
        return dict((await hub.post(samples.ticket(NUMBER))).json())

    with monkeypatch.context() as broken:
        broken.setattr(hub.intake, "judge", bug)
        submission_id = machine.bring(receipt)["submission_id"]
    (review,) = machine.rows("review", "list")
    assert review["actions"] == ["rejudge"]

    (judged,) = machine.rows("submissions", "rejudge", submission_id)

    assert [one["outcome"] for one in judged["documents"]] == ["accepted"]
    assert "no document" in str(machine.refusal("review", "release", review["id"], *WHY))

"""The acceptance corpus: every document as expected, offline and over HTTP on each stack."""

import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from hub.cli import build
from tests.living import LivingHub, living_hub, prepare

CORPUS = Path(__file__).parents[1] / "corpus"
SUBMISSIONS: list[dict[str, Any]] = json.loads((CORPUS / "expectations.json").read_text())[
    "submissions"
]


@dataclass
class Seen:
    """What came out for one submission, in the terms of the expectations."""

    findings: list[str]
    documents: list[tuple[str | None, str, list[str]]]


def expected(submission: dict[str, Any]) -> Seen:
    documents = [
        (one["number"], one["outcome"], sorted(one["findings"])) for one in submission["documents"]
    ]
    return Seen(submission["submission"]["findings"], documents)


def seen(answer: dict[str, Any]) -> Seen:
    documents = [
        (one["number"], one["outcome"], sorted({found["code"] for found in one["findings"]}))
        for one in answer["documents"]
    ]
    return Seen([found["code"] for found in answer["findings"]], documents)


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """The corpus's own order, as `hub check --manifest` takes it."""
    lines = [
        json.dumps(
            {
                "file": str(CORPUS / one["file"]),
                "source": one["source"],
                "client": one["client"],
                "received_at": one["received_at"],
            }
        )
        for one in SUBMISSIONS
    ]
    path = tmp_path / "manifest.jsonl"
    path.write_text("\n".join(lines))
    return path


def test_check_with_a_manifest_gives_every_expected_outcome(manifest: Path) -> None:
    result = CliRunner().invoke(build(), ["check", "--manifest", str(manifest), "--json"])

    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 1
    assert [seen(answer) for answer in answers] == [expected(one) for one in SUBMISSIONS]


@pytest.fixture(params=["embedded", "servers"])
async def stack(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[LivingHub]:
    database, broker = f"sqlite:///{tmp_path / 'hub.db'}", "embedded:"
    if request.param == "servers":
        database, broker = map(request.getfixturevalue, ("postgres_database", "amqp_vhost"))
    async with living_hub(database, await prepare(database), broker) as living:
        yield living


async def test_every_submission_over_http_gives_its_expected_receipt(stack: LivingHub) -> None:
    receipts = []
    for one in SUBMISSIONS:
        raw = (CORPUS / one["file"]).read_bytes()
        answer = await stack.post(raw, key=one["client"], received_at=one["received_at"])
        receipts.append(answer.json())

    assert [seen(receipt) for receipt in receipts] == [expected(one) for one in SUBMISSIONS]


async def test_what_was_accepted_waits_for_the_court_once_each(stack: LivingHub) -> None:
    for one in SUBMISSIONS:
        raw = (CORPUS / one["file"]).read_bytes()
        await stack.post(raw, key=one["client"], received_at=one["received_at"])

    messages = await stack.lease(max=500, lease_seconds=60)

    accepted = [
        document["number"]
        for one in SUBMISSIONS
        for document in one["documents"]
        if document["outcome"] == "accepted"
    ]
    assert sorted(one["headers"]["x-hub-number"] for one in messages) == sorted(accepted)


@pytest.mark.parametrize("path", sorted((CORPUS / "attacks").iterdir()), ids=lambda path: path.stem)
def test_an_attack_is_refused_in_under_a_second(path: Path) -> None:
    started = time.monotonic()

    result = CliRunner().invoke(build(), ["check", "--source", "tracs", "--json", str(path)])

    assert time.monotonic() - started < 1
    answer = json.loads(result.stdout)
    assert answer["documents"] == []
    assert answer["findings"][0]["code"] in {"X003", "X007"}

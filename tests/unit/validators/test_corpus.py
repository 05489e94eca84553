"""The acceptance corpus, read and judged: each document gets exactly the codes of its label.

The ledger is not asked here, so L codes and duplicates are left to those who ask it.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from hub.adapters.tracs import ADAPTER
from hub.judge import judge
from tests.unit.validators.judging import REFERENCE

CORPUS = Path("tests/corpus")


def tracs_submissions() -> Iterator[Any]:
    expectations = json.loads((CORPUS / "expectations.json").read_text(encoding="utf-8"))
    for submission in expectations["submissions"]:
        if submission["source"] == ADAPTER.source:
            yield pytest.param(submission, id=submission["file"])


def labels(document: dict[str, Any]) -> tuple[str | None, set[str]]:
    codes = {code for code in document["findings"] if not code.startswith("L")}
    return document["number"], codes


@pytest.mark.parametrize("submission", list(tracs_submissions()))
def test_a_submission_is_judged_as_labelled(submission: dict[str, Any]) -> None:
    judged = judge(
        ADAPTER,
        (CORPUS / submission["file"]).read_bytes(),
        REFERENCE,
        REFERENCE.clients[submission["client"]].sender,
        datetime.fromisoformat(submission["received_at"]),
    )

    assert {finding.code for finding in judged.findings} == set(
        submission["submission"]["findings"]
    )
    assert len(judged.documents) == len(submission["documents"])
    for document, expected in zip(judged.documents, submission["documents"], strict=True):
        if expected["outcome"] != "duplicate":
            codes = {finding.code for finding in document.findings}
            assert (document.number, codes) == labels(expected)

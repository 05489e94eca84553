"""What the corpus expects of the adapter alone comes out: X, S, references, times, codes."""

import json
import time
from typing import Any

import pytest

from hub.adapters.tracs import ADAPTER
from hub.domain.errors import Unreadable
from tests.unit.adapters.tracs_files import CORPUS

_OWN = ("X", "S", "N605", "N606", "N610", "N612", "T507", "T508")
_SUBMISSIONS = json.loads((CORPUS / "expectations.json").read_text(encoding="utf-8"))["submissions"]


def _seen(raw: bytes) -> dict[str, Any]:
    try:
        documents = [
            (document.number, {finding.code for finding in document.findings})
            for document in ADAPTER.read(raw)
        ]
    except Unreadable as refusal:
        return {"submission": [refusal.finding.code], "documents": []}
    return {"submission": [], "documents": documents}


@pytest.mark.parametrize(
    "expected",
    [each for each in _SUBMISSIONS if each["source"] == "tracs"],
    ids=lambda each: each["file"],
)
def test_corpus_file_gives_the_expected_findings(expected: dict[str, Any]) -> None:
    seen = _seen((CORPUS / expected["file"]).read_bytes())

    assert seen == {
        "submission": expected["submission"]["findings"],
        "documents": [
            (each["number"], {code for code in each["findings"] if code.startswith(_OWN)})
            for each in expected["documents"]
        ],
    }


@pytest.mark.parametrize("name", ["billion-laughs", "quadratic-blow-up"])
def test_attack_is_refused_at_once(name: str) -> None:
    raw = (CORPUS / f"attacks/{name}.xml").read_bytes()
    begin = time.process_time()

    seen = _seen(raw)

    assert seen["submission"] == ["X003"]
    assert time.process_time() - begin < 0.2

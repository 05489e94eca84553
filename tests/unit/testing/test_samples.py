"""The samples that travel with the hub: complete, synthetic, and each shows what its name says."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

SAMPLES = Path(__file__).parents[3] / "hub/testing/samples/tracs"
MANIFEST = [
    json.loads(line)
    for line in (SAMPLES / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
]
FILES = [entry["file"] for entry in MANIFEST]


def texts(name: str, *tags: str) -> list[str]:
    tree = ET.fromstring((SAMPLES / name).read_bytes())  # noqa: S314 - our own file
    return [element.text for element in tree.iter() if element.tag in tags and element.text]


def test_the_manifest_lists_every_sample_once_in_order() -> None:
    assert sorted(path.name for path in SAMPLES.glob("*.xml")) == FILES


def test_times_of_receipt_are_instants_in_utc() -> None:
    assert all(re.fullmatch(r"2026-\d\d-\d\dT\d\d:\d\d:\d\dZ", e["received_at"]) for e in MANIFEST)


@pytest.mark.parametrize("name", FILES)
def test_a_sample_is_well_formed_and_holds_a_numbered_form(name: str) -> None:
    assert texts(name, "CitationNumber", "ReportNumber")


@pytest.mark.parametrize("name", FILES)
def test_telephone_numbers_are_those_nobody_has(name: str) -> None:
    assert all("55501" in phone for phone in texts(name, "HomePhone", "BusinessPhone"))


@pytest.mark.parametrize("name", FILES)
def test_a_narrative_says_that_it_is_synthetic(name: str) -> None:
    assert all("synthetic" in narrative.lower() for narrative in texts(name, "Narrative"))


def test_one_number_comes_three_times_and_no_other_comes_twice() -> None:
    numbers = [number for name in FILES for number in set(texts(name, "CitationNumber"))]
    repeated = {number: numbers.count(number) for number in numbers if numbers.count(number) > 1}

    assert list(repeated.values()) == [3]

"""The samples that travel with the hub: complete, synthetic, and each shows what its name says."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from hub.adapters import tracs
from hub.domain.judgement import JudgedDocument
from hub.domain.ledger import Candidate, MemoryLedger, settle
from hub.judge import judge
from hub.reference import load, shipped_tables
from hub.testing import samples

REFERENCE = load(shipped_tables())
TOUR = list(samples.tour())
NAMES = [sample.name for sample in TOUR]

OUTCOMES = {
    "01-speed-with-printed-form.xml": [("accepted", set())],
    "02-criminal.xml": [("accepted", set())],
    "03-parking.xml": [("accepted", set())],
    "04-organization.xml": [("accepted", set())],
    "05-quebec-licence.xml": [("accepted", set())],
    "06-accents-windows-1252.xml": [("accepted", set())],
    "07-utf-16.xml": [("accepted", set())],
    "08-three-forms-one-contact.xml": [("accepted", set())] * 3,
    "09-two-contacts.xml": [("accepted", set())] * 2,
    "10-late.xml": [("accepted", {"T503"})],
    "11-monitored-officer.xml": [("accepted", {"A210"})],
    "12-rejected-by-rules.xml": [
        ("rejected", {"D306", "D311", "N602", "T509", "V409", "V410"}),
    ],
    "13-rejected-by-fields.xml": [("rejected", {"S101", "S102", "S105", "S107"})],
    "14-first-export.xml": [("accepted", set())],
    "15-same-again.xml": [("duplicate", set())],
    "16-same-number-other-content.xml": [("held", set())],
    "17-collision.xml": [("held", set())],
}
"""What judgement and ledger say of each document; the ledger's own findings are not among these."""


def documents_of(sample: samples.Sample) -> tuple[JudgedDocument, ...]:
    sender = REFERENCE.clients[sample.client].sender
    return judge(tracs.ADAPTER, sample.raw, REFERENCE, sender, sample.received_at).documents


def texts(name: str, *tags: str) -> list[str]:
    tree = ET.fromstring(samples.read(f"tracs/{name}"))  # noqa: S314 - our own file
    return [element.text for element in tree.iter() if element.tag in tags and element.text]


async def test_the_tour_shows_every_outcome_where_its_name_says() -> None:
    ledger = MemoryLedger()
    shown = {}
    for sample in TOUR:
        judged = documents_of(sample)
        candidates = [
            Candidate(f"{sample.name}#{index}", sample.name, document)
            for index, document in enumerate(judged)
        ]
        verdicts = await settle(candidates, ledger)
        shown[sample.name] = [
            (verdict.outcome.value, {finding.code for finding in document.findings})
            for verdict, document in zip(verdicts, judged, strict=True)
        ]

    assert shown == OUTCOMES


def test_the_manifest_lists_every_sample_once_in_order() -> None:
    folder = Path(samples.__file__).with_name("tracs")

    assert sorted(path.name for path in folder.glob("*.xml")) == NAMES


def test_the_printed_form_travels_with_its_ticket() -> None:
    [document] = documents_of(TOUR[0])

    assert document.attachment is not None
    assert document.attachment.startswith(b"%PDF-1.4\n")
    assert document.attachment.endswith(b"%%EOF\n")


@pytest.mark.parametrize("name", NAMES)
def test_telephone_numbers_are_those_nobody_has(name: str) -> None:
    assert all(re.search("55501..$", phone) for phone in texts(name, "HomePhone", "BusinessPhone"))


@pytest.mark.parametrize("name", NAMES)
def test_a_narrative_says_that_it_is_synthetic(name: str) -> None:
    narratives = texts(name, "Narrative")

    assert narratives
    assert all("synthetic" in narrative.lower() for narrative in narratives)

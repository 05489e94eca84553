"""The registry and the catalogue say the same; clean records have no finding."""

import re
from dataclasses import replace

import pytest

from hub.domain.criteria import CRITERIA
from hub.domain.judgement import Record
from hub.domain.reference import Sender
from hub.validators import RULES, rules_for
from hub.validators.registry import SWITCHED_OFF_BY
from tests.records import (
    RECEIVED_AT,
    a_citation,
    a_collision,
    a_criminal_citation,
    a_parking_ticket,
    a_washington_citation,
    an_organization_citation,
)
from tests.unit.validators.judging import codes_of

SEEN_ONLY_BY_ADAPTERS = {"T507", "T508", "N605", "N606", "N610", "N612"}
KINDS = ("infraction", "criminal", "parking", "collision")


def test_every_rule_code_of_the_catalogue_has_a_function() -> None:
    wanted = {code for code in CRITERIA if code[0] in "ADVTNC"} - SEEN_ONLY_BY_ADAPTERS

    assert set(RULES) == wanted


def test_no_function_serves_two_codes() -> None:
    assert len(set(RULES.values())) == len(RULES)


def test_rules_stand_in_the_order_of_the_catalogue() -> None:
    assert list(RULES) == [code for code in CRITERIA if code in RULES]


@pytest.mark.parametrize("code", RULES)
def test_the_docstring_of_a_rule_names_its_code_and_source(code: str) -> None:
    docstring = RULES[code].__doc__ or ""

    assert docstring.startswith(f"{code}: ")
    assert re.search(r"Source: .*criteria", docstring, re.DOTALL)


def test_only_registered_codes_are_switched_off_and_by_earlier_ones() -> None:
    order = list(RULES)

    for code, reasons in SWITCHED_OFF_BY.items():
        assert all(order.index(reason) < order.index(code) for reason in reasons)


@pytest.mark.parametrize(
    ("code", "kind", "source", "applies"),
    [
        ("V412", "infraction", "tracs", False),
        ("V412", "infraction", "valcour", True),
        ("C704", "collision", "tracs", False),
        ("C704", "collision", "sector", True),
        ("D304", "infraction", "sector", False),
        ("D304", "criminal", "tracs", False),
        ("D304", "infraction", "valcour", True),
        ("D301", "parking", "tracs", True),
        ("D314", "parking", "tracs", False),
        ("T503", "collision", "tracs", False),
        ("T506", "criminal", "tracs", False),
        ("V406", "parking", "valcour", False),
        ("V407", "infraction", "sector", False),
        ("V410", "parking", "sector", True),
        ("V418", "infraction", "tracs", False),
        ("N608", "collision", "tracs", False),
        ("A211", "infraction", "sector", False),
    ],
)
def test_a_rule_applies_where_the_catalogue_says(
    code: str, kind: str, source: str, *, applies: bool
) -> None:
    assert (code in {row[0] for row in rules_for(kind, source)}) is applies


def test_every_rule_applies_somewhere() -> None:
    sources = ("tracs", "valcour", "sector")
    used = {row[0] for kind in KINDS for source in sources for row in rules_for(kind, source)}

    assert used == set(RULES)


@pytest.mark.parametrize(
    "record",
    [
        a_citation(),
        an_organization_citation(),
        a_criminal_citation(),
        a_parking_ticket(),
        a_washington_citation(),
        a_collision(),
        replace(a_citation(), vehicle=None, officer_last_name=None, agency_ori=None),
    ],
    ids=["person", "organization", "criminal", "parking", "washington", "collision", "sparse"],
)
def test_a_clean_record_has_no_finding(record: Record) -> None:
    assert codes_of(record, sender=Sender("client", None)) == []


def test_findings_come_in_the_order_of_the_catalogue() -> None:
    wrong = a_citation(court_code="XXX", served_by=None, officer_id="A9999", answer_by=None)

    assert codes_of(wrong, received_at=RECEIVED_AT.replace(month=3)) == [
        "A205",
        "D313",
        "T503",
        "T509",
        "N608",
    ]

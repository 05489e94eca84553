"""What is rendered for the court, against the court's own schemas.

The published standards are no part of this repository; without them these tests are skipped.
"""

import subprocess
import sys
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from lxml import etree

from hub.domain.citation import Citation
from hub.profiles.code_lists import CODE_LISTS
from hub.routes.court_odyssey import ROUTE
from hub.routes.court_odyssey.codes import (
    COURT_MAKES,
    NOT_IN_COURT_LISTS,
    POSTAL_TO_LIS,
    PROVINCES,
)
from tests.records import (
    a_citation,
    a_criminal_citation,
    a_parking_ticket,
    an_organization_citation,
)
from tests.strategies import FILINGS
from tests.unit.routes.filings import REFERENCE, a_shipment
from tests.unit.routes.test_court_odyssey import ROOT, corpus_citations

STANDARDS = ROOT.parent / "shared" / "standards"
CODES = STANDARDS / "ecf401" / "xsd" / "constraint" / "niem"
GENERATED = 60

pytestmark = pytest.mark.skipif(
    not STANDARDS.is_dir(), reason="the published standards are not beside this repository"
)


def generated() -> list[tuple[Citation, bytes | None]]:
    found: list[tuple[Citation, bytes | None]] = []

    @given(FILINGS)
    @settings(
        max_examples=GENERATED,
        deadline=None,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def collect(filing: tuple[Citation, bytes | None]) -> None:
        found.append(filing)

    collect()
    return found


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Every readable citation of the corpus, every kind of record, and many made at random."""
    folder = tmp_path_factory.mktemp("filings")
    kinds = (a_citation, a_criminal_citation, a_parking_ticket, an_organization_citation)
    filings: Iterable[tuple[Citation, bytes | None]] = chain(
        ((citation, form) for _, citation, form in corpus_citations()),
        ((make(), b"%PDF-1.4") for make in kinds),
        generated(),
    )
    files = []
    for number, (citation, form) in enumerate(filings):
        file = folder / f"{number}.xml"
        file.write_bytes(ROUTE.render(a_shipment(citation, form), REFERENCE))
        files.append(file)
    return files


@pytest.mark.parametrize("standard", ["ecf401", "tyler-ecf4"])
def test_every_message_is_valid(standard: str, messages: list[Path]) -> None:
    result = subprocess.run(
        [sys.executable, str(STANDARDS / "validate.py"), standard, *map(str, messages)],
        capture_output=True,
        text=True,
        check=False,
    )

    faults = [line for line in result.stdout.splitlines() if not line.endswith(": VALID")]
    assert (faults, result.stderr, result.returncode) == ([], "", 0)
    assert result.stdout.count(": VALID") == len(messages) > GENERATED


def court_list(file: str, name: str) -> dict[str, str]:
    """The values of an enumeration of the court, with their meaning."""
    schema = "{http://www.w3.org/2001/XMLSchema}"
    tree = etree.parse(CODES / file)
    (kind,) = [one for one in tree.iter(f"{schema}simpleType") if one.get("name") == name]
    return {
        str(value.get("value")): " ".join(map(str, value.itertext())).strip().upper()
        for value in kind.iter(f"{schema}enumeration")
    }


@pytest.mark.parametrize(
    ("ours", "file", "courts"),
    [
        ("SEX", "fbi/2.0/fbi.xsd", "SEXCodeSimpleType"),
        ("RACE", "fbi/2.0/fbi.xsd", "RACCodeSimpleType"),
        ("EYE", "fbi/2.0/fbi.xsd", "EYECodeSimpleType"),
        ("HAIR", "fbi/2.0/fbi.xsd", "HAICodeSimpleType"),
        ("COLOR", "fbi/2.0/fbi.xsd", "VCOCodeSimpleType"),
        ("STYLE", "fbi/2.0/fbi.xsd", "VSTCodeSimpleType"),
        ("MAKE", "fbi/2.0/fbi.xsd", "VMACodeSimpleType"),
        ("LICCLASS", "ansi_d20/2.0/ansi_d20.xsd", "DriverLicenseClassCodeSimpleType"),
    ],
)
def test_the_exceptions_are_exactly_what_the_courts_list_lacks(
    ours: str, file: str, courts: str
) -> None:
    lacking = set(CODE_LISTS[ours].values) - set(court_list(file, courts))

    assert lacking == set(NOT_IN_COURT_LISTS.get(ours, {}))


def test_every_make_written_as_a_code_is_the_courts() -> None:
    assert set(court_list("fbi/2.0/fbi.xsd", "VMACodeSimpleType")) >= COURT_MAKES


def test_addresses_use_the_postal_list_for_the_united_states_only() -> None:
    postal = court_list("usps_states/2.0/usps_states.xsd", "USStateCodeSimpleType")

    assert set(CODE_LISTS["STATE_POST"].values) - set(postal) == PROVINCES


def test_every_state_has_a_code_in_the_ncic_list_with_the_right_meaning() -> None:
    ncic = court_list("fbi/2.0/fbi.xsd", "LISCodeSimpleType")
    meanings = {
        "NE": "NEBRASKA",
        "NB": "NEW BRUNSWICK",
        "QC": "QUEBEC",
        "NL": "NEWFOUNDLAND",
        "SK": "SASKATCHEWAN",
        "NU": "CANADA",
        "ON": "ONTARIO",
        "VT": "VERMONT",
        "MS": "MISSISSIPPI",
        "NT": "NORTHWEST",
    }

    codes = {state: POSTAL_TO_LIS.get(state, state) for state in CODE_LISTS["STATE_POST"].values}

    assert set(codes.values()) - {"CD"} == set(CODE_LISTS["STATE_LIS"].values)
    assert set(codes.values()) <= set(ncic)
    for state, meaning in meanings.items():
        assert meaning in ncic[codes[state]], state

"""The tables are those of the published profiles, and what is made from them is up to date."""

import csv
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from hub.domain.criteria import CRITERIA
from hub.profiles import PROFILES
from hub.profiles.code_lists import CODE_LISTS
from hub.profiles.page import vendor_page
from hub.profiles.schema import schema_text
from hub.shipped import shipped

TRACS = PROFILES["tracs"]
PUBLISHED = Path(__file__).parents[4] / "shared" / "profiles"

needs_published = pytest.mark.skipif(
    not PUBLISHED.is_dir(), reason="the published profiles are not beside the repository"
)


def _tables(markdown: str) -> Iterator[tuple[str, ...]]:
    """Part and the seven cells of every row of a field table."""
    part = ""
    for line in markdown.splitlines():
        if line.startswith("## "):
            named = re.match(r"## (?:Table `(\w+)`|Envelope (table))", line)
            part = (named[1] or "TraCSExport") if named else ""
        elif part and line.startswith("|") and not line.startswith(("| Path", "|---")):
            cells = [cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line)]
            yield (part, *cells[1:-1])


@needs_published
def test_field_table_is_the_published_one() -> None:
    published = list(_tables((PUBLISHED / "tracs.md").read_text(encoding="utf-8")))
    with files("hub.profiles").joinpath("tracs.csv").open(encoding="utf-8") as table:
        ours = [tuple(row) for row in csv.reader(table)][1:]

    assert ours == published


@needs_published
def test_code_lists_are_the_published_ones() -> None:
    text = (PUBLISHED / "canonical.md").read_text(encoding="utf-8")
    lists = re.findall(r"^- ([A-Z0-9_]+)(\*?): (.*)$", text, re.MULTILINE)

    assert [
        (each.name, "*" * each.is_ncic, " ".join(each.values)) for each in CODE_LISTS.values()
    ] == [tuple(each) for each in lists]


def test_checked_in_schema_is_the_one_the_tables_make() -> None:
    path = shipped("xsd") / "tracs" / "2.1" / "tracs.xsd"

    assert path.read_text(encoding="utf-8") == schema_text(TRACS)


def test_ncic_lists_are_spelled_with_the_letter() -> None:
    assert CODE_LISTS["COLOR"].spell("BR0") == "BRO"
    assert CODE_LISTS["COLOR"].spell("BRO") == "BRO"
    assert CODE_LISTS["COLOR"].spell("BR1") is None
    assert CODE_LISTS["STATE_POST"].spell("M0") is None


def test_vendor_page_tells_every_field_list_and_criterion() -> None:
    page = vendor_page(TRACS)
    groups = (TRACS.envelope, *TRACS.parts.values())

    for group in groups:
        for row in group.fields():
            assert f"| `{row.path}` |" in page
    assert "| `COLOR` | NCIC | AME BGE" in page
    assert "64 MiB and 5,000 documents" in page
    assert CRITERIA["N605"].message in page
    assert CRITERIA["S103"].message not in page
    assert r"`token /2\.[01]/`" in page


def test_every_row_of_a_vendor_table_has_the_cells_of_its_header() -> None:
    for block in vendor_page(TRACS).split("\n\n"):
        rows = [line for line in block.splitlines() if line.startswith("|")]
        cells = {len(re.findall(r"(?<!\\)\|", row)) for row in rows}

        assert len(cells) <= 1, rows[0]

"""The reference tables: what they hold, and how a wrong one is refused."""

import time
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from hub.domain.errors import Invalid, Misconfigured
from hub.domain.reference import known_row
from hub.reference import load, read_tables, shipped_tables

TABLES = shipped_tables()
REFERENCE = load(TABLES)
DAY = date(2026, 2, 14)


def changed(file: str, old: str, new: str) -> dict[str, str]:
    """The shipped tables with the first `old` of a file replaced."""
    assert old in TABLES[file]
    return {**TABLES, file: TABLES[file].replace(old, new, 1)}


def test_leading_zeros_of_codes_survive() -> None:
    agency = REFERENCE.agency_on("VT", "0417", DAY)

    assert agency is not None
    assert agency.agency_code == "0417"
    assert REFERENCE.municipality_on("WA", "06790", DAY) is not None


def test_speed_offences_take_amount_and_points_from_the_bands() -> None:
    speeding = REFERENCE.offense_on("VT", "23V1003", DAY)

    assert speeding is not None
    assert (speeding.is_speed, speeding.needs_speed) == (True, True)
    assert (speeding.base_amount, speeding.points) == (None, None)


def test_other_offences_have_fixed_amounts() -> None:
    unregistered = REFERENCE.offense_on("VT", "23V301", DAY)

    assert unregistered is not None
    assert (unregistered.base_amount, unregistered.points) == (Decimal(100), 2)
    assert unregistered.surcharge


def test_lists_in_cells_are_sets_and_a_star_is_everything() -> None:
    bureau = REFERENCE.court_on("VT", "VTJB", DAY)

    assert bureau is not None
    assert bureau.kinds == {"infraction", "parking"}
    assert REFERENCE.clients["vt-dps-tracs"].agencies is None
    assert REFERENCE.clients["spokane-rms"].agencies == frozenset({"WA0320400", "WA0320000"})


def test_daybook_is_read_with_its_offsets() -> None:
    entry = REFERENCE.daybook["HHD-FA-26-5012301-S"]

    assert entry.created_at == datetime(2026, 3, 1, 14, 0, tzinfo=UTC)


def test_a_row_counts_from_its_first_to_its_last_day() -> None:
    assert REFERENCE.agency_on("VT", "0411", date(2019, 12, 31)) is not None
    assert REFERENCE.agency_on("VT", "0411", date(2020, 1, 1)) is None
    assert REFERENCE.agency_on("VT", "0411", date(1999, 12, 31)) is None


def test_among_several_rows_the_valid_one_counts_else_the_last() -> None:
    renamed = changed(
        "agencies.csv",
        "\nVT,0411,",
        "\nVT,0411,Old Name,police,VT0041100,invented,tracs,Chittenden,1990-01-01,1995-12-31\n"
        "VT,0411,",
    )
    rows = load(renamed).agencies["VT", "0411"]
    named = {year: known_row(rows, date(year, 1, 1)) for year in (1992, 1998, 2010, 2026)}

    assert {year: row.name for year, row in named.items() if row} == {
        1992: "Old Name",
        1998: "Richmond Police Department",
        2010: "Richmond Police Department",
        2026: "Richmond Police Department",
    }


def test_same_content_has_the_same_version() -> None:
    header, *rows = TABLES["agencies.csv"].splitlines()
    same = {**TABLES, "agencies.csv": "\r\n".join([header, *reversed(rows), ""])}

    assert load(same).version == REFERENCE.version
    assert len(REFERENCE.version) == 12


def test_other_content_has_another_version() -> None:
    assert load(changed("rules.csv", ",47.00,", ",48.00,")).version != REFERENCE.version


def test_clients_and_daybook_may_be_absent(tmp_path: Path) -> None:
    for name, text in TABLES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert load(read_tables(tmp_path)).version == REFERENCE.version

    (tmp_path / "clients.csv").unlink()
    (tmp_path / "daybook.csv").unlink()

    assert load(read_tables(tmp_path)).clients == {}


def test_byte_order_mark_is_no_content(tmp_path: Path) -> None:
    for name, text in TABLES.items():
        (tmp_path / name).write_text(text, encoding="utf-8-sig")

    assert load(read_tables(tmp_path)).version == REFERENCE.version


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"agencies\.csv cannot be read"):
        read_tables(tmp_path)


def test_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    for name, text in TABLES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "courts.csv").write_bytes(b"state,court_code\nVT,\xff\n")

    with pytest.raises(Misconfigured, match=r"courts\.csv cannot be read"):
        read_tables(tmp_path)


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        ("agencies.csv", "channel", "chanel", "agencies.csv, line 1: the column channel is miss"),
        ("agencies.csv", ",tracs,", ",fax,", "agencies.csv, line 2, column channel: sector or"),
        ("agencies.csv", "\nVT,0103,", "\nVT,,", "line 2, column agency_code: a value is wanted"),
        ("agencies.csv", "2000-01-01", "01/01/2000", "line 2, column valid_from: a date YYYY-MM"),
        ("agencies.csv", ",Addison", "", "agencies.csv, line 2: 9 cells where the header has 10"),
        ("officers.csv", ",approved,", ",retired,", "officers.csv, line 2, column status: appro"),
        ("violations.csv", ",Y,N,", ",yes,N,", "line 2, column surcharge: Y or N is wanted"),
        ("violations.csv", ",2,100,", ",2,NaN,", "line 2, column base_amount: a number is wanted"),
        ("rules.csv", ",1,10,", ",one,10,", "line 2, column over_from: a whole number is wanted"),
        ("courts.csv", "infraction;parking", "", "line 2, column kinds: a value is wanted"),
        ("daybook.csv", "-05:00", "", "line 2, column created_at: a date and time with offset"),
        ("municipalities.csv", "\nVT,0111,", "\nVT,0103,", "line 3, column state: this is line 2"),
    ],
)
def test_wrong_cell_is_refused_with_its_place(file: str, old: str, new: str, sentence: str) -> None:
    with pytest.raises(Invalid) as refusal:
        load(changed(file, old, new))

    assert sentence in str(refusal.value)
    assert str(refusal.value).startswith(file)


def test_missing_or_empty_table_is_refused() -> None:
    with pytest.raises(Invalid, match=r"rules\.csv is missing"):
        load({name: text for name, text in TABLES.items() if name != "rules.csv"})
    with pytest.raises(Invalid, match=r"clients\.csv, line 1: the column client_id"):
        load({**TABLES, "clients.csv": ""})


def test_table_that_is_not_csv_is_refused() -> None:
    with pytest.raises(Invalid, match=r"courts\.csv is not a table"):
        load({**TABLES, "courts.csv": TABLES["courts.csv"] + "x" * 200_000})


def test_loading_takes_less_than_a_tenth_of_a_second() -> None:
    start = time.process_time()
    load(TABLES)

    assert time.process_time() - start < 0.1

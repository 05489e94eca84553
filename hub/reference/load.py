"""From CSV text to the frozen reference that the rules see.

Source: reference tables, README.
"""

import csv
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from io import StringIO
from typing import Any

from hub.domain.errors import Invalid
from hub.domain.reference import (
    Agency,
    Court,
    DatedRule,
    DaybookEntry,
    Municipality,
    Offense,
    Officer,
    Reference,
    ReferenceClient,
)
from hub.reference.tables import Line, lines

SPEED_TABLE = "speed_table"
"""What stands for an amount or points that follow from the speed, by rules.csv."""

_SOURCES = frozenset({"tracs", "valcour", "sector", "service-tracking"})
_STATUSES = frozenset({"pending", "monitored", "approved", "suspended", "inactive"})
_DOCUMENT_KINDS = frozenset({"infraction", "criminal", "parking"})


def load(tables: Mapping[str, str]) -> Reference:
    """The reference that the tables (file name to CSV text) hold; `clients`, `daybook` may lack.

    `version` is the same for the same content: line ends and the order of lines do not count.

    Raises:
        Invalid: a table is missing, or a header or cell is wrong; says file, line and column.
    """
    rows = {table.file: _rows(table, tables) for table in _TABLES}
    return Reference(
        version=_version(tables),
        agencies=_grouped(rows["agencies.csv"], lambda row: (row.state, row.agency_code)),
        officers=_grouped(rows["officers.csv"], lambda row: (row.state, row.officer_id)),
        offenses=_grouped(rows["violations.csv"], lambda row: (row.state, row.violation_code)),
        rules=_grouped(rows["rules.csv"], lambda row: (row.state, row.rule)),
        courts=_grouped(rows["courts.csv"], lambda row: (row.state, row.court_code)),
        municipalities=_grouped(
            rows["municipalities.csv"], lambda row: (row.state, row.municipality_code)
        ),
        clients={row.client_id: row for row in rows["clients.csv"]},
        daybook={row.docket_number: row for row in rows["daybook.csv"]},
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """A file, how a line of it is read, and which columns no two lines share."""

    file: str
    read: Callable[[Line], object]
    columns: str
    key: str
    is_required: bool = True


def _rows(table: _Table, tables: Mapping[str, str]) -> list[Any]:
    text = tables.get(table.file)
    if text is None and table.is_required:
        raise Invalid(f"The reference table {table.file} is missing; give it with the others.")
    if text is None:
        return []
    wanted = lines(table.file, text, tuple(table.columns.split()), tuple(table.key.split()))
    try:
        return [table.read(line) for line in wanted]
    except csv.Error as error:
        raise Invalid(f"{table.file} is not a table of comma-separated values: {error}.") from error


def _grouped(rows: Iterable[Any], key: Callable[[Any], Any]) -> dict[Any, tuple[Any, ...]]:
    groups: dict[Any, list[Any]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return {code: tuple(group) for code, group in groups.items()}


def _version(tables: Mapping[str, str]) -> str:
    digest = hashlib.sha256()
    for name in sorted(table.file for table in _TABLES if table.file in tables):
        header, *rows = [
            "\x1f".join(cell.strip() for cell in row)
            for row in csv.reader(StringIO(tables[name]))
            if row
        ]
        digest.update("\x1e".join([name, header, *sorted(rows), ""]).encode())
    return digest.hexdigest()[:12]


def _agency(line: Line) -> Agency:
    return Agency(
        state=line.code("state"),
        agency_code=line.code("agency_code"),
        name=line.code("name"),
        kind=line.text("kind"),
        ori=line.text("ori"),
        channel=line.one_of("channel", _SOURCES),
        county=line.text("county"),
        valid_from=line.day("valid_from"),
        valid_to=line.optional(line.day, "valid_to"),
    )


def _officer(line: Line) -> Officer:
    return Officer(
        state=line.code("state"),
        officer_id=line.code("officer_id"),
        agency_code=line.code("agency_code"),
        last_name=line.code("last_name"),
        first_name=line.text("first_name"),
        title=line.text("title"),
        badge=line.text("badge"),
        status=line.one_of("status", _STATUSES),
        begin_date=line.optional(line.day, "begin_date"),
        status_from=line.optional(line.day, "status_from"),
        approved_date=line.optional(line.day, "approved_date"),
    )


def _offense(line: Line) -> Offense:
    is_speed = line.text("base_amount") == SPEED_TABLE
    has_bands = line.text("points") == SPEED_TABLE
    return Offense(
        state=line.code("state"),
        violation_code=line.code("violation_code"),
        statute_type=line.code("statute_type"),
        statute=line.text("statute"),
        description=line.text("description"),
        kind=line.one_of("kind", _DOCUMENT_KINDS),
        category=line.code("category"),
        acd_code=line.text("acd_code"),
        points=None if has_bands else line.optional(line.integer, "points"),
        base_amount=None if is_speed else line.optional(line.amount, "base_amount"),
        base_max=line.optional(line.amount, "base_max"),
        is_speed=is_speed,
        surcharge=line.flag("surcharge"),
        needs_speed=line.flag("needs_speed"),
        valid_from=line.day("valid_from"),
        valid_to=line.optional(line.day, "valid_to"),
    )


def _dated_rule(line: Line) -> DatedRule:
    return DatedRule(
        state=line.code("state"),
        rule=line.code("rule"),
        over_from=line.optional(line.integer, "over_from"),
        over_to=line.optional(line.integer, "over_to"),
        value=line.amount("value"),
        unit=line.text("unit"),
        valid_from=line.day("valid_from"),
        valid_to=line.optional(line.day, "valid_to"),
        source=line.text("source"),
    )


def _court(line: Line) -> Court:
    return Court(
        state=line.code("state"),
        court_code=line.code("court_code"),
        name=line.code("name"),
        kinds=_several(line, "kinds"),
        county=line.text("county"),
        valid_from=line.day("valid_from"),
        valid_to=line.optional(line.day, "valid_to"),
    )


def _municipality(line: Line) -> Municipality:
    return Municipality(
        state=line.code("state"),
        municipality_code=line.code("municipality_code"),
        name=line.code("name"),
        county=line.text("county"),
        valid_from=line.day("valid_from"),
        valid_to=line.optional(line.day, "valid_to"),
    )


def _client(line: Line) -> ReferenceClient:
    return ReferenceClient(
        client_id=line.code("client_id"),
        source=line.one_of("source", _SOURCES),
        state=line.code("state"),
        agencies=None if line.text("agencies") == "*" else _several(line, "agencies"),
        note=line.text("note"),
    )


def _daybook_entry(line: Line) -> DaybookEntry:
    return DaybookEntry(
        court_code=line.code("court_code"),
        docket_number=line.code("docket_number"),
        respondent_last_name=line.code("respondent_last_name"),
        respondent_first_name=line.text("respondent_first_name"),
        order_type=line.text("order_type"),
        hearing_date=line.day("hearing_date"),
        created_at=line.instant("created_at"),
    )


def _several(line: Line, column: str) -> frozenset[str]:
    return frozenset(part.strip() for part in line.code(column).split(";"))


_TABLES = (
    _Table(
        "agencies.csv",
        _agency,
        "state agency_code name kind ori channel county valid_from valid_to",
        key="state agency_code valid_from",
    ),
    _Table(
        "officers.csv",
        _officer,
        "state officer_id agency_code last_name first_name title badge status begin_date"
        " status_from approved_date",
        key="state officer_id agency_code",
    ),
    _Table(
        "violations.csv",
        _offense,
        "state violation_code statute_type statute description kind category acd_code points"
        " base_amount base_max surcharge needs_speed valid_from valid_to",
        key="state violation_code valid_from",
    ),
    _Table(
        "rules.csv",
        _dated_rule,
        "state rule over_from over_to value unit valid_from valid_to source",
        key="state rule over_from valid_from",
    ),
    _Table(
        "courts.csv",
        _court,
        "state court_code name kinds county valid_from valid_to",
        key="state court_code valid_from",
    ),
    _Table(
        "municipalities.csv",
        _municipality,
        "state municipality_code name county valid_from valid_to",
        key="state municipality_code valid_from",
    ),
    _Table(
        "clients.csv",
        _client,
        "client_id source state agencies note",
        key="client_id",
        is_required=False,
    ),
    _Table(
        "daybook.csv",
        _daybook_entry,
        "court_code docket_number respondent_last_name respondent_first_name order_type"
        " hearing_date created_at",
        key="docket_number",
        is_required=False,
    ),
)

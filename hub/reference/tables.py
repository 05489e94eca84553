"""The reference tables as files: read from a directory, checked cell by cell.

Source: reference tables, README.
"""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from io import StringIO
from pathlib import Path
from typing import TypeVar

from hub.domain.errors import Invalid, Misconfigured

_REQUIRED = (
    "agencies.csv",
    "officers.csv",
    "violations.csv",
    "rules.csv",
    "courts.csv",
    "municipalities.csv",
)
_OPTIONAL = ("clients.csv", "daybook.csv")
_SHIPPED = Path(__file__).parent / "data"

Value = TypeVar("Value")


def read_tables(directory: Path) -> Mapping[str, str]:
    """The tables of a directory, file name to CSV text.

    `clients.csv` and `daybook.csv` may be absent, the others may not.

    Raises:
        Misconfigured: a table is missing or cannot be read as UTF-8.
    """
    wanted = (*_REQUIRED, *(name for name in _OPTIONAL if (directory / name).exists()))
    return {name: _read(directory / name) for name in wanted}


def shipped_tables() -> Mapping[str, str]:
    """The tables that travel with the hub: test data, not official tables."""
    return read_tables(_SHIPPED)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(
            f"The reference table {path.name} cannot be read in {path.parent}; "
            "put a UTF-8 file of that name there."
        ) from error


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table; its methods give cells as values.

    All of them raise Invalid, naming file, line and column, when the cell is not such a value.
    """

    file: str
    number: int
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        """The cell as it stands, possibly empty."""
        return self.cells[column]

    def code(self, column: str) -> str:
        """A cell that must not be empty."""
        return self._parse(column, _filled, "a value")

    def day(self, column: str) -> date:
        """A date, YYYY-MM-DD."""
        return self._parse(column, date.fromisoformat, "a date YYYY-MM-DD")

    def instant(self, column: str) -> datetime:
        """An instant with its offset."""
        return self._parse(column, _aware, "a date and time with offset")

    def integer(self, column: str) -> int:
        """A whole number."""
        return self._parse(column, int, "a whole number")

    def amount(self, column: str) -> Decimal:
        """A decimal number."""
        return self._parse(column, _finite, "a number")

    def flag(self, column: str) -> bool:
        """Y or N."""
        return self._parse(column, {"Y": True, "N": False}.__getitem__, "Y or N")

    def one_of(self, column: str, allowed: frozenset[str]) -> str:
        """One of a few words."""
        words = {word: word for word in allowed}
        return self._parse(column, words.__getitem__, " or ".join(sorted(allowed)))

    def optional(self, read: Callable[[str], Value], column: str) -> Value | None:
        """None for an empty cell, else what `read` gives: `line.optional(line.day, "…")`."""
        return read(column) if self.cells[column] else None

    def _parse(self, column: str, parse: Callable[[str], Value], wanted: str) -> Value:
        try:
            return parse(self.cells[column])
        except (ValueError, KeyError, InvalidOperation) as error:
            raise Invalid(
                f"{self.file}, line {self.number}, column {column}: {wanted} is wanted here."
            ) from error


def lines(file: str, text: str, columns: tuple[str, ...], key: tuple[str, ...]) -> Iterator[Line]:
    """The lines of a table, cells trimmed; columns beyond the wanted ones are ignored.

    Raises:
        Invalid: a column is missing, a line has not as many cells as the header, or two lines
            have the same `key`.
    """
    rows = csv.reader(StringIO(text))
    header = [name.strip() for name in next(rows, [])]
    missing = [name for name in columns if name not in header]
    if missing:
        raise Invalid(f"{file}, line 1: the column {missing[0]} is missing.")
    seen: dict[tuple[str, ...], int] = {}
    for row in filter(None, rows):
        line = Line(file, rows.line_num, _cells(file, rows.line_num, header, row))
        first = seen.setdefault(tuple(map(line.text, key)), line.number)
        if first != line.number:
            raise Invalid(
                f"{file}, line {line.number}, column {key[0]}: this is line {first} again."
            )
        yield line


def _cells(file: str, number: int, header: list[str], row: list[str]) -> dict[str, str]:
    if len(row) != len(header):
        raise Invalid(
            f"{file}, line {number}: {len(row)} cells where the header has {len(header)}."
        )
    return {name: cell.strip() for name, cell in zip(header, row, strict=True)}


def _filled(cell: str) -> str:
    if not cell:
        raise ValueError
    return cell


def _aware(cell: str) -> datetime:
    instant = datetime.fromisoformat(cell)
    if instant.tzinfo is None:
        raise ValueError
    return instant


def _finite(cell: str) -> Decimal:
    number = Decimal(cell)
    if not number.is_finite():
        raise ValueError
    return number

"""How lists are printed: a table on a terminal, JSON lines or CSV on request."""

import asyncio
import csv
import sys
from collections.abc import Coroutine, Mapping, Sequence
from typing import Annotated, Any, TypeVar

import orjson
import typer
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

_UNBOUNDED = 10_000

T = TypeVar("T")
Row = Mapping[str, Any]

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Comma-separated values with a header.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=10_000, help="At most so many.")]

_STYLES = {
    "accepted": "green",
    "acknowledged": "green",
    "held": "yellow",
    "duplicate": "cyan",
    "rejected": "red",
    "refused": "red",
    "dead": "red",
}

# a pipe or a file has no width of its own: one row stays one line, for grep and awk
console = Console(width=None if sys.stdout.isatty() else _UNBOUNDED)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's asynchronous work."""
    return asyncio.run(work)


def style_of(word: str) -> str:
    """The colour of a state."""
    return _STYLES.get(word, "")


def print_json(row: object) -> None:
    """One JSON object on its own line; instants in UTC with `Z`."""
    sys.stdout.write(orjson.dumps(row, option=orjson.OPT_UTC_Z).decode() + "\n")


def print_rows(rows: Sequence[Row], *, as_json: bool = False, as_csv: bool = False) -> None:
    """Print a list the way it was asked for."""
    if as_json:
        for row in rows:
            print_json(row)
    elif as_csv:
        _print_csv(rows)
    else:
        _print_table(rows)


def _print_csv(rows: Sequence[Row]) -> None:
    if rows:
        writer = csv.DictWriter(sys.stdout, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: _safe(_cell(value)) for name, value in row.items()} for row in rows)


def _safe(cell: object) -> object:
    """A cell no spreadsheet takes for a formula: some hold what a sender wrote."""
    is_formula = isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r")
    return f"'{cell}" if is_formula else cell


def _print_table(rows: Sequence[Row]) -> None:
    """Words wrap, an id stays whole: better a line too long for the terminal than half an id."""
    if not rows:
        console.print("Nothing found.", style="dim")
        return
    lines = [[str(_cell(value)) for value in row.values()] for row in rows]
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name, *column in zip(rows[0], *lines, strict=True):
        is_prose = any(" " in cell for cell in column)
        table.add_column(name.replace("_", " "), no_wrap=not is_prose)
    for line in lines:
        table.add_row(*(Text(cell, style_of(cell)) for cell in line))
    unbounded = console.options.update(max_width=_UNBOUNDED)
    wanted = Measurement.get(console, unbounded, table)
    table.width = wanted.maximum if wanted.minimum > console.width else None
    console.print(table, crop=False)


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return " ".join(str(item) for item in value)
    isoformat = getattr(value, "isoformat", None)
    return isoformat(timespec="seconds").replace("+00:00", "Z") if isoformat else value

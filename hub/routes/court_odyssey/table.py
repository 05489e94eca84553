"""The table of paths: `core_filing.txt` read into rows.

The rows are what the writer is built from, and what `docs/COURT_ODYSSEY.md` shows.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Row:
    """One line: an ECF path, the field written there, in which form, under which conditions.

    `form` is a name of `forms.FORMS`, a text in quotes, or empty (the value as it is).
    """

    path: str
    field: str
    form: str = ""
    when: frozenset[str] = frozenset()


def read_rows(text: str) -> tuple[Row, ...]:
    """The rows of an outline; its syntax stands in the head of `core_filing.txt`."""
    blocks, message = _blocks([line for line in text.splitlines() if _has_content(line)])
    rows = []
    open_lines: list[tuple[int, Row]] = []
    for line in _expanded(message, blocks):
        indent = _indent(line)
        while open_lines and open_lines[-1][0] >= indent:
            open_lines.pop()
        row = _row(line, open_lines[-1][1] if open_lines else None)
        open_lines.append((indent, row))
        if row.field:
            rows.append(row)
    return tuple(rows)


def _row(line: str, around: Row | None) -> Row:
    path, field, form, when = (*(cell.strip() for cell in line.split("|")), "", "", "")[:4]
    conditions = frozenset({when} if when else ())
    if around is None:
        return Row(path, field, form, conditions)
    return Row(f"{around.path}/{path}", field, form, around.when | conditions)


def _blocks(lines: Iterable[str]) -> tuple[dict[str, list[str]], list[str]]:
    """The lines of each block, moved to the margin, and those outside of any block."""
    blocks: dict[str, list[str]] = {}
    message: list[str] = []
    into = message
    for line in lines:
        if line.startswith("block "):
            into = blocks.setdefault(line.removeprefix("block "), [])
        elif _indent(line) == 0:
            into = message
            into.append(line)
        else:
            into.append(line if into is message else line[2:])
    return blocks, message


def _expanded(lines: Iterable[str], blocks: dict[str, list[str]]) -> Iterator[str]:
    for line in lines:
        if not line.lstrip().startswith("include "):
            yield line
            continue
        _, name, who = line.split()
        margin = " " * _indent(line)
        block = [margin + inner.replace("{who}", who) for inner in blocks[name]]
        yield from _expanded(block, blocks)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _has_content(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")


ROWS = read_rows(
    files("hub.routes.court_odyssey").joinpath("core_filing.txt").read_text(encoding="utf-8")
)
"""Every line of the court's message, blocks put in, conditions inherited."""

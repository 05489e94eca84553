"""Writes XML text from rows of the table, without building a tree.

Rows are compiled once: a run of elements with one value inside becomes one pair of strings. A
message is then: look up the values, give them their form, escape them, and put each between its
strings; an element in which nothing was written is left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from hub.routes.court_odyssey.forms import Form, form_of, quoted
from hub.routes.court_odyssey.table import Row

Facts = Mapping[str, Any]
"""Names of the table's second column to values; absent and None mean the same."""

_Part = tuple[str, str, int, "tuple[_Part, ...] | None"]
"""What stands before, what stands after, and between them a value (its index) or parts."""

_REPEATED = "[]"
_LABEL = '"'


@dataclass(slots=True)
class _Node:
    index: int | None = None
    children: dict[str, "_Node"] = field(default_factory=dict)


class Writer:
    """Writes the elements of its rows, in the rows' order."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._tree = _Node()
        self._fields: list[str] = []
        self._forms: list[tuple[int, Form]] = []
        self._labeled: dict[int, list[tuple[str, int]]] = {}
        self._repeated: list[tuple[int, str, Writer]] = []
        for head, group in groupby(rows, _repeated_head):
            if head:
                self._add_repeated(head, list(group))
            else:
                for row in group:
                    self._add(row)
        self._parts = _parts(self._tree)

    def write(self, facts: Facts) -> str:
        """The XML of these facts; empty when none of them has a value."""
        texts = self._texts(facts)
        for index, name, writer in self._repeated:
            texts[index] = "".join(map(writer.write, facts.get(name, ()))) or None
        written: list[str] = []
        _fill(self._parts, texts, written)
        return "".join(written)

    def _texts(self, facts: Facts) -> list[str | None]:
        """The text of every row, escaped; None for what is left out."""
        texts: list[Any] = [*map(facts.get, self._fields)]
        for index, form in self._forms:
            value = texts[index]
            if value is not None:
                texts[index] = form(value)
        for index, entries in self._labeled.items():
            labeled = [label + texts[row] for label, row in entries if texts[row] is not None]
            texts[index] = "; ".join(labeled) or None
        whole = "".join([text for text in texts if text])
        if "&" in whole or "<" in whole or ">" in whole:
            return [_escaped(text) if text else text for text in texts]
        return texts

    def _add(self, row: Row) -> None:
        around, _, step = row.path.rpartition("/")
        form = form_of(row.form)
        if step.startswith(_LABEL):
            index = self._slot(around)
            label = step.strip(_LABEL) + ": "
            self._labeled.setdefault(index, []).append((label, len(self._fields)))
            form = _quoting(form)
        else:
            _node(self._tree, row.path).index = len(self._fields)
        if form:
            self._forms.append((len(self._fields), form))
        self._fields.append(row.field)

    def _add_repeated(self, head: str, rows: Sequence[Row]) -> None:
        """Rows below `element[]`: written by a writer of their own, once for each item."""
        element = head.rpartition("/")[2]
        inner = [
            Row(element + row.path.removeprefix(head + _REPEATED), row.field, row.form)
            for row in rows
        ]
        name = rows[0].field.partition(_REPEATED)[0]
        self._repeated.append((self._slot(head + _REPEATED), name, Writer(inner)))

    def _slot(self, path: str) -> int:
        """The index of a text that is put together from other rows."""
        node = _node(self._tree, path)
        if node.index is None:
            node.index = len(self._fields)
            self._fields.append("")
        return node.index


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _quoting(form: Form | None) -> Form:
    def write(value: Any) -> str | None:
        text = form(value) if form else value
        return None if text is None else quoted(text)

    return write


def _repeated_head(row: Row) -> str:
    head, repeated, _ = row.path.partition(_REPEATED)
    return head if repeated else ""


def _node(tree: _Node, path: str) -> _Node:
    for step in path.split("/"):
        tree = tree.children.setdefault(step, _Node())
    return tree


def _parts(node: _Node) -> tuple[_Part, ...]:
    parts = [_part(step, child) for step, child in node.children.items()]
    if node.index is not None:
        parts.insert(0, ("", "", node.index, None))
    return tuple(parts)


def _part(step: str, node: _Node) -> _Part:
    before, after = _tags(step)
    inner = _parts(node)
    if len(inner) > 1:
        return before, after, 0, inner
    first, last, index, parts = inner[0]
    return before + first, last + after, index, parts


def _tags(step: str) -> tuple[str, str]:
    """What a step of a path puts before and after its content."""
    if step.endswith(_REPEATED):
        return "", ""
    name, *predicates = step.replace("]", "").replace("'", '"').split("[")
    attributes = "".join(f" {one[1:]}" for one in predicates if one.startswith("@"))
    return f"<{name}{attributes}>", f"</{name}>"


def _fill(parts: Sequence[_Part], texts: Sequence[str | None], written: list[str]) -> None:
    for before, after, index, inner in parts:
        if inner is None:
            text = texts[index]
            if text is not None:
                written.append(before + text + after)
            continue
        length = len(written)
        written.append(before)
        _fill(inner, texts, written)
        if len(written) == length + 1:
            written.pop()
        else:
            written.append(after)

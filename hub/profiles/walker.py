"""The walker: one pass over a part of a document, against its field table.

It brings every value to its normal form in the tree, checks it, turns it into a typed value, and
words the S findings. Read with `fields.py` (the tables) and `values.py` (the types).
Source: profiles "README", Values; "criteria", S101-S109.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, cast

from lxml import etree

from hub.domain.criteria import finding
from hub.domain.findings import Finding
from hub.profiles.fields import Field, Group
from hub.profiles.values import has_forbidden_character, is_normal, normalise
from hub.xml import line_of

FAULTS_PER_CODE_MAX = 50
"""Findings of one code that a part is given; whoever sends more gains nothing from reading them."""


@dataclass(slots=True)
class Node:
    """A group as it stands in the file.

    `values` are the typed values by field name, blank ones left out; `inside` the groups in it.
    `path` is where it stands in the posted file; `index` counts it among its kind in the document,
    from 1, and fills the `[]` of canonical names.
    """

    element: etree._Element
    group: Group
    path: str
    index: int = 1
    values: dict[str, Any] = field(default_factory=dict)
    inside: list["Node"] = field(default_factory=list)
    moved_lines: dict[str, int] = field(default_factory=dict)

    def canonical(self, name: str | None) -> str | None:
        """The name in the record of one of the group's fields."""
        return name and name.replace("[]", f"[{self.index}]")

    def nodes(self, name: str) -> list["Node"]:
        """The groups of this name directly inside."""
        return [node for node in self.inside if node.group.name == name]

    def given(self, within: str = "") -> dict[str, Any]:
        """Typed values under their own names in the record, one step below `within`."""
        columns = self.group.columns.get(within, ())
        return {name: self.values[column] for column, name in columns if column in self.values}

    def place(self, row: Field) -> tuple[str, int]:
        """Path and line of one of the group's fields in the posted file, standing there or not."""
        path = f"{self.path}/{row.name}"
        if row.name in self.moved_lines:
            return path, self.moved_lines[row.name]
        child = None if row.name.startswith("@") else self.element.find(row.name)
        return path, line_of(self.element if child is None else child)

    def locate(self, name: str) -> tuple[str, int] | None:
        """Path and line of a name in the record, relative to the part; None when not from here."""
        if name == self.canonical(self.group.canonical):
            return self.path, line_of(self.element)
        for row in (*self.group.attributes.values(), *self.group.elements.values()):
            own = self.canonical(row.canonical)
            if row.value and own and (own == name or own.startswith(f"{name}.")):
                return self.place(row)
        places = (node.locate(name) for node in self.inside)
        return next((place for place in places if place is not None), None)


@dataclass(frozen=True, slots=True)
class Fault:
    """An S finding before it knows its record: `name` is canonical, relative to the part."""

    name: str | None
    finding: Finding

    def within(self, prefix: str) -> Finding:
        """The finding for the record or party that the part stands for (`citation.guardian`)."""
        if self.name is None:
            return self.finding
        return replace(self.finding, field=f"{prefix}.{self.name}")


def walk(element: etree._Element, group: Group, path: str) -> tuple[Node, list[Fault]]:
    """Normalise, check and read one part in place; `path` is its own in the posted file."""
    node = Node(element, group, path)
    pass_ = _Pass()
    pass_.enter(node)
    return node, pass_.faults


@dataclass(slots=True)
class _Pass:
    faults: list[Fault] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    given: Counter[str] = field(default_factory=Counter)

    def enter(self, node: Node) -> None:
        """Walk one group: attributes, order, leaves, then the groups inside."""
        children = list(node.element)
        names = [child.tag for child in children]
        self._attributes(node)
        if names != node.group.names:
            self._order(node, children, names)
        is_odd = node.group.is_odd(node.element)
        if is_odd:
            self._odd(node, children)
        self._leaves(node, children, names, is_odd=is_odd)
        if node.group.groups:
            self._groups(node, children, names)

    def _attributes(self, node: Node) -> None:
        rows = node.group.attributes
        given = node.element.attrib
        for name, text in cast("list[tuple[str, str]]", node.element.items()):
            row = rows.get(name)
            if row is None:
                local = etree.QName(name).localname
                self._foreign(f"{node.path}/@{local}", line_of(node.element))
                continue
            clean = text if is_normal(text) else normalise(text)
            if clean != text:
                node.element.set(name, clean)
            self._value(node, row, clean)
        for name, row in rows.items():
            if row.least and name not in given:
                self._fault("S101", node, row)

    def _leaves(
        self, node: Node, children: list[etree._Element], names: list[str], *, is_odd: bool
    ) -> None:
        rows = node.group.elements
        for child, name in zip(children, names, strict=True):
            row = rows.get(name)
            if row is None or row.value is None:
                continue
            text = _whole_text(child) if is_odd else child.text or ""
            if not is_normal(text):
                text = _put_normal(node, child, text)
            self._value(node, row, text)

    def _value(self, node: Node, row: Field, text: str) -> None:
        """One finding for each value: S109 wins over S106, that over S104, S105 and S107."""
        value = row.value
        if value is None:
            return
        if not text:
            if not row.may_be_blank:
                self._fault("S101", node, row)
        elif not text.isascii() and has_forbidden_character(text):
            self._fault("S109", node, row)
        elif len(text) > row.length_max:
            self._fault("S106", node, row)
        else:
            try:
                node.values[row.name] = value.read(text)
            except ValueError:
                self._fault(value.fault, node, row)

    def _groups(self, node: Node, children: list[etree._Element], names: list[str]) -> None:
        counts: Counter[str] = Counter()
        for child, name in zip(children, names, strict=True):
            group = node.group.groups.get(name)
            if group is None:
                continue
            counts[name] += 1
            self.seen[name] += 1
            inner = Node(child, group, f"{node.path}/{name}[{counts[name]}]", self.seen[name])
            node.inside.append(inner)
            self.enter(inner)

    # --- what is missing, foreign, misplaced or too many ---

    def _order(self, node: Node, children: list[etree._Element], names: list[str]) -> None:
        rows = node.group.elements
        known = [
            (child, rows[name]) for child, name in zip(children, names, strict=True) if name in rows
        ]
        for child, path in _foreign_children(node, children):
            self._foreign(path, line_of(child))
        kept = _in_order([row.position for _, row in known])
        counts: Counter[str] = Counter()
        for index, (child, row) in enumerate(known):
            counts[row.name] += 1
            if index not in kept or counts[row.name] > row.most:
                self._misplaced(node, child, row, counts[row.name])
        for row in rows.values():
            if row.least > counts[row.name]:
                self._fault("S101", node, row)

    def _odd(self, node: Node, children: list[etree._Element]) -> None:
        """Text beside the children of a group; children and attributes of leaves."""
        texts = [node.element.text, *(child.tail for child in children)]
        if any(normalise(text) for text in texts if text):
            name = node.canonical(node.group.canonical)
            self._add(name, "S102", node.path, line_of(node.element))
        else:
            _clear_spaces(node.element, children)
        for child in children:
            if child.tag in node.group.elements and child.tag not in node.group.groups:
                self._odd_leaf(f"{node.path}/{child.tag}", child)

    def _odd_leaf(self, path: str, leaf: etree._Element) -> None:
        for name in leaf.attrib:
            self._foreign(f"{path}/@{etree.QName(name).localname}", line_of(leaf))
        for child in leaf:
            self._foreign(f"{path}/{etree.QName(child).localname}", line_of(child))

    # --- wording ---

    def _foreign(self, path: str, line: int) -> None:
        self._add(None, "S102", path, line)

    def _misplaced(self, node: Node, child: etree._Element, row: Field, index: int) -> None:
        path, name = f"{node.path}/{row.name}", node.canonical(row.canonical)
        if row.value is None:
            path = f"{path}[{index}]"
            name = f"{row.canonical}".replace("[]", f"[{self.seen[row.name] + index}]")
        self._add(name, "S102", path, line_of(child))

    def _fault(self, code: str, node: Node, row: Field) -> None:
        if self.given[code] < FAULTS_PER_CODE_MAX:
            path, line = node.place(row)
            self._add(node.canonical(row.canonical), code, path, line, row)

    def _add(
        self, name: str | None, code: str, path: str, line: int, row: Field | None = None
    ) -> None:
        self.given[code] += 1
        if self.given[code] <= FAULTS_PER_CODE_MAX:
            length = row.length_max if row else None
            worded = finding(code, path, path=path, line=line, max=length)
            self.faults.append(Fault(name, replace(worded, hint=_hint(worded, row))))


def _hint(worded: Finding, row: Field | None) -> str:
    """The catalogue's hint, with what was expected where the table says it."""
    if row is None or row.value is None or worded.code in ("S106", "S109"):
        return worded.hint
    return f"{worded.hint} Expected: {row.value.expected}."


def _whole_text(leaf: etree._Element) -> str:
    return "".join(cast("Iterator[str]", leaf.itertext()))


def _put_normal(node: Node, child: etree._Element, text: str) -> str:
    clean = normalise(text)
    if clean != text and not len(child):
        node.moved_lines[child.tag] = line_of(child)  # new text in the tree knows no line
        child.text = clean
    return clean


def _clear_spaces(element: etree._Element, children: Iterable[etree._Element]) -> None:
    """No-break spaces between elements mean nothing, but XSD takes them for text."""
    if element.text and not element.text.isascii():
        element.text = None
    for child in children:
        if child.tail and not child.tail.isascii():
            child.tail = None


def _foreign_children(
    node: Node, children: Sequence[etree._Element]
) -> Iterator[tuple[etree._Element, str]]:
    for child in children:
        if child.tag not in node.group.elements:
            yield child, f"{node.path}/{etree.QName(child).localname}"


def _in_order(positions: Sequence[int]) -> set[int] | range:
    """Indices of a longest run of positions that never goes back: the rest is misplaced.

    Found from the end, so that of two which changed places the second is the misplaced one.
    """
    if all(a <= b for a, b in pairwise(positions)):
        return range(len(positions))
    tails: list[int] = []  # the highest position, negated, that begins a run of each length
    ends: list[int] = []  # and its index
    after: dict[int, int] = {}
    for index in reversed(range(len(positions))):
        position = -positions[index]
        length = bisect_right(tails, position)
        after[index] = ends[length - 1] if length else -1
        tails[length : length + 1] = [position]
        ends[length : length + 1] = [index]
    kept, index = set(), ends[-1]
    while index >= 0:
        kept.add(index)
        index = after[index]
    return kept

"""The field tables of the profiles as values: what every element and attribute must be.

The tables are the CSV files beside this module, with the columns of the published profiles. The
walker, the XSD and the vendor page are all made from them.
Source: profiles "README", How to read a field table.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from lxml import etree

from hub.profiles.values import PDF_CHARACTERS_MAX, ValueType, value_type

UNBOUNDED = 1 << 62
"""More than anything in a file."""


@dataclass(frozen=True, slots=True)
class Field:
    """One row: an element or an attribute (`@x`), at `position` among its siblings.

    `name` is the last step of `path`. `least` and `most` are how often it may stand in its parent,
    `length_max` counts characters. `record` is the name in the record as the table prints it,
    `canonical` the same relative to the part's root, None when it maps to nothing. `value` is None
    for a group.
    """

    name: str
    path: str
    meaning: str
    type: str
    length_max: int
    least: int
    most: int
    may_be_blank: bool
    record: str
    canonical: str | None
    position: int
    value: ValueType | None

    @property
    def is_bounded(self) -> bool:
        """Whether there is a greatest number of occurrences."""
        return self.most < UNBOUNDED

    @property
    def has_length_max(self) -> bool:
        """Whether the table gives a greatest length."""
        return self.length_max < UNBOUNDED


@dataclass(frozen=True, slots=True)
class Group:
    """An element with children: a part of a document, or a group inside one.

    `names` are its element children in order. `columns` gives, by what is before the last dot of a
    canonical name, the fields that alone make up a value of the record. `is_odd` finds what no leaf
    or group may have: text beside the children, and children or attributes of leaves.
    """

    name: str
    canonical: str | None
    attributes: Mapping[str, Field]
    elements: Mapping[str, Field]
    groups: Mapping[str, "Group"]
    names: list[str]
    columns: Mapping[str, list[tuple[str, str]]]
    is_odd: Callable[[etree._Element], Any]

    def fields(self) -> Iterator[Field]:
        """Every row of the group and of the groups inside, in the order of the table."""
        yield from self.attributes.values()
        for name, row in self.elements.items():
            yield row
            if name in self.groups:
                yield from self.groups[name].fields()


@dataclass(frozen=True, slots=True)
class Particle:
    """Elements around or of the parts that may stand at one place, in any order."""

    names: tuple[str, ...]
    least: int
    most: int

    @property
    def is_bounded(self) -> bool:
        """Whether there is a greatest number of occurrences."""
        return self.most < UNBOUNDED


@dataclass(frozen=True, slots=True)
class Profile:
    """A source format as published to vendors.

    `letter` is its column in the catalogue of criteria; `documents` names the parts that are
    documents; `envelope` holds the rows around the parts, `contents` what of the parts stands in
    which element; `notes` is prose for vendors.
    """

    source: str
    letter: str
    title: str
    state: str
    versions: tuple[str, ...]
    encodings: tuple[str, ...]
    documents: tuple[str, ...]
    envelope: Group
    parts: Mapping[str, Group]
    contents: Mapping[str, tuple[Particle, ...]]
    notes: str = field(repr=False)


def read_table(name: str, roots: Mapping[str, str]) -> dict[str, Group]:
    """The parts of the table `<name>.csv`; `roots` gives the canonical root of shared parts."""
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    with files("hub.profiles").joinpath(f"{name}.csv").open(encoding="utf-8") as table:
        for row in csv.DictReader(table):
            rows[row["part"]].append(row)
    return {part: _group(part, _fields(rows[part], roots.get(part, ""))) for part in rows}


def _fields(rows: Iterable[dict[str, str]], root: str) -> list[Field]:
    return [_field(row, position, root) for position, row in enumerate(rows)]


def _field(row: dict[str, str], position: int, root: str) -> Field:
    least, _, most = row["card"].partition("..")
    return Field(
        name=row["path"].rpartition("/")[2],
        path=row["path"],
        meaning=row["meaning"],
        type=row["type"],
        length_max=_length_max(row),
        least=int(least),
        most=UNBOUNDED if most == "n" else int(most or least),
        may_be_blank=row["blank"] == "yes",
        record=row["canonical"],
        canonical=_canonical(row["canonical"], root),
        position=position,
        value=None if row["type"] == "group" else value_type(row["type"]),
    )


def _length_max(row: dict[str, str]) -> int:
    if row["type"] == "pdf":
        return PDF_CHARACTERS_MAX
    return int(row["max"] or UNBOUNDED)


def _canonical(name: str, root: str) -> str | None:
    if name == "-":
        return None
    return name.removeprefix(f"{root}.").replace("[0]", "[1]")


def _group(name: str, rows: list[Field], within: str = "", canonical: str | None = None) -> Group:
    """The group whose children's paths are one step below `within`."""
    here = [row for row in rows if row.path.rpartition("/")[0] == within]
    elements = {row.name: row for row in here if not row.name.startswith("@")}
    groups = {
        row.name: _group(row.name, rows, row.path, row.canonical)
        for row in elements.values()
        if row.value is None
    }
    return Group(
        name=name,
        canonical=canonical,
        attributes={row.name[1:]: row for row in here if row.name.startswith("@")},
        elements=elements,
        groups=groups,
        names=list(elements),
        columns=_columns([row for row in here if row.value is not None]),
        is_odd=_oddity(groups),
    )


def _columns(rows: list[Field]) -> dict[str, list[tuple[str, str]]]:
    uses = Counter(row.canonical for row in rows)
    columns: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows:
        if row.canonical and uses[row.canonical] == 1:
            within, _, name = row.canonical.rpartition(".")
            columns[within].append((row.name, name))
    return columns


def _oddity(groups: Iterable[str]) -> Callable[[etree._Element], Any]:
    """One XPath, because asking every leaf from Python would double the cost of the walk."""
    leaves = "".join(f"[not(self::{name})]" for name in groups)
    return etree.XPath(f"boolean(text()[normalize-space()] | *{leaves}/* | *{leaves}/@*)")

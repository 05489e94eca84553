"""One roadside contact: its forms, and the people, vehicles and places they share by reference.

A shared element is walked once, when the first form refers to it; one that no form refers to is
ignored, faults and all. Source: profiles "tracs", Envelope.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from lxml import etree

from hub.domain.criteria import finding
from hub.domain.findings import Finding
from hub.profiles import PROFILES
from hub.profiles.code_lists import CODE_LISTS
from hub.profiles.fields import Field
from hub.profiles.values import normalise
from hub.profiles.walker import FAULTS_PER_CODE_MAX, Fault, Node, walk
from hub.shipped import shipped
from hub.xml import Schema, line_of

_PROFILE = PROFILES["tracs"]
_SCHEMA = Schema(Path(shipped("xsd")) / "tracs" / _PROFILE.versions[-1] / "tracs.xsd")
_COMMON = "CommonInformation"
_SHARED = tuple(name for name in _PROFILE.parts if name not in _PROFILE.documents)
_OWN_TEXTS = etree.XPath("text()[normalize-space()]", smart_strings=False)
_LETTER_O_LISTS = {
    "HairColor": CODE_LISTS["HAIR"],
    "EyeColor": CODE_LISTS["EYE"],
    "VehicleColor": CODE_LISTS["COLOR"],
    "VehicleMake": CODE_LISTS["MAKE"],
}


@dataclass(slots=True)
class Part:
    """An element that the walker checks as one: a form, or something that forms share.

    `twin` is a second element with the same ID. `respelled` are the fields whose NCIC code came
    with the digit 0; their value has the letter already.
    """

    node: Node
    faults: list[Fault]
    twin: Finding | None = None
    respelled: list[Field] = field(default_factory=list)
    _is_checked: bool = False
    _worded: dict[str, tuple[Finding, ...]] = field(default_factory=dict)

    def findings(self, prefix: str) -> tuple[Finding, ...]:
        """The S findings for the record or party the part stands for."""
        if prefix not in self._worded:
            self._worded[prefix] = tuple(fault.within(prefix) for fault in self.faults)
        return self._worded[prefix]

    def check_schema(self) -> None:
        """Hold the part against the published XSD, once.

        Raises:
            SchemaDisagrees: the XSD refuses it.
        """
        if not self._is_checked:
            _SCHEMA.check(self.node.element)
            self._is_checked = True


def walk_part(element: etree._Element, path: str) -> Part:
    """Walk an element against the table of its name."""
    node, faults = walk(element, _PROFILE.parts[element.tag], path)
    part = Part(node, faults)
    for name, codes in _LETTER_O_LISTS.items():
        text = node.values.get(name)
        if text and "0" in text and (letters := codes.spell(text)) not in (text, None):
            node.values[name] = letters
            part.respelled.append(node.group.elements[name])
    return part


class Contact:
    """A `Contact` element; `path` is its place in the posted file.

    `findings` are the faults that count against each of its forms.
    """

    def __init__(self, element: etree._Element, path: str) -> None:
        self._element = element
        self._path = path
        self.findings: list[Finding] = []
        self._firsts: dict[str, tuple[etree._Element, str]] = {}
        self._twins: dict[str, Finding] = {}
        self._parts: dict[str, Part] = {}
        self._check_children()
        common = element.find(_COMMON)
        if common is not None:
            self._check_common(common, f"{path}/{_COMMON}")

    def forms(self) -> Iterator[tuple[etree._Element, str]]:
        """Its documents in file order, with their paths."""
        return _numbered(self._element, self._path, _PROFILE.documents)

    def find(self, key: str) -> Part | None:
        """The first element with this ID, walked; None when there is none."""
        if key not in self._parts and key in self._firsts:
            part = walk_part(*self._firsts[key])
            part.twin = self._twins.get(key)
            self._parts[key] = part
        return self._parts.get(key)

    def _check_children(self) -> None:
        """One `CommonInformation` first, then forms, and no text."""
        element, path = self._element, self._path
        self._check_text(element, path)
        first = element[0] if len(element) else None
        common = first if first is not None and first.tag == _COMMON else None
        self._check_foreign(element, path, _PROFILE.documents, common)

    def _check_common(self, common: etree._Element, path: str) -> None:
        self._check_text(common, path)
        for name in common.attrib:
            self._add(f"{path}/@{etree.QName(name).localname}", common)
        self._check_foreign(common, path, _SHARED)
        for child, place in _numbered(common, path, _SHARED):
            self._index(child, place)

    def _index(self, element: etree._Element, path: str) -> None:
        key = normalise(element.get("ID") or "")
        if key not in self._firsts:
            self._firsts[key] = (element, path)
        elif key not in self._twins:
            at = f"{path}/@ID"
            self._twins[key] = finding("N605", at, path=at, line=line_of(element))

    def _check_text(self, element: etree._Element, path: str) -> None:
        if any(normalise(text) for text in cast("list[str]", _OWN_TEXTS(element))):
            self._add(path, element)

    def _check_foreign(
        self,
        parent: etree._Element,
        path: str,
        known: Collection[str],
        welcome: etree._Element | None = None,
    ) -> None:
        for child in parent:
            if len(self.findings) >= FAULTS_PER_CODE_MAX:
                break
            if child.tag not in known and child is not welcome:
                self._add(f"{path}/{etree.QName(child).localname}", child)

    def _add(self, path: str, element: etree._Element) -> None:
        if len(self.findings) < FAULTS_PER_CODE_MAX:
            self.findings.append(finding("S102", path, path=path, line=line_of(element)))


def _numbered(
    parent: etree._Element, path: str, names: Collection[str]
) -> Iterator[tuple[etree._Element, str]]:
    """The children of these names with their paths, counted by name from 1."""
    counts: Counter[str] = Counter()
    for child in parent.iterchildren(*names):
        counts[child.tag] += 1
        yield child, f"{path}/{child.tag}[{counts[child.tag]}]"

"""One form: walked, its references followed, its own findings made, its record built.

Source: profiles "tracs"; "criteria", X008, S101-S109, N605, N606, N610, N612, T507, T508.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from lxml import etree

from hub.adapters.tracs.contact import Contact, Part, walk_part
from hub.adapters.tracs.local_time import local_instant
from hub.adapters.tracs.records import citation, collision_report
from hub.domain.criteria import finding
from hub.domain.findings import Finding
from hub.domain.judgement import Kind
from hub.ports import Place, ReadDocument
from hub.profiles import PROFILES
from hub.profiles.values import normalise
from hub.profiles.walker import Node
from hub.xml import DOCUMENT_BYTES_MAX, is_larger_than, line_of

_PROFILE = PROFILES["tracs"]
_KINDS = {"Form": Kind.CITATION, "CrashForm": Kind.COLLISION}
_NUMBERS = {"Form": "CitationNumber", "CrashForm": "ReportNumber"}
_REFERENCES = {
    "@DefendantRef": "Individual",
    "@VehicleRef": "Vehicle",
    "@LocationRef": "Location",
    "@GuardianRef": "Individual",
    "@RecipientRef": "Individual",
    "@IndividualRef": "Individual",
}
_INSTANTS = {
    "Form": (
        ("violation_at", "ViolationDate", "ViolationTime"),
        ("issued_at", "IssueDate", "IssueTime"),
        ("appearance_at", "AppearanceDate", "AppearanceTime"),
    ),
    "CrashForm": (
        ("crash_at", "CrashDate", "CrashTime"),
        ("arrived_at", "ArrivalDate", "ArrivalTime"),
        ("reported_at", "ReportDate", "ReportTime"),
    ),
}
_PDF_MARK = b"%PDF-"


@dataclass(slots=True)
class Form:
    """A form under reading.

    `shared` are the parts it refers to, by their name in the record (`guardian`,
    `units[2].vehicle`); `broken` the names whose value does not exist.
    """

    part: Part
    kind: Kind
    shared: dict[str, Part] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)

    @property
    def node(self) -> Node:
        """The form itself."""
        return self.part.node

    def add(self, code: str, name: str, place: Place) -> None:
        """Word a finding about a name in the record."""
        path, line = place
        self.findings.append(finding(code, f"{self.kind}.{name}", path=path, line=line))


def read_document(
    element: etree._Element, path: str, contact: Contact, contact_bytes_max: int
) -> ReadDocument:
    """Read one form of a contact.

    Raises:
        SchemaDisagrees: the XSD refuses what the walker found clean: a bug of ours.
    """
    if is_larger_than(element, DOCUMENT_BYTES_MAX, contact_bytes_max):
        return _too_large(element, path)
    form = Form(walk_part(element, path), _KINDS[element.tag])
    _follow_references(form, contact)
    faults = _faults(form, contact)
    if faults:
        return _document(form, faults)
    for part in (form.part, *form.shared.values()):
        part.check_schema()
    return _clean_document(form)


def _too_large(element: etree._Element, path: str) -> ReadDocument:
    return ReadDocument(
        kind=_KINDS[element.tag],
        state=_PROFILE.state,
        number=_still_read(element, _NUMBERS[element.tag]),
        agency=_still_read(element, "AgencyCode"),
        findings=(finding("X008", path, path=path, line=line_of(element)),),
        locate=lambda _: (path, line_of(element)),
    )


def _still_read(element: etree._Element, name: str) -> str | None:
    value = _PROFILE.parts[element.tag].elements[name].value
    text = normalise(element.findtext(name) or "")
    try:
        return str(value.read(text)) if value else None
    except ValueError:
        return None


# --- references ----------------------------------------------------------------------------------


def _follow_references(form: Form, contact: Contact) -> None:
    for node in _nodes(form.node):
        for row in node.group.attributes.values():
            key = node.values.get(row.name)
            if key is None or row.name not in _REFERENCES:
                continue
            role = node.canonical(row.canonical) or row.name
            part = contact.find(key)
            if part is None or part.node.group.name != _REFERENCES[row.name]:
                form.add("N606", role, node.place(row))
                form.broken.add(role)
            else:
                form.shared[role] = part
            if part is not None and part.twin and part.twin not in form.findings:
                form.findings.append(part.twin)


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for inner in node.inside:
        yield from _nodes(inner)


def _faults(form: Form, contact: Contact) -> tuple[Finding, ...]:
    """All S findings: of the contact, of the shared parts, of the form."""
    faults = list(contact.findings)
    for role, part in form.shared.items():
        faults += part.findings(f"{form.kind}.{role}")
    return (*faults, *form.part.findings(form.kind))


# --- the document --------------------------------------------------------------------------------


def _document(form: Form, findings: tuple[Finding, ...], **clean: Any) -> ReadDocument:
    return ReadDocument(
        kind=form.kind,
        state=_PROFILE.state,
        number=_key_value(form, _NUMBERS[form.node.group.name]),
        agency=_key_value(form, "AgencyCode"),
        findings=findings,
        locate=partial(_locate, form),
        **clean,
    )


def _key_value(form: Form, name: str) -> str | None:
    """A value of the ledger key: None when it is missing or has an S finding."""
    canonical = form.node.group.elements[name].canonical
    if any(fault.name == canonical for fault in form.part.faults):
        return None
    value: str | None = form.node.values.get(name)
    return value


def _clean_document(form: Form) -> ReadDocument:
    build = citation if form.kind is Kind.CITATION else collision_report
    record = build(form.node, form.shared, _instants(form))
    pdf = form.node.values.get("FormPDF")
    _note_letters(form)
    if pdf is not None and not pdf.startswith(_PDF_MARK):
        form.add("N612", "attachment", form.node.place(form.node.group.elements["FormPDF"]))
    findings = tuple(form.findings)
    broken = frozenset(form.broken)
    return _document(form, findings, record=record, attachment=pdf, broken=broken)


def _instants(form: Form) -> dict[str, datetime]:
    """The form's instants by canonical name; T507 and T508 where the clock changed."""
    instants = {}
    values, rows = form.node.values, form.node.group.elements
    for name, day, clock in _INSTANTS[form.node.group.name]:
        if day not in values:
            continue
        given = [values[day], values[clock]] if clock in values else [values[day]]
        instants[name], code = local_instant(*given)
        if code is not None:
            form.add(code, name, form.node.place(rows[clock]))
        if code == "T507":
            form.broken.add(name)
    return instants


def _note_letters(form: Form) -> None:
    """N610 for every code that came with the digit 0, also where the record drops the field.

    A guardian's eye colour is not stored, but the program that spells it so should be mended.
    """
    for role, part in form.shared.items():
        for row in part.respelled:
            form.add("N610", f"{role}.{row.canonical}", part.node.place(row))


# --- places --------------------------------------------------------------------------------------


def _locate(form: Form, name: str) -> Place:
    """The place of a name in the record; of what is absent, of the nearest thing around it."""
    name = name.partition(".")[2]
    while name:
        place = _place_in_shared(form, name) or form.node.locate(name)
        if place is not None:
            return place
        name = name.rpartition(".")[0]
    return form.node.path, line_of(form.node.element)


def _place_in_shared(form: Form, name: str) -> Place | None:
    for role, part in form.shared.items():
        if name.startswith(f"{role}."):
            return part.node.locate(name.removeprefix(f"{role}."))
    return None

"""The XSD of a profile, made from its field tables.

XSD 1.0. Each part of a document is a global element, so that the hub can check part by part; the
root is one too, so that a vendor can check a whole file. Blank values are allowed by union types.
What XSD cannot say (forbidden characters, Unicode NFC, no-break spaces, references) the walker says
alone; what it can say, it says exactly as the walker does.
"""

from collections.abc import Iterable

from lxml import etree

from hub.profiles.fields import Field, Group, Particle, Profile

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
_BLANK = "blank"
_SHARED_KINDS = {"code", "date.us", "time.hm", "flag.yn", "pdf"}
_XS = "http://www.w3.org/2001/XMLSchema"


def schema_text(profile: Profile) -> str:
    """The schema document: the text of `xsd/<source>/<version>/<source>.xsd`."""
    schema = etree.Element(_xs("schema"), nsmap={"xs": _XS})
    _document(schema, f"{profile.title}, versions {' and '.join(profile.versions)}.")
    root = etree.SubElement(schema, _xs("element"), name=profile.envelope.name)
    _group(root, profile.envelope, profile)
    for name, part in profile.parts.items():
        _group(etree.SubElement(schema, _xs("element"), name=name), part, profile)
    _named_types(schema, profile)
    etree.indent(schema)
    return f"{_DECLARATION}\n{etree.tostring(schema, encoding='unicode')}\n"


def _named_types(schema: etree._Element, profile: Profile) -> None:
    """One simple type for each kind of value that several fields have."""
    blank = etree.SubElement(schema, _xs("simpleType"), name=_BLANK)
    _restriction(blank, "xs:token", [("maxLength", "0")])
    groups = (profile.envelope, *profile.parts.values())
    rows = {_type_name(row): row for group in groups for row in group.fields()}
    for name, row in sorted(rows.items()):
        if name and row.value:
            simple_type = etree.SubElement(schema, _xs("simpleType"), name=name)
            _document(simple_type, row.value.expected)
            _restriction(simple_type, row.value.base, row.value.facets)


def _type_name(row: Field) -> str:
    """The name of the field's simple type, empty when the type is its alone."""
    kind, _, code_list = row.type.partition(" ")
    return (code_list or kind) if kind in _SHARED_KINDS else ""


def _xs(name: str) -> str:
    return f"{{{_XS}}}{name}"


def _document(element: etree._Element, text: str) -> None:
    if text:
        annotation = etree.SubElement(element, _xs("annotation"))
        etree.SubElement(annotation, _xs("documentation")).text = text


def _group(element: etree._Element, group: Group, profile: Profile) -> None:
    """The complex type of a group, in the order of its table."""
    complex_type = etree.SubElement(element, _xs("complexType"))
    sequence = etree.SubElement(complex_type, _xs("sequence"))
    for row in group.elements.values():
        child = etree.SubElement(sequence, _xs("element"), {"name": row.name, **_occurrence(row)})
        _document(child, _documentation(row))
        if row.value is None:
            _group(child, group.groups[row.name], profile)
        else:
            _simple_type(child, row)
    for particle in profile.contents.get(group.name, ()):
        _particle(sequence, particle, profile)
    for row in group.attributes.values():
        _attribute(complex_type, row)


def _attribute(complex_type: etree._Element, row: Field) -> None:
    use = {"use": "required"} if row.least else {}
    attribute = etree.SubElement(complex_type, _xs("attribute"), {"name": row.name[1:], **use})
    _document(attribute, _documentation(row))
    _simple_type(attribute, row)


def _particle(sequence: etree._Element, particle: Particle, profile: Profile) -> None:
    """Parts, or an element that only holds parts."""
    place = etree.SubElement(sequence, _xs("choice"), _occurrence(particle))
    for name in particle.names:
        if name in profile.parts:
            etree.SubElement(place, _xs("element"), ref=name)
        else:
            inner = etree.SubElement(place, _xs("element"), name=name)
            complex_type = etree.SubElement(inner, _xs("complexType"))
            inside = etree.SubElement(complex_type, _xs("sequence"))
            for each in profile.contents[name]:
                _particle(inside, each, profile)


def _occurrence(item: Field | Particle) -> dict[str, str]:
    least = {} if item.least == 1 else {"minOccurs": str(item.least)}
    most = str(item.most) if item.is_bounded else "unbounded"
    return least if most == "1" else {**least, "maxOccurs": most}


def _documentation(row: Field) -> str:
    expected = row.value.expected if row.value and not _type_name(row) else ""
    record = f"record: {row.record}" if row.canonical else ""
    return "; ".join(text for text in (row.meaning, expected, record) if text)


def _simple_type(element: etree._Element, row: Field) -> None:
    name = _type_name(row)
    if name and not row.may_be_blank:
        element.set("type", name)
    elif row.value is not None:
        simple_type = etree.SubElement(element, _xs("simpleType"))
        if row.may_be_blank:
            members = f"{_BLANK} {name}".strip()
            union = etree.SubElement(simple_type, _xs("union"), memberTypes=members)
            simple_type = union if name else etree.SubElement(union, _xs("simpleType"))
        if not name:
            _restriction(simple_type, row.value.base, [*row.value.facets, *_length(row)])


def _length(row: Field) -> list[tuple[str, str]]:
    return [("minLength", "1"), ("maxLength", str(row.length_max))] if row.has_length_max else []


def _restriction(simple_type: etree._Element, base: str, facets: Iterable[tuple[str, str]]) -> None:
    restriction = etree.SubElement(simple_type, _xs("restriction"), base=base)
    for name, value in facets:
        etree.SubElement(restriction, _xs(name), value=value)

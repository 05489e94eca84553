"""Walker and XSD agree: what one finds clean the other accepts, and the other way round."""

from functools import cache
from typing import Any

import pytest
import xmlschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from hub.profiles import PROFILES
from hub.profiles.fields import Field, Group
from hub.profiles.schema import schema_text
from hub.profiles.walker import walk

TRACS = PROFILES["tracs"]
UNSEEN_BY_XSD = {"S109"}


@cache
def _quick() -> etree.XMLSchema:
    return etree.XMLSchema(etree.XML(schema_text(TRACS).encode()))


@cache
def _thorough() -> Any:
    return xmlschema.XMLSchema10(schema_text(TRACS))


_ODD_TEXTS = st.one_of(
    st.text(
        st.sampled_from("aO0 9.-:/=Y\u00a0\u0085\u00e9e\u0301\u2003\U0001f600\u0092"), max_size=12
    ),
    st.sampled_from(
        [
            "", " ", "0" * 40 + "5", "-0", "+1", "1.", "02/29/2000", "02/29/1900", "24:00", "23:59",
            "BR0", "QQ==", "QR==", "Q Q = =", "x" * 51, "x" * 5000, "99.9999999", "-180.0000000",
        ]
    ),
)  # fmt: skip


def _fitting(row: Field) -> st.SearchStrategy[str]:
    assert row.value is not None
    facets = dict(row.value.facets)
    values = [value for name, value in row.value.facets if name == "enumeration"]
    if values:
        return st.sampled_from(values)
    if "minInclusive" in facets:
        return st.sampled_from([facets["minInclusive"], f"00{facets['maxInclusive']}"])
    if "pattern" in facets:
        return st.from_regex(facets["pattern"], fullmatch=True)
    return st.sampled_from(["QUJD", "Q U I ="])


@st.composite
def _elements(draw: st.DrawFn, group: Group, name: str) -> etree._Element:
    """Mostly an element that fits, with a wrong value or two and a structural fault."""
    element = etree.Element(name)
    rows = [*group.attributes.values(), *group.elements.values()]
    wrong = draw(st.sets(st.sampled_from([row.name for row in rows]), max_size=2))
    for row in rows:
        for _ in range(draw(st.sampled_from([row.least, 1]))):
            if row.name in group.groups:
                element.append(draw(_elements(group.groups[row.name], row.name)))
                continue
            text = draw(_ODD_TEXTS if row.name in wrong else _fitting(row))
            if row.name.startswith("@"):
                element.set(row.name[1:], text)
            else:
                etree.SubElement(element, row.name).text = text
    _mutate(draw, element)
    return element


def _mutate(draw: st.DrawFn, element: etree._Element) -> None:
    """Sometimes drop, double, move, rename or stuff a child."""
    how = draw(
        st.sampled_from(["", "", "", "", "drop", "double", "move", "rename", "stuff", "text"])
    )
    if not how or not len(element):
        return
    child = element[draw(st.integers(0, len(element) - 1))]
    if how == "drop":
        element.remove(child)
    elif how == "double":
        child.addnext(etree.fromstring(etree.tostring(child)))
    elif how == "move":
        element.insert(draw(st.integers(0, len(element) - 1)), child)
    elif how == "rename":
        child.tag = draw(st.sampled_from(["Odd", "City", "Unit"]))
    elif how == "stuff":
        etree.SubElement(child, "b").text = "x"
    else:
        child.tail = draw(st.sampled_from(["x", "\n ", "\u00a0"]))


@pytest.mark.parametrize("name", list(TRACS.parts))
def test_walker_and_schema_agree(name: str) -> None:
    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(_elements(TRACS.parts[name], name))
    def agree(element: etree._Element) -> None:
        codes = {fault.finding.code for fault in walk(element, TRACS.parts[name], "/p")[1]}

        text = etree.tostring(element, encoding="unicode")
        if not codes:
            assert _quick().validate(element), _quick().error_log
            assert _thorough().is_valid(text)
        elif codes - UNSEEN_BY_XSD and _quick().validate(element):
            assert not _thorough().is_valid(text), codes  # libxml2 takes any text for base64

    agree()


@pytest.mark.parametrize("part", list(TRACS.parts))
def test_every_field_of_a_full_part_is_in_both(part: str) -> None:
    group = TRACS.parts[part]
    element = etree.Element(part)
    assert not _quick().validate(element)
    assert walk(element, group, "/p")[1]

    declared = {
        each.get("name")
        for each in etree.XML(schema_text(TRACS).encode()).iterfind(
            f"{{*}}element[@name='{part}']//*[@name]"
        )
    }

    assert declared == {row.name.removeprefix("@") for row in group.fields()}


def test_whole_files_of_the_corpus_are_valid_by_both(corpus_file: str) -> None:
    assert _quick().validate(etree.parse(corpus_file))
    assert _thorough().is_valid(corpus_file)

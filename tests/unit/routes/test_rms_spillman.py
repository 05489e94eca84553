"""The copy for Spillman keeps to its schema and says the whole record, word for word."""

from base64 import b64decode
from dataclasses import is_dataclass, replace
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import orjson
import pytest
import xmlschema
from hypothesis import HealthCheck, given, settings
from lxml import etree

from hub.adapters.tracs import ADAPTER
from hub.domain.citation import Citation
from hub.domain.codec import decode, to_plain
from hub.domain.errors import Unreadable
from hub.domain.judgement import Kind
from hub.routes.rms_spillman import ROUTE, takes
from hub.routes.rms_spillman.schema import FORM, schema_text
from hub.shipped import shipped
from tests.records import a_citation, a_collision, a_parking_ticket, a_washington_citation
from tests.strategies import FILINGS
from tests.unit.routes.filings import REFERENCE, a_shipment

ROOT = Path(__file__).parents[3]
FILES = sorted(
    [
        *ROOT.glob("tests/corpus/tracs/*.xml"),
        *ROOT.glob("tests/corpus/sequences/*.xml"),
        *ROOT.glob("hub/testing/samples/tracs/*.xml"),
    ]
)
PATH = shipped("xsd") / "rms-spillman" / "1.0" / "rms-spillman.xsd"
SCHEMA = etree.XMLSchema(etree.XML(PATH.read_bytes()))
SECOND_OPINION = xmlschema.XMLSchema10(PATH.read_text(encoding="utf-8"))
PDF = b"%PDF-1.4 (synthetic)"
HOSTILE = """Å & <b>"O'Neil"</b> ]]> ; é: &amp;"""


def copy_of(citation: Citation, attachment: bytes | None = None) -> etree._Element:
    return etree.XML(ROUTE.render(a_shipment(citation, attachment), REFERENCE))


def read_back(copy: etree._Element) -> Citation:
    record = decode(Kind.CITATION, orjson.dumps(_plain(copy, Citation)))
    assert isinstance(record, Citation)
    return record


def _plain(element: etree._Element, record: type) -> dict[str, Any]:
    """JSON's values of a record's element, by the type of each field."""
    hints = get_type_hints(record)
    children = {etree.QName(child).localname: child for child in element}
    children.pop(FORM, None)
    return {name: _value(child, hints[name]) for name, child in children.items()}


def _value(element: etree._Element, hint: Any) -> Any:
    kinds = [kind for kind in get_args(hint) if kind not in (type(None), ...)] or [hint]
    if get_origin(hint) is tuple:
        return [_plain(item, kinds[0]) for item in element]
    if is_dataclass(kinds[0]):
        return _plain(element, kinds[0])  # type: ignore[arg-type]
    text = element.text or ""
    if kinds[0] is bool:
        return {"true": True, "false": False}[text]
    return int(text) if kinds[0] is int else text


def citations(path: Path) -> list[tuple[Citation, bytes | None]]:
    try:
        read = list(ADAPTER.read(path.read_bytes()))
    except Unreadable:
        return []
    return [
        (one.record, one.attachment)
        for one in read
        if isinstance(one.record, Citation) and takes(one.record)
    ]


def test_the_checked_in_schema_is_the_one_the_records_make() -> None:
    assert PATH.read_text(encoding="utf-8") == schema_text()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_ticket_of_the_corpus_keeps_to_the_schema_and_reads_back(path: Path) -> None:
    for citation, attachment in citations(path):
        copy = copy_of(citation, attachment)

        SCHEMA.assertValid(copy)
        SECOND_OPINION.validate(copy)
        assert read_back(copy) == citation


def test_the_corpus_has_tickets() -> None:
    assert sum(len(citations(path)) for path in FILES) > 50


@given(filing=FILINGS)
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_a_record_holds_arrives(filing: tuple[Citation, bytes | None]) -> None:
    citation, attachment = filing
    copy = copy_of(citation, attachment)

    SCHEMA.assertValid(copy)
    assert read_back(copy) == citation


def test_hostile_text_stays_text() -> None:
    citation = replace(a_citation(), narrative=HOSTILE)

    assert read_back(copy_of(citation)).narrative == HOSTILE


def test_the_printed_form_and_the_envelope_travel_along() -> None:
    copy = copy_of(a_citation(), PDF)

    form = copy.findtext(f"{{*}}{FORM}")
    assert form is not None
    assert b64decode(form) == PDF
    assert {str(name): value for name, value in copy.attrib.items()} == {
        "message_id": "message-1",
        "document_id": "document-1",
        "version": "1",
        "received_at": "2026-02-14T18:53:00+00:00",
    }
    SCHEMA.assertValid(copy)


def test_only_vermont_tickets_from_tracs_are_taken() -> None:
    assert takes(a_citation())
    assert takes(a_parking_ticket())
    assert not takes(replace(a_citation(), source="valcour"))
    assert not takes(replace(a_citation(), document_kind="warning"))
    assert not takes(a_washington_citation())
    assert not takes(a_collision())


def test_a_copy_without_a_required_field_breaks_the_schema() -> None:
    copy = copy_of(a_citation())
    copy.remove(copy[0])

    assert not SCHEMA.validate(copy)


def test_nothing_present_is_left_out() -> None:
    citation = a_citation()

    assert _plain(copy_of(citation), Citation).keys() == to_plain(citation).keys()

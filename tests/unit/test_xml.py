"""The one safe way to read XML: streaming, lines, size, schema."""

import threading
from pathlib import Path

import pytest
from lxml import etree

from hub.domain.errors import Unreadable
from hub.xml import (
    PARTS_MAX,
    Schema,
    SchemaDisagrees,
    Stream,
    is_larger_than,
    line_of,
)

ENCODINGS = ("utf-8",)
CORPUS = Path(__file__).parents[1] / "corpus"


def _stream(text: str) -> Stream:
    return Stream(text.encode(), encodings=ENCODINGS, parts=("p",))


def _refusal(text: str) -> str:
    with pytest.raises(Unreadable) as caught:
        list(_stream(text))
    return caught.value.finding.code


def test_parts_come_in_file_order_and_finished_ones_leave_the_tree() -> None:
    stream = _stream("<r>" + "".join(f"<p>{n}</p>" for n in range(50_000)) + "</r>")
    most = 0

    for index, part in enumerate(stream):
        assert part.text == str(index)
        parent = part.getparent()
        assert parent is not None
        most = max(most, len(parent))

    assert len(stream.root) == 0
    assert most < 20_000  # one chunk's worth of parts that the parser has already read


def test_a_part_inside_a_part_is_no_part() -> None:
    assert [part.get("n") for part in _stream('<r><p n="1"><p n="2"/></p></r>')] == ["1"]


def test_comments_instructions_and_sections_leave_one_text() -> None:
    [part] = _stream("<r><p>a<!-- b -->c<?d e?>f<![CDATA[<g>]]>&amp;</p></r>")

    assert part.text == "acf<g>&"


def test_too_many_parts_are_not_read_to_the_end() -> None:
    assert _refusal("<r>" + "<p/>" * (PARTS_MAX + 1)) == "X011"


@pytest.mark.parametrize(
    "text",
    [
        "<r>&#0;</r>",
        "<r>\x01</r>",
        "<r a='1' a='2'/>",
        "<r a=1/>",
        "<r a='<'/>",
        "<r>&</r>",
        "<r/><r/>",
        " <?xml version='1.0'?><r/>",
        "<r><![CDATA[</r>",
        "hello",
    ],
)
def test_malformed_is_x001(text: str) -> None:
    assert _refusal(text) == "X001"


def test_malformed_reason_quotes_nothing_of_the_file() -> None:
    with pytest.raises(Unreadable) as caught:
        list(_stream("<r>\n<Dummerston></r>"))

    assert caught.value.finding.line == 2
    assert caught.value.finding.message == (
        "The file is not well-formed XML (line 2): an end tag does not fit its start tag."
    )


def test_no_file_is_read_through_an_entity(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")

    assert _refusal(f'<!DOCTYPE r [<!ENTITY x SYSTEM "{secret}">]><r>&x;</r>') == "X003"


def test_long_texts_and_values_are_read() -> None:
    long = "x" * 11_000_000
    [part] = _stream(f'<r><p a="{long}">{long}</p></r>')

    assert part.text == long
    assert part.get("a") == long


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("name", ["valid-01-speed", "valid-collision-two", "valid-07-accents"])
def test_lines_are_right_beyond_65535(name: str, ends: str) -> None:
    text = (CORPUS / f"tracs/{name}.xml").read_bytes().decode("windows-1252")
    text = text.replace("windows-1252", "utf-8").replace("\r\n", "\n").replace("\n", ends)
    far = text.replace("<ExportHeader>", f"{ends * 70_000}<ExportHeader>")

    near_lines = [line_of(each) for part in _contacts(text) for each in part.iter()]
    far_lines = [line_of(each) for part in _contacts(far) for each in part.iter()]

    assert len(near_lines) > 50
    assert far_lines == [line + 70_000 for line in near_lines]


def _contacts(text: str) -> list[etree._Element]:
    return list(Stream(text.encode(), encodings=ENCODINGS, parts=("Contact",)))


def test_size_is_that_of_the_element_without_what_follows_it() -> None:
    [part] = _stream("<r><p>é</p>tail</r>")
    size = len("<p>é</p>".encode())

    assert not is_larger_than(part, size, 1 << 30)
    assert is_larger_than(part, size - 1, 1 << 30)


def test_size_bound_of_the_part_holds_after_serialising() -> None:
    stream = _stream(
        "<r>" + "<p a='" + '"' * 100_000 + "'><![CDATA[" + "<" * 100_000 + "]]></p></r>"
    )
    for part in stream:
        assert is_larger_than(part, 1_000_000 - 1, stream.part_bytes_max)
        assert len(etree.tostring(part)) <= 6 * stream.part_bytes_max


@pytest.fixture
def schema(tmp_path: Path) -> Schema:
    path = tmp_path / "letter.xsd"
    path.write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="p">'
        '<xs:simpleType><xs:restriction base="xs:string"><xs:maxLength value="3"/>'
        "</xs:restriction></xs:simpleType></xs:element></xs:schema>"
    )
    return Schema(path)


def test_schema_disagreement_names_no_value(schema: Schema) -> None:
    [part] = _stream("<r><p>Dummerston</p></r>")

    with pytest.raises(SchemaDisagrees) as caught:
        schema.check(part)

    assert "letter.xsd refuses p at line 1" in str(caught.value)
    assert "Dummerston" not in str(caught.value)


def test_schema_is_used_by_many_threads_at_once(schema: Schema) -> None:
    wrong: list[str] = []

    def check(text: str, *, fits: bool) -> None:
        [part] = _stream(f"<r><p>{text}</p></r>")
        for _ in range(300):
            try:
                schema.check(part)
                refused = False
            except SchemaDisagrees:
                refused = True
            if refused is fits:
                wrong.append(text)

    threads = [
        threading.Thread(target=check, args=(text,), kwargs={"fits": len(text) < 4})
        for text in ("abc", "abcd", "", "abcdef")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []

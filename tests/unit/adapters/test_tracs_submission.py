"""The TraCS file as a whole: envelope, encodings, limits, order of refusals."""

import pytest

from hub.adapters.tracs import ADAPTER
from hub.domain.errors import Unreadable
from hub.xml import SUBMISSION_BYTES_MAX
from tests.unit.adapters.tracs_files import (
    TICKET,
    codes,
    edited,
    filled,
    read,
    read_one,
    refusal,
    ticket_of,
)

_DECLARED = 'encoding="windows-1252"'
_BODY = TICKET.decode("windows-1252").partition("?>")[2]


def _contacts(count: int, contact: str = "<Contact><Form/></Contact>") -> bytes:
    return f'<TraCSExport Version="2.1">{contact * count}</TraCSExport>'.encode()


# --- the order of refusals ---


def test_x006_too_large() -> None:
    assert refusal(b" " * (SUBMISSION_BYTES_MAX + 1)).code == "X006"


@pytest.mark.parametrize("raw", [b"", b"\xef\xbb\xbf", b"   \n", TICKET[:-20], b"<a>&nbsp;</a>"])
def test_x001_not_well_formed(raw: bytes) -> None:
    assert refusal(raw).code == "X001"


def test_x001_names_the_line_and_no_text_of_the_file() -> None:
    finding = refusal(edited(TICKET, ("<City>", "<City><Dummerston 88>")))

    assert finding.line == TICKET[: TICKET.index(b"<City>")].count(b"\n") + 1
    assert "88" not in finding.message
    assert "Dummerston" not in finding.message


def test_x001_at_the_end_beats_x009_at_the_start() -> None:
    raw = edited(TICKET, ("<ExportHeader>", "<Stranger/><ExportHeader>"))

    assert refusal(raw).code == "X009"
    assert refusal(raw[:-10]).code == "X001"


def test_documents_come_before_a_fault_at_the_end() -> None:
    documents = ADAPTER.read(TICKET[:-10])

    assert next(documents).number == "08273401"
    with pytest.raises(Unreadable):
        next(documents)


def test_x004_beats_x003() -> None:
    raw = edited(TICKET, ("<TraCSExport", "<!DOCTYPE TraCSExport><TraCSExport"))

    assert refusal(raw).code == "X003"
    assert refusal(raw + b"\x81").code == "X004"


@pytest.mark.parametrize(
    "prolog",
    ["<!doctype x>", "<!-- <a> --><?pi ?> <!DOCTYPE x [", "\n<!ENTITY x 'y'>", "junk <!DOCTYPE x>"],
)
def test_x003_doctype_even_when_the_rest_is_broken(prolog: str) -> None:
    assert refusal(f"{prolog}<TraCSExport><broken".encode()).code == "X003"


def test_doctype_in_a_comment_or_in_text_is_none() -> None:
    raw = edited(
        TICKET,
        ("<TraCSExport", "<!-- <!DOCTYPE x> --><TraCSExport"),
        ("<Landmark/>", "<Landmark><![CDATA[<!DOCTYPE x>]]></Landmark>"),
    )

    assert codes(raw) == []


@pytest.mark.parametrize("depth", [41, 3000])
def test_x007_too_deep(depth: int) -> None:
    nested = "<a>" * (depth - 3) + "</a>" * (depth - 3)
    contact = f"<Contact><Form><b>{nested}</b></Form></Contact>"

    assert refusal(_contacts(1, contact)).code == "X007"


def test_forty_levels_are_not_too_deep() -> None:
    nested = "<a>" * 36 + "</a>" * 36

    assert "S102" in codes(_contacts(1, f"<Contact><Form><b>{nested}</b></Form></Contact>"))


@pytest.mark.parametrize(("count", "code"), [(64, None), (65, "X007")])
def test_x007_too_many_attributes(count: int, code: str | None) -> None:
    attributes = " ".join(f'a{index}="1"' for index in range(count))
    contact = f"<Contact {attributes}><Form/></Contact>"

    if code is None:
        assert len(read(_contacts(1, contact))) == 1
    else:
        assert refusal(_contacts(1, contact)).code == code


@pytest.mark.parametrize("place", ["<x/>" * 1_100_000, 'a="" ' * 1_100_000])
def test_x007_before_millions_of_nodes_eat_the_memory(place: str) -> None:
    contact = f"<Contact>{place}</Contact>" if "<" in place else f"<Contact {place}/>"

    assert refusal(_contacts(1, contact)).code == "X007"


@pytest.mark.parametrize(
    "change",
    [
        ("<TraCSExport ", '<TraCSExport xmlns="urn:x" '),
        ("<TraCSExport ", '<TraCSExport xmlns:x="urn:x" '),
        ("<Form ", '<Form xmlns:x="urn:x" '),
        ("<Suffix/>", '<Suffix xmlns="urn:x"/>'),
        ("<Suffix/>", "<x:Suffix/>"),
        ("<Contact ", "<Stranger/><Contact "),
    ],
)
def test_x009_namespace_or_stranger(change: tuple[str, str]) -> None:
    assert refusal(edited(TICKET, change)).code == "X009"


def test_empty_namespace_is_none() -> None:
    assert codes(edited(TICKET, ("<Form ", '<Form xmlns="" '))) == []


def test_x009_other_root() -> None:
    renamed = TICKET.replace(b"TraCSExport", b"TracsExport")

    assert refusal(renamed).code == "X009"


@pytest.mark.parametrize("version", ['Version="9.0"', 'Version=""', ""])
def test_x010_version(version: str) -> None:
    assert refusal(edited(TICKET, ('Version="2.1"', version))).code == "X010"


@pytest.mark.parametrize("version", ["2.0", " 2.1 "])
def test_both_versions_are_read(version: str) -> None:
    assert codes(edited(TICKET, ('Version="2.1"', f'Version="{version}"'))) == []


@pytest.mark.parametrize("raw", [_contacts(0), _contacts(3, "<Contact/>"), _contacts(5001)])
def test_x011_no_document_or_too_many(raw: bytes) -> None:
    assert refusal(raw).code == "X011"


def test_five_thousand_documents_are_read() -> None:
    assert len(read(_contacts(1, f"<Contact>{'<Form/>' * 5000}</Contact>"))) == 5000


def test_header_is_never_checked() -> None:
    raw = edited(
        TICKET,
        ("<ExportID>", "<Odd x='1'/><ExportID>\x9f"),
        ("<Contact ", "<Contact odd='1' "),
        encoding="latin-1",
    ).replace(b"\x9f", "Ÿ".encode("windows-1252"))

    assert codes(raw) == []


# --- encodings ---


@pytest.mark.parametrize(
    "raw",
    [
        TICKET,
        _BODY.encode("utf-8"),
        b"\xef\xbb\xbf" + _BODY.encode("utf-8"),
        b'<?xml version="1.0" encoding="UTF-8"?>' + _BODY.encode("utf-8"),
        b"\xef\xbb\xbf" + b"<?xml version='1.0' encoding='utf-8'?>" + _BODY.encode("utf-8"),
        b"\xff\xfe" + f'<?xml version="1.0" encoding="UTF-16"?>{_BODY}'.encode("utf-16-le"),
        b"\xfe\xff" + _BODY.encode("utf-16-be"),
        edited(TICKET, (_DECLARED, 'encoding="Windows-1252"')),
    ],
)
def test_accepted_encoding_keeps_accents(raw: bytes) -> None:
    assert ticket_of(raw) == ticket_of(TICKET)


@pytest.mark.parametrize("codec", ["windows-1252", "utf-8", "utf-16"])
def test_accents_survive_every_encoding(codec: str) -> None:
    text = filled(TICKET, "LastName", "Tréépänier-Sämple").decode("windows-1252")
    raw = text.replace("windows-1252", codec).encode(codec)

    defendant = ticket_of(raw).defendant

    assert defendant is not None
    assert defendant.last_name == "Tréépänier-Sämple"


@pytest.mark.parametrize(
    "raw",
    [
        edited(TICKET, (_DECLARED, 'encoding="iso-8859-1"')),
        edited(TICKET, (_DECLARED, 'encoding="utf-16"')),
        edited(TICKET, (_DECLARED, 'encoding="utf-7"')),
        b"\xef\xbb\xbf" + TICKET,
        b"\xff\xfe" + f'<?xml version="1.0" encoding="UTF-8"?>{_BODY}'.encode("utf-16-le"),
        _BODY.lstrip().encode("utf-16-le"),
        f'<?xml version="1.0" encoding="UTF-16"?>{_BODY}'.encode("utf-16-be"),
        b"\xff\xfe\0\0" + _BODY.encode("utf-32-le"),
        b"\xff\xfe" + _BODY.encode("utf-16-le") + b"\x00",
        _BODY.encode() + b"<!-- \xe9 -->",
        *(TICKET + bytes([byte]) for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)),
    ],
)
def test_x004_wrong_or_broken_encoding(raw: bytes) -> None:
    assert refusal(raw).code == "X004"


def test_x004_shows_no_more_than_a_name() -> None:
    raw = edited(TICKET, (_DECLARED, f'encoding="{"x" * 900}"'))

    assert len(refusal(raw).message) < 200


# --- size of a document ---


def _padded(characters: int) -> bytes:
    return filled(TICKET, "Narrative", "x" * characters)


def test_x008_stands_alone_and_number_and_agency_are_still_read() -> None:
    document = read_one(filled(_padded(1_100_000), "InHand", "?"))

    assert [finding.code for finding in document.findings] == ["X008"]
    assert (document.number, document.agency) == ("08273401", "1119")
    assert document.record is None


def test_x008_number_that_breaks_its_pattern_is_not_read() -> None:
    assert read_one(filled(_padded(1_100_000), "CitationNumber", "8")).number is None


def test_x008_counts_utf_8_bytes_exclusive_of_the_common_part() -> None:
    assert codes(_padded(600_000)) == ["S106"]
    assert codes(filled(TICKET, "Narrative", "\u20ac" * 400_000)) == ["X008"]
    assert codes(filled(TICKET, "Highway", "x" * 1_100_000)) == ["S106"]


def test_one_mebibyte_exactly_is_not_too_large() -> None:
    form = TICKET[TICKET.index(b"<Form ") : TICKET.index(b"</Form>") + len("</Form>")]
    room = 1_048_576 - len(form.replace(b"\r\n", b"\n"))
    at_limit = edited(TICKET, ("</Narrative>", "x" * room + "</Narrative>"))

    assert codes(at_limit) == ["S106"]
    assert codes(edited(at_limit, ("</Narrative>", "x</Narrative>"))) == ["X008"]

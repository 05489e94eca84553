"""TraCS files made from the valid ones of the corpus by replacing text."""

from pathlib import Path

import pytest

from hub.adapters.tracs import ADAPTER
from hub.domain.citation import Citation
from hub.domain.errors import Unreadable
from hub.domain.findings import Finding
from hub.ports import ReadDocument

CORPUS = Path(__file__).parents[2] / "corpus"
TICKET = (CORPUS / "tracs/valid-01-speed.xml").read_bytes()
ORGANISATION = (CORPUS / "tracs/valid-03-org.xml").read_bytes()
COLLISION = (CORPUS / "tracs/valid-collision-two.xml").read_bytes()


def edited(raw: bytes, *changes: tuple[str, str], encoding: str = "windows-1252") -> bytes:
    """The file with texts replaced, each once; every text must be there."""
    text = raw.decode(encoding)
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text.encode(encoding)


def filled(raw: bytes, name: str, value: str, *, of: str = "") -> bytes:
    """The file with another text in the first element of this name (after the text `of`)."""
    text = raw.decode("windows-1252")
    start = text.index(of) if of else 0
    begin = text.index(f"<{name}", start)
    if text.startswith(f"<{name}/>", begin):
        end = begin + len(f"<{name}/>")
    else:
        end = text.index(f"</{name}>", begin) + len(f"</{name}>")
    changed = f"{text[:begin]}<{name}>{value}</{name}>{text[end:]}"
    return changed.encode("windows-1252", "xmlcharrefreplace")


def without(raw: bytes, name: str, *, of: str = "") -> bytes:
    """The file without the first element of this name (after the text `of`)."""
    text = filled(raw, name, "", of=of).decode("windows-1252")
    start = text.index(of) if of else 0
    blank = f"<{name}></{name}>"
    begin = text.index(blank, start)
    return (text[:begin] + text[begin + len(blank) :]).encode("windows-1252")


def read(raw: bytes) -> list[ReadDocument]:
    """All documents."""
    return list(ADAPTER.read(raw))


def read_one(raw: bytes) -> ReadDocument:
    """The only document."""
    [document] = read(raw)
    return document


def ticket_of(raw: bytes) -> Citation:
    """The record of the only document, a ticket."""
    record = read_one(raw).record
    assert isinstance(record, Citation)
    return record


def codes(raw: bytes) -> list[str]:
    """The codes of the only document's findings."""
    return [finding.code for finding in read_one(raw).findings]


def refusal(raw: bytes) -> Finding:
    """The finding that refuses the submission."""
    with pytest.raises(Unreadable) as caught:
        read(raw)
    return caught.value.finding

"""Sample documents that travel with the hub. Every person in them is synthetic."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

_FOLDER = Path(__file__).parent
_ONE = "tracs/02-criminal.xml"
_ONE_NUMBER = b"<CitationNumber>73100002<"


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample file with how it is to be posted."""

    name: str
    source: str
    client: str
    received_at: datetime
    raw: bytes


def read(name: str) -> bytes:
    """The bytes of a sample, such as `tracs/02-criminal.xml`."""
    return (_FOLDER / name).read_bytes()


def tour(source: str = "tracs") -> Iterator[Sample]:
    """All samples of a source in the order to post them: each outcome shows once."""
    for line in (_FOLDER / source / "manifest.jsonl").read_text().splitlines():
        row = json.loads(line)
        received_at = datetime.fromisoformat(row["received_at"])
        raw = read(f"{source}/{row['file']}")
        yield Sample(row["file"], row["source"], row["client"], received_at, raw)


def ticket(number: int) -> bytes:
    """A criminal citation, clean when received on 2026-02-18, with this number (8 digits)."""
    raw = read(_ONE)
    if raw.count(_ONE_NUMBER) != 1:
        raise ValueError(f"{_ONE} no longer holds its citation number")
    return raw.replace(_ONE_NUMBER, b"<CitationNumber>%08d<" % number)


def many(count: int) -> bytes:
    """One file of `count` clean tickets, each in a contact of its own, numbered from 1."""
    raw = ticket(0)
    start, end = raw.index(b"  <Contact"), raw.index(b"</TraCSExport>")
    contact, number = raw[start:end], b"<CitationNumber>%08d<"
    contacts = (contact.replace(number % 0, number % one) for one in range(1, count + 1))
    return raw[:start] + b"".join(contacts) + raw[end:]

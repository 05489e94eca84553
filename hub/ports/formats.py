"""Sources and destinations as frozen values of plain functions; bootstrap collects them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hub.domain.delivery import Shipment
from hub.domain.findings import Finding
from hub.domain.judgement import DocumentRecord, Kind, Record
from hub.domain.reference import Reference

Place = tuple[str | None, int | None]
"""Path and line in the posted file."""


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """One document as an adapter read it.

    With S findings or X008 there is no `record`. With a record, `findings` hold what only the
    adapter can see (references, local times, code spellings, the attachment's form), and `broken`
    names the canonical fields whose value does not exist (`vehicle` behind a dangling reference,
    `violation_at` in the spring gap): rules that need them do not fire. `locate` gives the place
    of a canonical field (`citation.issued_at`) in the posted file.
    """

    kind: Kind
    state: str
    number: str | None
    agency: str | None
    findings: tuple[Finding, ...]
    locate: Callable[[str], Place]
    record: Record | None = None
    attachment: bytes | None = None
    broken: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Adapter:
    """A source format. `read` yields documents in file order, one at a time, in bounded memory.

    `read` raises `Unreadable` for a submission refused as a whole, possibly after it has yielded
    documents: they are then thrown away.
    """

    source: str
    state: str
    versions: tuple[str, ...]
    read: Callable[[bytes], Iterator[ReadDocument]]


@dataclass(frozen=True, slots=True)
class Route:
    """A destination: which records it takes, and how one is rendered for it.

    `render` is total over the records it takes, and reads no clock: the same shipment gives the
    same bytes.
    """

    destination: str
    takes: Callable[[DocumentRecord], bool]
    render: Callable[[Shipment, Reference], bytes]

"""What a judgement yields: documents with their records, findings and fingerprints."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hub.domain.citation import Citation
from hub.domain.collision import CollisionReport
from hub.domain.disposition import Disposition
from hub.domain.findings import Finding, has_error

Record = Citation | CollisionReport
"""What a source posts and the criteria judge."""

DocumentRecord = Record | Disposition
"""What a document may hold; a disposition comes from a court and is not judged."""


class Kind(StrEnum):
    """The record types; each is a name space of numbers of its own."""

    CITATION = "citation"
    COLLISION = "collision"
    SERVICE_RETURN = "service-return"
    DISPOSITION = "disposition"


@dataclass(frozen=True, slots=True, order=True)
class LedgerKey:
    """What makes a document unique: record type, state, agency and number."""

    kind: str
    state: str
    agency: str
    number: str


@dataclass(frozen=True, slots=True)
class JudgedDocument:
    """One document after all rules, before the ledger was asked.

    `number` and `agency` are None when they are missing or have an S finding. `record` is None
    when the document has S findings or is too large; then there is no fingerprint either.
    `attachment` holds the PDF's bytes, kept apart from the record.
    """

    kind: Kind
    state: str
    number: str | None
    agency: str | None
    findings: tuple[Finding, ...]
    record: Record | None = None
    fingerprint: str | None = None
    attachment: bytes | None = None

    @property
    def key(self) -> LedgerKey | None:
        """The ledger key, None when number or agency cannot be read."""
        if self.number is None or self.agency is None:
            return None
        return LedgerKey(self.kind, self.state, self.agency, self.number)

    @property
    def is_rejected(self) -> bool:
        """Whether any finding is an error."""
        return has_error(self.findings)

    @property
    def issued_at(self) -> datetime | None:
        """The instant the document counts as issued (collisions: reported)."""
        match self.record:
            case Citation():
                return self.record.issued_at
            case CollisionReport():
                return self.record.reported_at
            case None:
                return None


@dataclass(frozen=True, slots=True)
class Judged:
    """A judged submission: refused as a whole (`findings`, no documents) or its documents."""

    findings: tuple[Finding, ...]
    documents: tuple[JudgedDocument, ...]
    reference_version: str

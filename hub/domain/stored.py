"""What the store keeps: one frozen value per row, as the use cases see it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from hub.domain.delivery import Reply
from hub.domain.findings import Finding
from hub.domain.judgement import DocumentRecord, Kind, LedgerKey
from hub.domain.states import DeliveryStatus, DocumentStatus, Outcome, SubmissionState


@dataclass(frozen=True, slots=True)
class Payload:
    """Bytes kept once per content: posted files and printed forms. `sha256` in lower-case hex."""

    sha256: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Submission:
    """A post: its bytes lie under `sha256`; `findings` are those of the whole file (family X)."""

    id: str
    source: str
    client_id: str
    received_at: datetime
    stored_at: datetime
    sha256: str
    body_bytes: int
    state: SubmissionState
    reference_version: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One ticket or report. `outcome` never changes, `status` moves, `revision` counts the moves.

    `first_document_id` names the document a duplicate repeats, `docket_number` is the court's.
    """

    id: str
    submission_id: str
    position: int
    kind: Kind
    source: str
    client_id: str
    state: str
    agency: str | None
    number: str | None
    officer_id: str | None
    outcome: Outcome
    status: DocumentStatus
    version: int
    monitored: bool
    late: bool
    received_at: datetime
    stored_at: datetime
    issued_at: datetime | None
    reference_version: str
    fingerprint: str | None = None
    fingerprint_version: int | None = None
    first_document_id: str | None = None
    attachment_sha256: str | None = None
    record: DocumentRecord | None = None
    findings: tuple[Finding, ...] = ()
    revision: int = 1
    docket_number: str | None = None

    @property
    def key(self) -> LedgerKey | None:
        """The ledger key, None when number or agency could not be read."""
        if self.number is None or self.agency is None:
            return None
        return LedgerKey(self.kind, self.state, self.agency, self.number)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One document version to one destination: the outbox row.

    `attempt` counts how often it was sent or should have been; `tried_since` is when the hub
    first pushed it, None before that and after a replay.
    """

    id: str
    document_id: str
    version: int
    destination: str
    type: str
    status: DeliveryStatus
    created_at: datetime
    available_at: datetime
    attempt: int = 0
    cause: str | None = None
    published_at: datetime | None = None
    settled_at: datetime | None = None
    tried_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Who did what to which record, when; append-only. `detail` holds no personal value."""

    id: str
    at: datetime
    name: str
    actor: str
    submission_id: str | None = None
    document_id: str | None = None
    delivery_id: str | None = None
    detail: dict[str, Any] = field(default_factory=dict)


class ErrorKind(StrEnum):
    """The kinds of the error log."""

    DUPLICATE = "duplicate"
    REPASS = "repass"
    ORPHAN_REPLY = "orphan-reply"
    RMS_REJECTED = "rms-rejected"
    UNROUTABLE = "unroutable"
    TOO_LARGE = "too-large"


@dataclass(frozen=True, slots=True)
class ErrorEntry:
    """A line of the error log. `detail` holds no personal value."""

    id: str
    at: datetime
    kind: ErrorKind
    source: str | None = None
    client_id: str | None = None
    agency: str | None = None
    number: str | None = None
    submission_id: str | None = None
    document_id: str | None = None
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredReply:
    """A reply with what it was matched to."""

    reply: Reply
    received_at: datetime
    delivery_id: str | None
    document_id: str | None

    def told(self, event_id: str, at: datetime, *, changed: bool) -> Event:
        """What the timeline says of it: whether it changed the delivery, and the docket number."""
        return Event(
            id=event_id,
            at=at,
            name=self.reply.type.value,
            actor=self.reply.destination,
            document_id=self.document_id,
            delivery_id=self.delivery_id,
            detail={"docket_number": self.reply.docket_number, "changed": changed},
        )


@dataclass(frozen=True, slots=True)
class DocumentFilter:
    """What the documents browser may ask for; None = any. Times bound `received_at`.

    `sources`, `agencies` and `kinds` bound what the caller sees; the posts of `client` always are.
    """

    status: str | None = None
    outcome: str | None = None
    kind: str | None = None
    source: str | None = None
    agency: str | None = None
    officer: str | None = None
    number: str | None = None
    code: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    sources: tuple[str, ...] | None = None
    agencies: tuple[str, ...] | None = None
    ids: tuple[str, ...] | None = None
    kinds: tuple[Kind, ...] | None = None
    client: str | None = None


@dataclass(frozen=True, slots=True)
class ErrorFilter:
    """What may be asked of the error log; None = any. What `client` sent is always seen."""

    kind: str | None = None
    source: str | None = None
    agency: str | None = None
    number: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    sources: tuple[str, ...] | None = None
    agencies: tuple[str, ...] | None = None
    client: str | None = None


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """What may be asked of deliveries; None = any. Times bound `created_at`."""

    destination: str | None = None
    status: str | None = None
    cause: str | None = None
    agency: str | None = None
    number: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ListedDelivery:
    """A delivery with the key of its document."""

    delivery: Delivery
    source: str
    agency: str | None
    number: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """At most `limit` rows, newest first, after the row whose id is `cursor`."""

    limit: int = 50
    cursor: str | None = None

"""What the flow needs of the world, as protocols and frozen values of plain functions.

Adapters and routes are values that bootstrap collects in registries; store and broker are
protocols with two implementations each, held together by the suites in `hub/testing`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from hub.domain.accounts import Client
from hub.domain.delivery import Claimed, Message, SendResult, Shipment
from hub.domain.findings import Finding
from hub.domain.judgement import DocumentRecord, Kind, LedgerKey, Record
from hub.domain.ledger import LiveLedger
from hub.domain.push import PushOutcome
from hub.domain.push_rows import PushLists, PushRows
from hub.domain.reference import Reference
from hub.domain.reply_rows import ReplyLists, ReplyRows
from hub.domain.review import Closing, Correction, Review, ReviewFilter
from hub.domain.states import DeliveryStatus
from hub.domain.stored import (
    Delivery,
    Document,
    DocumentFilter,
    ErrorEntry,
    ErrorFilter,
    Event,
    Page,
    Payload,
    StoredReply,
    Submission,
)

# --- sources and destinations: pure -------------------------------------------------------------

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


# --- store --------------------------------------------------------------------------------------


class Transaction(Protocol):
    """One transaction of the store: all of it is committed, or nothing."""

    @property
    def ledger(self) -> LiveLedger:
        """The ledger's rows."""
        ...

    @property
    def pushes(self) -> PushRows:
        """Attempts, retries and the state of destinations."""
        ...

    @property
    def replies(self) -> ReplyRows:
        """Whom replies belong to."""
        ...

    async def add_payloads(self, payloads: Sequence[Payload]) -> None:
        """Keep bytes, once per sha256; those already kept are left alone."""
        ...

    async def add_submissions(self, submissions: Sequence[Submission]) -> None:
        """Insert submissions with their findings."""
        ...

    async def add_documents(self, documents: Sequence[Document]) -> None:
        """Insert documents with their findings."""
        ...

    async def add_deliveries(self, deliveries: Sequence[Delivery]) -> None:
        """Insert outbox rows."""
        ...

    async def add_events(self, events: Sequence[Event]) -> None:
        """Append events."""
        ...

    async def add_errors(self, errors: Sequence[ErrorEntry]) -> None:
        """Append to the error log."""
        ...

    async def supersede(self, keys: Sequence[LedgerKey]) -> list[str]:
        """Move REJECTED and RETURNED documents of these keys to SUPERSEDED; give their ids.

        Only those that a newer document of the same key, not a duplicate, has replaced: so it
        comes after `add_documents`, and the newest one stays.
        """
        ...

    async def find_document(self, document_id: str) -> Document | None:
        """The document as it stands in this transaction, or None."""
        ...

    async def change_document(self, document: Document) -> bool:
        """Write the document's status, version and record, and count its revision up.

        Compare-and-set: False when the stored revision is not `document.revision` (any more).
        """
        ...

    async def change_submission(self, submission: Submission) -> bool:
        """Write state, reference version and findings of a HELD submission; False if it is not."""
        ...

    async def supersede_held(self, key: LedgerKey, before: str) -> list[str]:
        """Move HELD documents of the key that are older than `before` to SUPERSEDED; their ids."""
        ...

    async def supersede_lower(self, key: LedgerKey, version: int, *, at: datetime) -> set[str]:
        """Move PENDING and DEAD deliveries of the key's lower versions to SUPERSEDED.

        Gives the destinations that may have got a lower version: the new one amends it there.
        """
        ...

    async def add_correction(self, correction: Correction) -> None:
        """Say what a revision corrects, and why."""
        ...

    async def add_reviews(self, opened: Sequence[Review]) -> None:
        """Open reviews."""
        ...

    async def close_reviews(self, subject_ids: Sequence[str], closing: Closing) -> None:
        """Close the open reviews of these documents, submissions or replies."""
        ...

    async def add_reply(self, reply: StoredReply) -> bool:
        """Insert a reply; False when (destination, reply_id) is already there."""
        ...

    async def find_delivery(self, delivery_id: str) -> Delivery | None:
        """The delivery, or None."""
        ...

    async def move_delivery(
        self, delivery_id: str, to: DeliveryStatus, *, at: datetime, cause: str | None = None
    ) -> bool:
        """Compare-and-set along the state machine; False when the move is not drawn from here."""
        ...


class Store(Protocol):
    """The truth. Safe to use from many tasks at once."""

    @property
    def pushes(self) -> PushLists:
        """What is asked of deliveries and destinations."""
        ...

    @property
    def replies(self) -> ReplyLists:
        """What is asked of replies."""
        ...

    def begin(self) -> AbstractAsyncContextManager[Transaction]:
        """A transaction: committed when the block ends, rolled back when it raises."""
        ...

    async def claim(self, *, limit: int, now: datetime, lease_seconds: int) -> list[Claimed]:
        """Claim pending deliveries that are due, oldest first; competing relays never share one.

        One short transaction sets `claim` and `claimed_until`. A claim whose lease is over is free.
        """
        ...

    async def mark_sent(self, claimed: Sequence[Claimed], *, now: datetime) -> int:
        """PENDING to PUBLISHED where the claim still holds; gives how many."""
        ...

    async def put_back(
        self, claimed: Sequence[tuple[Claimed, str]], *, available_at: datetime
    ) -> int:
        """Give claims back with their cause: still PENDING, due at `available_at`; how many."""
        ...

    async def put_back_published(self, destination: str, before: datetime | None = None) -> int:
        """PUBLISHED (before that instant) back to PENDING for a destination; how many.

        For a queue that had to be made anew, and for operators who want it sent again.
        """
        ...

    async def get_claimed(self, delivery_ids: Sequence[str]) -> list[Claimed]:
        """What it takes to render these deliveries, whatever their state, in the order asked."""
        ...

    async def find_submission(self, submission_id: str) -> Submission | None:
        """The submission, or None."""
        ...

    async def find_payload(self, sha256: str) -> bytes | None:
        """The bytes kept under a sha256, or None."""
        ...

    async def list_submission_documents(self, submission_id: str) -> list[Document]:
        """The documents of a submission in file order, with findings and records."""
        ...

    async def find_document(self, document_id: str) -> Document | None:
        """The document with findings and record, or None."""
        ...

    async def list_documents(self, wanted: DocumentFilter, page: Page) -> list[Document]:
        """Documents newest first, with findings, without records."""
        ...

    async def list_deliveries(self, document_id: str) -> list[Delivery]:
        """The deliveries of a document, oldest first."""
        ...

    async def list_replies(self, document_id: str) -> list[StoredReply]:
        """The replies matched to a document, oldest first."""
        ...

    async def list_events(self, *, submission_id: str, document_id: str) -> list[Event]:
        """The events of a document and of its submission, oldest first."""
        ...

    async def list_errors(self, wanted: ErrorFilter, page: Page) -> list[ErrorEntry]:
        """The error log, newest first."""
        ...

    async def list_reviews(self, wanted: ReviewFilter, page: Page) -> list[Review]:
        """Reviews, newest first."""
        ...

    async def find_review(self, review_id: str) -> Review | None:
        """The review, or None."""
        ...

    async def list_corrections(self, document_id: str) -> list[Correction]:
        """The corrections this document is the revision or the original of, oldest first."""
        ...

    async def count_deliveries(self) -> Mapping[tuple[str, str], int]:
        """How many deliveries stand in each (destination, status)."""
        ...

    async def find_client(self, client_id: str) -> Client | None:
        """The client, or None."""
        ...

    async def add_reference(self, version: str, tables: Mapping[str, str], at: datetime) -> None:
        """Keep a version of the tables (file name to CSV text) and make it the current one."""
        ...

    async def find_reference(self) -> tuple[str, Mapping[str, str]] | None:
        """The current version and its tables, or None before the first import."""
        ...

    async def ping(self) -> None:
        """Do one trivial read. Raises what the database raises."""
        ...


# --- broker -------------------------------------------------------------------------------------


class Settlement(Enum):
    """How a consumed message is settled, in one place."""

    ACK = "ack"
    REQUEUE = "requeue"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Leased:
    """A message handed to a receiver that must settle it before the lease ends."""

    message_id: str
    type: str
    headers: Mapping[str, str | int | bool]
    body: bytes


@dataclass(frozen=True, slots=True)
class Inbound:
    """A reply as it came over the broker; `account` is the sender the broker itself verified."""

    destination: str
    account: str | None
    body: bytes


ReplyHandler = Callable[[Inbound], Awaitable[Settlement]]
MessageHandler = Callable[[Leased], Awaitable[Settlement]]


class Broker(Protocol):
    """Queues, one for each destination. Both brokers keep what they confirmed.

    Idempotence is the receiver's: a message may come twice with one `message_id`.
    """

    async def start(self) -> list[str]:
        """Connect, declare and verify the topology; gives destinations whose queue was made anew.

        Raises:
            BrokerUnavailable: no connection within the connect timeout.
        """
        ...

    async def stop(self) -> None:
        """Close; what is leased goes back to its queue. May be called twice."""
        ...

    async def publish(self, messages: Sequence[Message]) -> list[SendResult]:
        """Send all; one result each, in order. Never raises for a single message.

        `Sent` only when the broker confirmed *and* routed it.
        """
        ...

    async def lease(self, destination: str, *, max_count: int, lease_seconds: int) -> list[Leased]:
        """Hand out up to `max_count` ready messages; unsettled ones return after the lease.

        Raises:
            NotFound: the broker has no queue of this name.
        """
        ...

    async def settle(self, destination: str, message_id: str, how: Settlement) -> bool:
        """Settle a leased message; False when it is not leased (any more)."""
        ...

    async def consume(
        self, destination: str, handler: MessageHandler, *, max_count: int, stop: asyncio.Event
    ) -> None:
        """Call `handler` for each message of a destination, at most `max_count` at once.

        Survives outages. Returns when `stop` is set and the handlers that had begun have ended.
        """
        ...

    async def depths(self) -> Mapping[str, tuple[int, int]]:
        """(ready, dead) messages of each destination's queue."""
        ...

    async def consume_replies(self, handler: ReplyHandler) -> None:
        """Call `handler` for every reply until `stop`; the embedded broker carries none."""
        ...

    async def consume_unroutable(self, handler: ReplyHandler) -> None:
        """Call `handler` for what was sent as a reply but under no known destination's key."""
        ...


class Endpoint(Protocol):
    """Where and how a destination's messages are handed over, if the hub pushes them."""

    async def push(self, message: Leased) -> PushOutcome:
        """Hand a message over; whatever happens is an outcome, nothing is raised."""
        ...

    async def close(self) -> None:
        """Close what is open. May be called twice."""
        ...


class Doorbell(Protocol):
    """Wakes the relay in this process; a missed ring costs one polling interval, never a ticket."""

    def ring(self) -> None:
        """Something may be due."""
        ...

    async def wait(self, timeout_seconds: float) -> None:
        """Return at the next ring, or after the timeout."""
        ...

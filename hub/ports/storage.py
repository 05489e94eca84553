"""What the flow needs of a database. Two implementations are held together by one suite."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from hub.domain.accounts import Client
from hub.domain.delivery import Claimed
from hub.domain.judgement import LedgerKey
from hub.domain.ledger import LiveLedger
from hub.domain.push_rows import PushLists, PushRows
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

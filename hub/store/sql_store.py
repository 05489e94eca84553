"""The store and its transaction on a SQL database: `hub.ports.Store` and `hub.ports.Transaction`.

What each verb does is said in `hub/ports/`; here it only gets its connection.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.clock import NewId, new_id
from hub.domain.accounts import Client
from hub.domain.delivery import Claimed
from hub.domain.judgement import LedgerKey
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
from hub.store import accounts, filing, journal, outbox, reviews
from hub.store.engine import Database, open_database
from hub.store.ledger import SqlLedger
from hub.store.pushes import SqlPushes, SqlPushLists
from hub.store.sql_clients import SqlClients
from hub.store.sql_replies import SqlReplies, SqlReplyLists
from hub.store.sql_watch import SqlWatch
from hub.store.tables import delivery


class SqlTransaction:
    """`hub.ports.Transaction` on a connection in a transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self.ledger = SqlLedger(connection)
        self.pushes = SqlPushes(connection)
        self.replies = SqlReplies(connection)

    async def add_payloads(self, payloads: Sequence[Payload]) -> None:
        """As `Transaction.add_payloads`."""
        await filing.add_payloads(self._connection, payloads)

    async def add_submissions(self, submissions: Sequence[Submission]) -> None:
        """As `Transaction.add_submissions`."""
        await filing.add_submissions(self._connection, submissions)

    async def add_documents(self, documents: Sequence[Document]) -> None:
        """As `Transaction.add_documents`."""
        await filing.add_documents(self._connection, documents)

    async def add_deliveries(self, deliveries: Sequence[Delivery]) -> None:
        """As `Transaction.add_deliveries`."""
        await outbox.add_deliveries(self._connection, deliveries)

    async def add_events(self, events: Sequence[Event]) -> None:
        """As `Transaction.add_events`."""
        await journal.add_events(self._connection, events)

    async def add_errors(self, errors: Sequence[ErrorEntry]) -> None:
        """As `Transaction.add_errors`."""
        await journal.add_errors(self._connection, errors)

    async def supersede(self, keys: Sequence[LedgerKey]) -> list[str]:
        """As `Transaction.supersede`."""
        return await filing.supersede(self._connection, keys)

    async def find_document(self, document_id: str) -> Document | None:
        """As `Transaction.find_document`."""
        return await filing.find_document(self._connection, document_id)

    async def change_document(self, document: Document) -> bool:
        """As `Transaction.change_document`."""
        return await filing.change_document(self._connection, document)

    async def change_submission(self, submission: Submission) -> bool:
        """As `Transaction.change_submission`."""
        return await filing.change_submission(self._connection, submission)

    async def supersede_held(self, key: LedgerKey, before: str) -> list[str]:
        """As `Transaction.supersede_held`."""
        return await filing.supersede_held(self._connection, key, before)

    async def supersede_lower(self, key: LedgerKey, version: int, *, at: datetime) -> set[str]:
        """As `Transaction.supersede_lower`."""
        return await outbox.supersede_lower(self._connection, key, version, at=at)

    async def add_correction(self, correction: Correction) -> None:
        """As `Transaction.add_correction`."""
        await reviews.add_correction(self._connection, correction)

    async def add_reviews(self, opened: Sequence[Review]) -> None:
        """As `Transaction.add_reviews`."""
        await reviews.add_reviews(self._connection, opened)

    async def close_reviews(self, subject_ids: Sequence[str], closing: Closing) -> None:
        """As `Transaction.close_reviews`."""
        await reviews.close_reviews(self._connection, subject_ids, closing)

    async def add_reply(self, reply: StoredReply) -> bool:
        """As `Transaction.add_reply`."""
        return await journal.add_reply(self._connection, reply)

    async def find_delivery(self, delivery_id: str) -> Delivery | None:
        """As `Transaction.find_delivery`."""
        found = await outbox.list_deliveries(self._connection, delivery.c.id == delivery_id)
        return found[0] if found else None

    async def move_delivery(
        self, delivery_id: str, to: DeliveryStatus, *, at: datetime, cause: str | None = None
    ) -> bool:
        """As `Transaction.move_delivery`."""
        return await outbox.move(self._connection, delivery_id, to, at=at, cause=cause)


class SqlStore:
    """`hub.ports.Store` on a database that has been migrated. Close it when done."""

    def __init__(self, database: Database, new_id: NewId = new_id) -> None:
        self.database = database
        self.pushes = SqlPushLists(database)
        self.replies = SqlReplyLists(database)
        self.clients = SqlClients(database)
        self.watch = SqlWatch(database)
        self._new_id = new_id

    async def close(self) -> None:
        """Close all connections. May be called twice."""
        await self.database.close()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[SqlTransaction]:
        """As `Store.begin`.

        Raises:
            Busy: the database does not answer; whether a commit under way happened is unknown.
        """
        async with self.database.begin() as connection:
            yield SqlTransaction(connection)

    async def claim(self, *, limit: int, now: datetime, lease_seconds: int) -> list[Claimed]:
        """As `Store.claim`; what a claim needs is read after the short transaction."""
        until = outbox.lease_end(now, lease_seconds)
        async with self.database.begin() as connection:
            ids = await outbox.claim(connection, self._new_id(), limit=limit, now=now, until=until)
        if not ids:
            return []
        async with self.database.read() as connection:
            return await outbox.list_claimed(connection, ids)

    async def mark_sent(self, claimed: Sequence[Claimed], *, now: datetime) -> int:
        """As `Store.mark_sent`."""
        if not claimed:
            return 0
        async with self.database.begin() as connection:
            return await outbox.mark_sent(connection, claimed, now=now)

    async def put_back(
        self, claimed: Sequence[tuple[Claimed, str]], *, available_at: datetime
    ) -> int:
        """As `Store.put_back`; the cause `broker-unavailable` counts no attempt."""
        if not claimed:
            return 0
        async with self.database.begin() as connection:
            return await outbox.put_back(connection, claimed, available_at=available_at)

    async def put_back_published(self, destination: str, before: datetime | None = None) -> int:
        """As `Store.put_back_published`."""
        async with self.database.begin() as connection:
            return await outbox.put_back_published(connection, destination, before)

    async def get_claimed(self, delivery_ids: Sequence[str]) -> list[Claimed]:
        """As `Store.get_claimed`."""
        async with self.database.read() as connection:
            found = await outbox.list_claimed(connection, delivery_ids)
        by_id = {one.delivery_id: one for one in found}
        return [by_id[id_] for id_ in delivery_ids if id_ in by_id]

    async def find_submission(self, submission_id: str) -> Submission | None:
        """As `Store.find_submission`."""
        async with self.database.read() as connection:
            return await filing.find_submission(connection, submission_id)

    async def find_payload(self, sha256: str) -> bytes | None:
        """As `Store.find_payload`."""
        async with self.database.read() as connection:
            return await filing.find_payload(connection, sha256)

    async def list_submission_documents(self, submission_id: str) -> list[Document]:
        """As `Store.list_submission_documents`."""
        async with self.database.read() as connection:
            return await filing.list_submission_documents(connection, submission_id)

    async def find_document(self, document_id: str) -> Document | None:
        """As `Store.find_document`."""
        async with self.database.read() as connection:
            return await filing.find_document(connection, document_id)

    async def list_documents(self, wanted: DocumentFilter, page: Page) -> list[Document]:
        """As `Store.list_documents`."""
        async with self.database.read() as connection:
            return await filing.list_documents(connection, wanted, page)

    async def list_deliveries(self, document_id: str) -> list[Delivery]:
        """As `Store.list_deliveries`."""
        async with self.database.read() as connection:
            condition = delivery.c.document_id == document_id
            return await outbox.list_deliveries(connection, condition)

    async def list_replies(self, document_id: str) -> list[StoredReply]:
        """As `Store.list_replies`."""
        async with self.database.read() as connection:
            return await journal.list_replies(connection, document_id)

    async def list_events(self, *, submission_id: str, document_id: str) -> list[Event]:
        """As `Store.list_events`."""
        async with self.database.read() as connection:
            return await journal.list_events(
                connection, submission_id=submission_id, document_id=document_id
            )

    async def list_errors(self, wanted: ErrorFilter, page: Page) -> list[ErrorEntry]:
        """As `Store.list_errors`."""
        async with self.database.read() as connection:
            return await journal.list_errors(connection, wanted, page)

    async def list_reviews(self, wanted: ReviewFilter, page: Page) -> list[Review]:
        """As `Store.list_reviews`."""
        async with self.database.read() as connection:
            return await reviews.list_reviews(connection, wanted, page)

    async def find_review(self, review_id: str) -> Review | None:
        """As `Store.find_review`."""
        async with self.database.read() as connection:
            return await reviews.find_review(connection, review_id)

    async def list_corrections(self, document_id: str) -> list[Correction]:
        """As `Store.list_corrections`."""
        async with self.database.read() as connection:
            return await reviews.list_corrections(connection, document_id)

    async def count_deliveries(self) -> Mapping[tuple[str, str], int]:
        """As `Store.count_deliveries`."""
        async with self.database.read() as connection:
            return await outbox.count_deliveries(connection)

    async def find_client(self, client_id: str) -> Client | None:
        """As `Store.find_client`."""
        return await self.clients.find_client(client_id)

    async def add_reference(self, version: str, tables: Mapping[str, str], at: datetime) -> None:
        """As `Store.add_reference`."""
        async with self.database.begin() as connection:
            await accounts.add_reference(connection, version, tables, at)

    async def find_reference(self) -> tuple[str, Mapping[str, str]] | None:
        """As `Store.find_reference`."""
        async with self.database.read() as connection:
            return await accounts.find_reference(connection)

    async def ping(self) -> None:
        """As `Store.ping`.

        Raises:
            Busy: the database does not answer.
        """
        async with self.database.read() as connection:
            await connection.execute(text("SELECT 1"))


async def open_store(url: str) -> SqlStore:
    """Open the store at a database address and see that it answers.

    Raises:
        Busy: the database does not answer.
        Misconfigured: the address cannot be understood, or PostgreSQL's driver is not installed.
    """
    store = SqlStore(open_database(url))
    try:
        await store.ping()
    except BaseException:
        await store.close()
        raise
    return store

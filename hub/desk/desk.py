"""What every staff action has in common: who asks, what is checked first, what is written last."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.accounts import Permission, require, scope_of
from hub.clock import Clock, NewId
from hub.desk.rights import STAFF_KINDS, require_right
from hub.domain.accounts import Caller, Client
from hub.domain.errors import Conflict, NotFound, Stale
from hub.domain.judgement import DocumentRecord
from hub.domain.reference import Reference, Sender
from hub.domain.review import DONE, TARGETS, Action, Closing
from hub.domain.states import move_document
from hub.domain.stored import Document, Event
from hub.ports import Adapter, Doorbell, Route, Store, Transaction


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts: the name for the record, and the client whose rights bind it.

    `client` None = someone on the machine itself, who could do anything to the database anyway.
    """

    name: str
    client: Client | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What a person wants done: to which document, as last seen at which revision, and why."""

    action: Action
    by: Person
    document_id: str
    revision: int
    reason: str


@dataclass(frozen=True, slots=True)
class Desk:
    """What the desk works with."""

    store: Store
    adapters: Mapping[str, Adapter]
    routes: Sequence[Route]
    reference: Callable[[], Awaitable[Reference]]
    clock: Clock
    new_id: NewId
    doorbell: Doorbell

    def destinations_of(self, record: DocumentRecord) -> list[str]:
        """Where an accepted record goes."""
        return [route.destination for route in self.routes if route.takes(record)]

    async def sender_of(self, client_id: str) -> Sender:
        """The client that posted a document, as the acceptance criteria see it."""
        client = await self.store.find_client(client_id)
        return client.sender if client else Sender(client_id, None)


async def look(documents: Transaction | Store, order: Order) -> Document:
    """The document, once it is sure that the person may do this to it as it stands.

    Raises:
        NotFound: there is none in the person's scope.
        Forbidden: the person has not the right.
        Conflict: it is none that people decide on.
        Stale: it was changed since the person saw it.
        IllegalMove: the state machine draws no such move.
    """
    document = await documents.find_document(order.document_id)
    client = order.by.client
    if document is None or (client is not None and not _may_see(client, document)):
        raise NotFound("There is no such document for this key.")
    if client is not None:
        require_right(client, order.action, document)
    if document.kind not in STAFF_KINDS:
        raise Conflict(f"A {document.kind} waits for its ticket; there is nothing to do by hand.")
    if document.revision != order.revision:
        raise _stale(document.revision)
    move_document(document.status, TARGETS[order.action])
    return document


def _may_see(client: Client, document: Document) -> bool:
    require(Caller(client, may_backfill=False), Permission.READ_DOCUMENTS)
    return scope_of(client).sees(document)


def _stale(revision: int) -> Stale:
    return Stale(
        f"The document was changed meanwhile: look at it again, its revision is {revision}."
    )


@dataclass(frozen=True, slots=True)
class Move:
    """A document's move, written: compare-and-set, its reviews closed, an event."""

    desk: Desk
    transaction: Transaction
    order: Order
    at: datetime

    async def write(self, document: Document, **detail: Any) -> None:
        """Write the document as moved; it still has the revision it was read with.

        Raises:
            Stale: someone else was faster.
        """
        if not await self.transaction.change_document(document):
            current = await self.transaction.find_document(document.id)
            raise _stale(current.revision if current else 0)
        done = DONE[self.order.action]
        await self.close_reviews([document.id], done)
        told = {"reason": self.order.reason, "revision": document.revision + 1, **detail}
        await self.tell(f"document.{done}", document, self.order.by.name, **told)

    async def supersede_held(self, document: Document) -> None:
        """Supersede the held documents of the key that are older than this one."""
        if document.key is None:
            return
        for older_id in await self.transaction.supersede_held(document.key, document.id):
            await self.close_reviews([older_id], "superseded")
            older = await self.transaction.find_document(older_id)
            if older is not None:
                await self.tell("document.superseded", older, "hub", by_document_id=document.id)

    async def close_reviews(self, subject_ids: Sequence[str], word: str) -> None:
        """Close what was open about these."""
        closing = Closing(self.at, self.order.by.name, word)
        await self.transaction.close_reviews(subject_ids, closing)

    async def tell(self, name: str, document: Document, actor: str, **detail: Any) -> None:
        """Add an event of a document."""
        event = Event(
            id=self.desk.new_id(),
            at=self.at,
            name=name,
            actor=actor,
            submission_id=document.submission_id,
            document_id=document.id,
            detail=detail,
        )
        await self.transaction.add_events([event])

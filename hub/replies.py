"""Replies: what a destination says of a ticket moves its delivery, and is kept in any case.

The last of the flow's files; reads after `hub/delivery.py`. A fact from outside never raises: late
or lower ones are recorded and change nothing, impossible ones open a review, unknown ones wait for
their ticket.
"""

from dataclasses import dataclass, replace
from enum import Enum

import structlog
from pydantic import ValidationError

from hub import metrics
from hub.clock import Clock, NewId
from hub.dispositions import Dispositions, Entered
from hub.domain.delivery import (
    CONTRADICTED_STATUS,
    REPLY_STATUS,
    Reply,
    ReplyType,
    names_docket,
)
from hub.domain.filing import open_review
from hub.domain.review import Closing, ReviewKind
from hub.domain.stored import Delivery, Document, ErrorKind, StoredReply
from hub.orphans import Orphans, subject_of
from hub.ports import Inbound, Settlement, Store, Transaction
from hub.reply_bodies import ReplyBody, faults_of

log = structlog.get_logger(__name__)

MATCH_COUNT_MAX = 200
REPLY_BYTES_MAX = 1024**2
COURTS = "court."  # how their destinations' names begin
_MATCHED_BY = "hub"


class Taken(Enum):
    """What became of a reply."""

    RECORDED = "recorded"
    REPEATED = "repeated"
    ORPHAN = "orphan"


@dataclass(frozen=True, slots=True)
class Replies:
    """Takes replies from every destination, over the broker or over HTTP."""

    store: Store
    clock: Clock
    new_id: NewId
    orphans: Orphans
    dispositions: Dispositions

    async def take(self, reply: Reply) -> Taken:
        """Record a reply once and move its delivery as far as the state machine allows.

        Raises:
            Busy: the reply could not be stored; send it again.
        """
        async with self.store.begin() as transaction:
            delivery = await _delivery_of(reply, transaction)
            stored = _stored(StoredReply(reply, self.clock(), None, None), delivery)
            if not await transaction.add_reply(stored):
                taken = Taken.REPEATED
            elif delivery is None:
                taken = Taken.ORPHAN
                await self.orphans.keep(stored, transaction)
            else:
                taken = Taken.RECORDED
                await self._apply(stored, delivery, transaction)
        metrics.REPLIES.labels(reply.destination, reply.type.value, taken.value).inc()
        if taken is Taken.ORPHAN:
            log.error("reply.orphan", destination=reply.destination)
        return taken

    async def take_inbound(self, inbound: Inbound) -> Settlement:
        """Take a reply that came over the broker, and say how to settle its message.

        Raises:
            Busy: it could not be stored. The consumer gives it back after a pause that grows; one
                given back at once would be worn out before the database has come back.
        """
        if len(inbound.body) > REPLY_BYTES_MAX:
            return await self._put_aside(inbound, "larger than 1 MiB")
        try:
            body = ReplyBody.model_validate_json(inbound.body)
            if inbound.account is None:
                return await self._put_aside(inbound, "sender not verified")
            await self.take(body.to_reply(inbound.destination))
        except ValidationError as malformed:
            return await self._put_aside(inbound, f"malformed: {faults_of(malformed)}")
        return Settlement.ACK

    async def match_waiting(self) -> int:
        """Give replies that came before their ticket to the ticket; gives how many.

        Raises:
            Busy: the database does not answer; what was matched so far stays.
        """
        waiting = await self.store.replies.list_matchable(MATCH_COUNT_MAX)
        return sum([await self._match(stored) for stored in waiting])

    async def _match(self, waiting: StoredReply) -> bool:
        async with self.store.begin() as transaction:
            delivery = await transaction.replies.find_addressee(waiting.reply)
            stored = _stored(waiting, delivery)
            if delivery is None or not await transaction.replies.match(stored):
                return False
            await self._apply(stored, delivery, transaction, has_waited=True)
            closing = Closing(self.clock(), _MATCHED_BY, "matched")
            await transaction.close_reviews([subject_of(stored.reply)], closing)
        return True

    async def _apply(
        self,
        stored: StoredReply,
        delivery: Delivery,
        transaction: Transaction,
        *,
        has_waited: bool = False,
    ) -> None:
        """Do what the reply says to delivery and document, as far as it may."""
        reply = stored.reply
        document = await transaction.find_document(delivery.document_id)
        assert document is not None  # noqa: S101 - a delivery has a document
        changed = await self._move(stored, delivery, transaction)
        is_impossible = not changed and await _contradicts(reply, delivery, transaction)
        if reply.disposition is not None:
            entered = await self._decide(reply, document, transaction, has_waited=has_waited)
            is_impossible |= entered is Entered.CONTRADICTORY
        if is_impossible or (changed and reply.type is ReplyType.REJECTED):
            await self._tell_refusal(reply, document, transaction)
        elif reply.docket_number is not None and names_docket(reply, document.docket_number):
            await transaction.replies.note_docket(document.id, reply.docket_number)
        event = stored.told(self.new_id(), self.clock(), changed=changed)
        await transaction.add_events([event])

    async def _decide(
        self, reply: Reply, ticket: Document, transaction: Transaction, *, has_waited: bool
    ) -> Entered:
        """Enter a disposition, or release the one that was held for its ticket."""
        if not has_waited:
            return await self.dispositions.enter(reply, ticket, self.clock(), transaction)
        await self.dispositions.release(reply, ticket, self.clock(), transaction)
        return Entered.KNOWN

    async def _tell_refusal(
        self, reply: Reply, document: Document, transaction: Transaction
    ) -> None:
        """A court's refusal, or what contradicts itself, waits for a person; others are logged."""
        if not reply.destination.startswith(COURTS):
            await self.orphans.note(ErrorKind.RMS_REJECTED, reply, transaction)
            return
        review = open_review(self.new_id(), ReviewKind.COURT_REFUSAL, document, self.clock())
        await transaction.add_reviews([review])

    async def _move(
        self, stored: StoredReply, delivery: Delivery, transaction: Transaction
    ) -> bool:
        """Only an answer to the message itself moves its delivery."""
        reply = stored.reply
        status = REPLY_STATUS.get(reply.type)
        if status is None or reply.message_id != delivery.id:
            return False
        at = stored.received_at
        return await transaction.move_delivery(delivery.id, status, at=at, cause=reply.code)

    async def _put_aside(self, inbound: Inbound, reason: str) -> Settlement:
        async with self.store.begin() as transaction:
            await self.orphans.put_aside(inbound, reason, transaction)
        return Settlement.ACK


async def _delivery_of(reply: Reply, transaction: Transaction) -> Delivery | None:
    """The delivery a reply answers; a destination speaks of its own deliveries only."""
    if reply.message_id is not None:
        delivery = await transaction.find_delivery(reply.message_id)
        if delivery is not None and delivery.destination == reply.destination:
            return delivery
    return None if reply.number is None else await transaction.replies.find_addressee(reply)


async def _contradicts(reply: Reply, delivery: Delivery, transaction: Transaction) -> bool:
    """Whether the destination has said the opposite of this message before."""
    if reply.message_id != delivery.id or reply.type not in CONTRADICTED_STATUS:
        return False
    now = await transaction.find_delivery(delivery.id)
    return now is not None and now.status is CONTRADICTED_STATUS[reply.type]


def _stored(stored: StoredReply, delivery: Delivery | None) -> StoredReply:
    if delivery is None:
        return stored
    return replace(stored, delivery_id=delivery.id, document_id=delivery.document_id)

"""Replies that belong to no ticket the hub knows: kept in the error log, and shown to a person.

Used by `hub/replies.py`, which matches them when the ticket comes.
Source: public interface, "AMQP", Reply.
"""

from dataclasses import dataclass

from hub.clock import Clock, NewId
from hub.dispositions import Dispositions
from hub.domain.delivery import Reply
from hub.domain.review import Review, ReviewKind
from hub.domain.stored import ErrorEntry, ErrorKind, StoredReply
from hub.ports import Inbound, Transaction


@dataclass(frozen=True, slots=True)
class Orphans:
    """Keeps replies that cannot be matched."""

    clock: Clock
    new_id: NewId
    dispositions: Dispositions

    async def keep(self, stored: StoredReply, transaction: Transaction) -> None:
        """Unknown ticket: error log and review; a disposition is held already (L903)."""
        reply = stored.reply
        if reply.disposition is not None:
            await self.dispositions.enter(reply, None, stored.received_at, transaction)
        await self.note(ErrorKind.ORPHAN_REPLY, reply, transaction)
        review = Review(
            id=self.new_id(),
            kind=ReviewKind.ORPHAN_REPLY,
            subject_id=subject_of(reply),
            opened_at=stored.received_at,
            source=reply.destination,
            agency=reply.agency,
            number=reply.number,
        )
        await transaction.add_reviews([review])

    async def note(self, kind: ErrorKind, reply: Reply, transaction: Transaction) -> None:
        """A line of the error log about a reply."""
        entry = ErrorEntry(
            id=self.new_id(),
            at=self.clock(),
            kind=kind,
            source=reply.destination,
            agency=reply.agency,
            number=reply.number,
            detail={"reply_id": reply.reply_id, "type": reply.type.value},
        )
        await transaction.add_errors([entry])

    async def put_aside(self, inbound: Inbound, reason: str, transaction: Transaction) -> None:
        """What is no reply at all goes to the error log; asking again would not mend it."""
        entry = ErrorEntry(
            id=self.new_id(),
            at=self.clock(),
            kind=ErrorKind.ORPHAN_REPLY,
            source=inbound.destination,
            detail={"reason": reason},
        )
        await transaction.add_errors([entry])


def subject_of(reply: Reply) -> str:
    """What a review of a reply without a ticket is about: reply ids are unique by destination."""
    return f"{reply.destination}:{reply.reply_id}"

"""Replies: what a destination says of a ticket moves its delivery, and is kept in any case.

The last of the flow's files; reads after `hub/relay.py`. A fact from outside never raises: late
or lower ones are recorded and change nothing, unknown ones go to the error log.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

import structlog
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from hub.clock import Clock, NewId
from hub.domain.delivery import REPLY_STATUS, Reply, ReplyType
from hub.domain.errors import HubError
from hub.domain.stored import Delivery, ErrorEntry, ErrorKind, Event, StoredReply
from hub.ports import Inbound, Settlement, Store, Transaction

log = structlog.get_logger(__name__)


class CitationKey(BaseModel):
    """The ticket a reply speaks of."""

    state: str = Field(max_length=2)
    agency: str = Field(max_length=20)
    number: str = Field(max_length=40)


class ReplyBody(BaseModel):
    """A reply as it comes over AMQP and HTTP. Source: public interface, AMQP, Reply."""

    model_config = ConfigDict(extra="forbid")

    reply_id: str = Field(min_length=1, max_length=100)
    type: ReplyType
    at: AwareDatetime
    message_id: str | None = Field(None, max_length=100)
    citation: CitationKey | None = None
    docket_number: str | None = Field(None, max_length=60)
    code: str | None = Field(None, max_length=40)
    text: str | None = Field(None, max_length=1000)
    amount: str | None = Field(None, pattern=r"^-?\d{1,7}\.\d{2}$")
    disposition: dict[str, Any] | None = None

    def to_reply(self, destination: str) -> Reply:
        """The reply of this destination."""
        said = self.model_dump(exclude={"citation"})
        key = self.citation.model_dump() if self.citation else {}
        return Reply(destination=destination, **said, **key)


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

    async def take(self, reply: Reply) -> Taken:
        """Record a reply once and move its delivery as far as the state machine allows.

        Raises:
            Busy: the reply could not be stored; send it again.
        """
        at = self.clock()
        async with self.store.begin() as transaction:
            delivery = await _delivery_of(reply, transaction)
            document_id = delivery.document_id if delivery else None
            delivery_id = delivery.id if delivery else None
            if not await transaction.add_reply(StoredReply(reply, at, delivery_id, document_id)):
                return Taken.REPEATED
            if delivery is None:
                await transaction.add_errors([self._orphan(reply, at)])
                return Taken.ORPHAN
            await self._move(reply, delivery, at, transaction)
        return Taken.RECORDED

    async def take_inbound(self, inbound: Inbound) -> Settlement:
        """Take a reply that came over the broker, and say how to settle its message."""
        try:
            body = ReplyBody.model_validate_json(inbound.body)
            if inbound.account is None:
                return await self._put_aside(inbound, "sender not verified")
            await self.take(body.to_reply(inbound.destination))
        except ValidationError as malformed:
            faults = sorted({".".join(map(str, e["loc"])) for e in malformed.errors()})
            return await self._put_aside(inbound, f"malformed: {', '.join(faults)}")
        except HubError as lost:
            log.warning("reply.waits", destination=inbound.destination, error=lost.code)
            return Settlement.REQUEUE
        return Settlement.ACK

    async def _move(
        self, reply: Reply, delivery: Delivery, at: datetime, transaction: Transaction
    ) -> None:
        status = REPLY_STATUS.get(reply.type)
        has_moved = status is not None and await transaction.move_delivery(
            delivery.id, status, at=at, cause=reply.code
        )
        event = Event(
            id=self.new_id(),
            at=at,
            name=reply.type.value,
            actor=reply.destination,
            document_id=delivery.document_id,
            delivery_id=delivery.id,
            detail={"docket_number": reply.docket_number, "changed": has_moved},
        )
        await transaction.add_events([event])

    async def _put_aside(self, inbound: Inbound, reason: str) -> Settlement:
        """What is no reply at all goes to the error log; asking again would not mend it."""
        entry = ErrorEntry(
            id=self.new_id(),
            at=self.clock(),
            kind=ErrorKind.ORPHAN_REPLY,
            source=inbound.destination,
            detail={"reason": reason},
        )
        async with self.store.begin() as transaction:
            await transaction.add_errors([entry])
        return Settlement.ACK

    def _orphan(self, reply: Reply, at: datetime) -> ErrorEntry:
        return ErrorEntry(
            id=self.new_id(),
            at=at,
            kind=ErrorKind.ORPHAN_REPLY,
            source=reply.destination,
            agency=reply.agency,
            number=reply.number,
            detail={"reply_id": reply.reply_id, "type": reply.type.value},
        )


async def _delivery_of(reply: Reply, transaction: Transaction) -> Delivery | None:
    """The delivery a reply answers; a destination speaks of its own deliveries only."""
    if reply.message_id is None:
        return None
    delivery = await transaction.find_delivery(reply.message_id)
    return delivery if delivery and delivery.destination == reply.destination else None

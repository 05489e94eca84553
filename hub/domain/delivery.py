"""Deliveries: one document version on its way to one destination, and what comes back."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from hub.domain.judgement import DocumentRecord
from hub.domain.states import DeliveryStatus


@dataclass(frozen=True, slots=True)
class Shipment:
    """All a route needs to render one document version for a destination.

    `posted_at` is when the hub received the document: rendering reads no clock, so that a message
    sent twice is the same message. `attachment` holds the printed form's bytes.
    """

    message_id: str
    document_id: str
    version: int
    posted_at: datetime
    record: DocumentRecord
    attachment: bytes | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """What goes over the queue: persistent, mandatory, confirmed; `message_id` = delivery id."""

    destination: str
    message_id: str
    correlation_id: str
    type: str
    timestamp: datetime
    headers: dict[str, str | int | bool]
    body: bytes
    content_type: str = "application/xml"
    app_id: str = "citation-hub"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that a relay has claimed, with what it takes to send it."""

    delivery_id: str
    destination: str
    claim: str
    attempt: int
    type: str
    source: str
    agency: str
    number: str
    monitored: bool
    shipment: Shipment


@dataclass(frozen=True, slots=True)
class Sent:
    """The broker confirmed the message, and it was routed to a queue."""


@dataclass(frozen=True, slots=True)
class NotSent:
    """The message is not on its queue, or nobody knows: the delivery stays pending.

    `cause` is a stable word: unroutable, nacked, leased, broker-unavailable, unconfirmed,
    render-failed.
    """

    cause: str


SendResult = Sent | NotSent


class ReplyType(StrEnum):
    """What a destination may answer."""

    RECEIVED = "reply.received"
    ACCEPTED = "reply.accepted"
    REJECTED = "reply.rejected"
    DOCKETED = "reply.docketed"
    DISPOSED = "reply.disposed"
    PAID = "reply.paid"


REPLY_STATUS = {
    ReplyType.RECEIVED: DeliveryStatus.DELIVERED,
    ReplyType.ACCEPTED: DeliveryStatus.ACKNOWLEDGED,
    ReplyType.REJECTED: DeliveryStatus.REFUSED,
}
"""The delivery state a reply leads to; the other types are facts on the document only."""

CONTRADICTED_STATUS = {
    ReplyType.ACCEPTED: DeliveryStatus.REFUSED,
    ReplyType.REJECTED: DeliveryStatus.ACKNOWLEDGED,
}
"""The state a reply contradicts: nobody can both take a ticket and send it back."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A destination's business answer; unique by (destination, reply_id)."""

    destination: str
    reply_id: str
    type: ReplyType
    at: datetime
    message_id: str | None = None
    state: str | None = None
    agency: str | None = None
    number: str | None = None
    docket_number: str | None = None
    code: str | None = None
    text: str | None = None
    amount: str | None = None
    disposition: dict[str, Any] | None = None


def names_docket(reply: Reply, known: str | None) -> bool:
    """Whether its docket number becomes the ticket's: the docketing's, or the first accepted."""
    is_first = known is None and reply.type is ReplyType.ACCEPTED
    return is_first or reply.type is ReplyType.DOCKETED

"""What the flow needs of a broker, of endpoints, and to be woken."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from hub.domain.delivery import Message, SendResult
from hub.domain.push import PushOutcome


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

    async def is_leased(self, destination: str, message_id: str) -> bool:
        """Whether somebody holds the message and may settle it."""
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

"""The mailbox: a receiver that speaks only HTTPS leases its messages and settles them here.

It serves every destination that the hub does not push to. A receiver that consumes its queue
itself settles with the broker, and the hub learns of it by the reply.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from hub.clock import Clock, NewId
from hub.domain.errors import Conflict
from hub.domain.states import DeliveryStatus
from hub.domain.stored import Event
from hub.ports import Broker, Leased, Settlement, Store

LEASE_COUNT_MAX = 500
LEASE_SECONDS_MAX = 3_600
LEASE_STEP_MAX = 50
LEASE_BYTES_MAX = 32 * 1024**2
REJECTED_BY_RECEIVER = "rejected-by-receiver"


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Leases a destination's messages and settles them, one by one."""

    store: Store
    broker: Broker
    clock: Clock
    new_id: NewId

    async def lease(self, destination: str, max_count: int, lease_seconds: int) -> list[Leased]:
        """Hand out ready messages; those not settled in time are handed out again.

        Fewer than `max_count` when they come to `LEASE_BYTES_MAX`: ask again for the rest.

        Raises:
            NotFound: there is no such destination.
        """
        leased: list[Leased] = []
        while len(leased) < max_count and _size(leased) < LEASE_BYTES_MAX:
            count = min(LEASE_STEP_MAX, max_count - len(leased))
            more = await self.broker.lease(
                destination, max_count=count, lease_seconds=lease_seconds
            )
            leased += more
            if len(more) < count:
                break
        return leased

    async def settle(self, destination: str, message_id: str, how: Settlement) -> None:
        """Record what the receiver decided, and settle with the broker.

        What comes too late is not recorded. An ack in time is recorded first: a crash, or the end
        of the lease, in between hands the message out once more, and the receiver knows its id.
        A reject is settled first: after a crash the broker's dead letter tells of it.

        Raises:
            Conflict: the message is not leased (any more).
        """
        if how is Settlement.ACK and await self.broker.is_leased(destination, message_id):
            await self._record(destination, message_id, DeliveryStatus.DELIVERED)
            await self.broker.settle(destination, message_id, how)
            return
        if how is Settlement.ACK or not await self.broker.settle(destination, message_id, how):
            raise Conflict("This message is not leased, or its lease is over: lease it again.")
        if how is Settlement.DEAD:
            await self._record(destination, message_id, DeliveryStatus.DEAD)

    async def _record(self, destination: str, message_id: str, status: DeliveryStatus) -> None:
        cause = REJECTED_BY_RECEIVER if status is DeliveryStatus.DEAD else None
        async with self.store.begin() as transaction:
            delivery = await transaction.find_delivery(message_id)
            if delivery is None or delivery.destination != destination:
                return
            at = self.clock()
            if await transaction.move_delivery(message_id, status, at=at, cause=cause):
                event = Event(
                    id=self.new_id(),
                    at=at,
                    name=f"delivery.{status}",
                    actor=destination,
                    document_id=delivery.document_id,
                    delivery_id=delivery.id,
                )
                await transaction.add_events([event])


def _size(leased: Sequence[Leased]) -> int:
    return sum(len(one.body) for one in leased)

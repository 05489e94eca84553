"""The mailbox on RabbitMQ: this process takes messages and holds them unsettled for a receiver."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from hub.broker.consumer import settle
from hub.broker.link import Link, close_quietly, loss_is_an_error
from hub.domain.errors import BrokerUnavailable
from hub.ports import Leased, Settlement


@dataclass(slots=True)
class _Lease:
    """A message and its copies: all share the fate the receiver decides."""

    end: asyncio.TimerHandle
    copies: list[AbstractIncomingMessage] = field(default_factory=list)


class Lessee:
    """Leases by (destination, message id). One channel a destination: faults stay with theirs.

    When a channel is lost its messages are back in the queue, and settling them gives False.
    """

    def __init__(self, link: Link) -> None:
        self._link = link
        self._channels: dict[str, AbstractChannel] = {}
        self._leases: dict[tuple[str, str], _Lease] = {}
        self._returning: set[asyncio.Task[bool]] = set()
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def lease(
        self, destination: str, *, max_count: int, lease_seconds: float
    ) -> list[Leased]:
        """Take up to `max_count` ready messages.

        Raises:
            BrokerUnavailable: no connection, or the connection was lost meanwhile.
        """
        async with self._turns[destination]:
            channel = await self._channel(destination)
            try:
                with loss_is_an_error():
                    return await self._take(channel, destination, max_count, lease_seconds)
            except Exception as cause:  # noqa: BLE001 - an outage raises assorted types
                await self._give_up(destination)
                raise BrokerUnavailable(
                    f"RabbitMQ was lost while {destination} took messages "
                    f"({type(cause).__name__}); what it took is back in the queue."
                ) from None

    def is_leased(self, destination: str, message_id: str) -> bool:
        """Whether a receiver holds the message: with its channel a lease is lost."""
        channel = self._channels.get(destination)
        is_open = channel is not None and not channel.is_closed
        return is_open and (destination, message_id) in self._leases

    async def settle(self, destination: str, message_id: str, how: Settlement) -> bool:
        """Settle a leased message with its copies; False when it is not leased (any more)."""
        lease = self._leases.pop((destination, message_id), None)
        if lease is None:
            return False
        lease.end.cancel()
        try:
            for message in lease.copies:
                await settle(message, how)
        except Exception:  # noqa: BLE001 - the channel is gone, and the lease with it
            return False
        return True

    async def stop(self) -> None:
        """Give everything back."""
        for destination, message_id in tuple(self._leases):
            await self.settle(destination, message_id, Settlement.REQUEUE)
        await asyncio.gather(*self._returning)

    async def _channel(self, destination: str) -> AbstractChannel:
        channel = self._channels.get(destination)
        if channel is None or channel.is_closed:
            self._forget(destination)
            channel = self._channels[destination] = await self._link.channel()
        return channel

    async def _take(
        self, channel: AbstractChannel, destination: str, max_count: int, lease_seconds: float
    ) -> list[Leased]:
        queue = await channel.get_queue(destination, ensure=False)
        found: list[Leased] = []
        while len(found) < max_count:
            message = await queue.get(fail=False, timeout=self._link.timeout_seconds)
            if message is None:
                break
            if self._hold(destination, message, lease_seconds):
                found.append(leased(message))
        return found

    def _hold(
        self, destination: str, message: AbstractIncomingMessage, lease_seconds: float
    ) -> bool:
        """Keep a message; True when the receiver does not hold a copy of it already."""
        key = (destination, message.message_id or "")
        is_new = key not in self._leases
        if is_new:
            end = asyncio.get_running_loop().call_later(lease_seconds, self._end_lease, *key)
            self._leases[key] = _Lease(end)
        self._leases[key].copies.append(message)
        return is_new

    def _end_lease(self, destination: str, message_id: str) -> None:
        task = asyncio.ensure_future(self.settle(destination, message_id, Settlement.REQUEUE))
        self._returning.add(task)
        task.add_done_callback(self._returning.discard)

    async def _give_up(self, destination: str) -> None:
        self._forget(destination)
        channel = self._channels.pop(destination, None)
        if channel is not None:
            await close_quietly(channel)

    def _forget(self, destination: str) -> None:
        """Drop leases whose channel is lost: the broker has put their messages back."""
        for key in [key for key in self._leases if key[0] == destination]:
            self._leases.pop(key).end.cancel()


_OURS = ("x-hub-", "traceparent")


def leased(message: AbstractIncomingMessage) -> Leased:
    """A message as receivers get it."""
    return Leased(
        message_id=message.message_id or "",
        type=message.type or "",
        headers=_own_headers(message.headers),
        body=message.body,
    )


def _own_headers(headers: Mapping[str, object]) -> dict[str, str | int | bool]:
    """The headers the hub gave, without those the broker adds (`x-death`, `x-delivery-count`)."""
    return {
        name: value
        for name, value in headers.items()
        if name.startswith(_OURS) and isinstance(value, str | int)
    }

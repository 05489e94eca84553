"""Destinations as operators see and steer them: pause, resume, send again, what waits where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.clock import Clock, NewId
from hub.domain.errors import NotFound
from hub.domain.push import DestinationState, Schedule
from hub.domain.stored import ErrorEntry, ErrorKind, Event
from hub.ports import Inbound, Settlement, Store

KEY_LENGTH_MAX = 100


@dataclass(frozen=True, slots=True)
class Destination:
    """A destination as it stands; `counts` by delivery status, `retry_seconds` if it is pushed to.

    `oldest_at` is when the oldest delivery that is pending or published was made.
    """

    state: DestinationState
    is_pushed: bool
    is_down: bool
    counts: Mapping[str, int]
    oldest_at: datetime | None
    retry_seconds: Sequence[float]


@dataclass(frozen=True, slots=True)
class Destinations:
    """The use cases of operators. `schedules` names the destinations that are pushed to."""

    store: Store
    clock: Clock
    new_id: NewId
    names: tuple[str, ...]
    schedules: Mapping[str, Schedule]

    async def list(self) -> list[Destination]:
        """All destinations, as configured."""
        states = await self.store.pushes.list_destinations(self.names)
        counts = await self.store.count_deliveries()
        oldest = await self.store.pushes.list_oldest()
        return [
            Destination(
                state=state,
                is_pushed=state.name in self.schedules,
                is_down=not state.is_paused and state.rests(self.clock()),
                counts={status: n for (name, status), n in counts.items() if name == state.name},
                oldest_at=oldest.get(state.name),
                retry_seconds=self._waits(state.name),
            )
            for state in states
        ]

    async def pause(self, name: str, *, by: str) -> None:
        """Stop sending to a destination; what is due waits, what its queue holds stays there.

        Raises:
            NotFound: there is no such destination.
        """
        self._check(name)
        at = self.clock()
        async with self.store.begin() as transaction:
            await transaction.pushes.pause(name, at=at, by=by)
            await transaction.add_events([self._event("destination.paused", by, name)])

    async def resume(self, name: str, *, by: str) -> None:
        """Send to it again, at once even if it was left alone because it was down.

        Raises:
            NotFound: there is no such destination.
        """
        self._check(name)
        async with self.store.begin() as transaction:
            await transaction.pushes.resume(name)
            await transaction.add_events([self._event("destination.resumed", by, name)])

    async def republish(self, name: str, *, older_than_seconds: int, by: str) -> int:
        """Send again, with the same message ids, what was published so long ago; gives how many.

        Raises:
            NotFound: there is no such destination.
        """
        self._check(name)
        before = self.clock() - timedelta(seconds=older_than_seconds)
        count = await self.store.put_back_published(name, before)
        event = self._event("destination.republished", by, name, count=count)
        async with self.store.begin() as transaction:
            await transaction.add_events([event])
        return count

    async def put_unroutable(self, inbound: Inbound) -> Settlement:
        """A reply under no known destination's key goes to the error log; its body is dropped."""
        entry = ErrorEntry(
            id=self.new_id(),
            at=self.clock(),
            kind=ErrorKind.UNROUTABLE,
            source=inbound.account,
            detail={"reason": f"routing key {inbound.destination[:KEY_LENGTH_MAX]}"},
        )
        async with self.store.begin() as transaction:
            await transaction.add_errors([entry])
        return Settlement.ACK

    def _waits(self, name: str) -> Sequence[float]:
        schedule = self.schedules.get(name)
        return schedule.waits if schedule else ()

    def _check(self, name: str) -> None:
        if name not in self.names:
            known = ", ".join(self.names)
            raise NotFound(f"There is no destination {name}; the hub knows: {known}.")

    def _event(self, what: str, by: str, name: str, **more: int) -> Event:
        return Event(self.new_id(), self.clock(), what, by, detail={"destination": name, **more})

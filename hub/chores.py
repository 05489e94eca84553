"""Chores: what the hub does by the clock, a small class each.

Each runs in its own loop, in `hub run` and `hub chores`; several processes may do the same ones.
Source: docs/OPERATING.md, "Alarms".
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from hub.clock import Clock, NewId
from hub.domain.alarm import Alarm, AlarmName
from hub.domain.errors import HubError
from hub.observability import places
from hub.replies import Replies

log = structlog.get_logger(__name__)

THE_HUB = "hub"  # the subject of alarms that are of no destination


class Watch(Protocol):
    """What chores ask of the store."""

    async def open_alarm(self, opened: Alarm) -> bool:
        """Open an alarm; False when one of this name and subject is open."""
        ...

    async def close_alarm(self, name: str, subject: str, at: datetime) -> bool:
        """Close an alarm; False when it is not open (any more)."""
        ...

    async def list_open_alarms(self) -> list[Alarm]:
        """The open alarms, oldest first."""
        ...

    async def count_unanswered(
        self, destinations: Collection[str], before: datetime
    ) -> Mapping[str, int]:
        """Deliveries published before then that nobody has said anything of, by destination."""
        ...

    async def count_unsent(self) -> Mapping[str, int]:
        """Pending deliveries that the broker or the hub itself did not let go, by destination."""
        ...

    async def count_unjudged(self) -> int:
        """Submissions held because the hub itself failed (X099)."""
        ...


class Chore(Protocol):
    """Something to be done every so often; `do` is safe to repeat."""

    @property
    def every_seconds(self) -> float:
        """How often."""
        ...

    async def do(self) -> None:
        """Do it once. Raises `HubError` when it cannot be done just now."""
        ...


@dataclass(frozen=True, slots=True)
class MatchReplies:
    """Gives replies that came before their ticket to the ticket."""

    replies: Replies
    every_seconds: float = 2

    async def do(self) -> None:
        """Match what can be matched."""
        count = await self.replies.match_waiting()
        if count:
            log.info("replies.matched", count=count)


@dataclass(frozen=True, slots=True)
class Alarms:
    """Says once when something begins to be wrong, and once when it has ended."""

    watch: Watch
    clock: Clock
    new_id: NewId

    async def settle(self, name: AlarmName, now: Mapping[str, int]) -> None:
        """Open and close alarms of this name until those of `now` (count by subject) are open."""
        is_open = {one.subject for one in await self.watch.list_open_alarms() if one.name == name}
        for subject in sorted(now.keys() - is_open):
            alarm = Alarm(self.new_id(), name, subject, self.clock())
            if await self.watch.open_alarm(alarm):
                log.error("alarm.opened", alarm=str(name), subject=subject, count=now[subject])
        for subject in sorted(is_open - now.keys()):
            if await self.watch.close_alarm(name, subject, self.clock()):
                log.warning("alarm.closed", alarm=str(name), subject=subject)


@dataclass(frozen=True, slots=True)
class WatchReplies:
    """Alarm when a destination that answers has left messages unanswered for too long.

    Nothing is ever sent again by itself. Source: public interface, "AMQP", To receivers.
    """

    alarms: Alarms
    destinations: Sequence[str]
    overdue_seconds: int
    every_seconds: float = 15

    async def do(self) -> None:
        """Look for messages without an answer."""
        before = self.alarms.clock() - timedelta(seconds=self.overdue_seconds)
        late = await self.alarms.watch.count_unanswered(self.destinations, before)
        await self.alarms.settle(AlarmName.REPLY_OVERDUE, late)


@dataclass(frozen=True, slots=True)
class WatchSending:
    """Alarm when deliveries stay because a queue is full or missing, or a route has a bug."""

    alarms: Alarms
    every_seconds: float = 5

    async def do(self) -> None:
        """Look for deliveries that were not let go."""
        await self.alarms.settle(AlarmName.NOT_SENT, await self.alarms.watch.count_unsent())


@dataclass(frozen=True, slots=True)
class WatchBroker:
    """Alarm when the broker does not answer."""

    alarms: Alarms
    ask: Callable[[], Awaitable[object]]
    every_seconds: float = 5

    async def do(self) -> None:
        """Ask the broker something."""
        try:
            await self.ask()
        except HubError:
            await self.alarms.settle(AlarmName.BROKER_UNREACHABLE, {THE_HUB: 1})
        else:
            await self.alarms.settle(AlarmName.BROKER_UNREACHABLE, {})


@dataclass(frozen=True, slots=True)
class WatchJudging:
    """Alarm while submissions are held because the hub itself failed on them (X099)."""

    alarms: Alarms
    every_seconds: float = 5

    async def do(self) -> None:
        """Look for held submissions."""
        count = await self.alarms.watch.count_unjudged()
        await self.alarms.settle(AlarmName.UNJUDGED, {THE_HUB: count} if count else {})


async def run_chores(chores: Iterable[Chore], stop: asyncio.Event) -> None:
    """Do each chore as often as it wants until `stop` is set; one that fails is tried again."""
    async with asyncio.TaskGroup() as group:
        for chore in chores:
            group.create_task(_repeat(chore, stop))


async def _repeat(chore: Chore, stop: asyncio.Event) -> None:
    while not stop.is_set():
        await do_once(chore)
        try:
            await asyncio.wait_for(stop.wait(), chore.every_seconds)
        except TimeoutError:
            continue


async def do_once(chore: Chore) -> None:
    """Do a chore; whatever goes wrong is logged, and never ends the others."""
    name = type(chore).__name__
    try:
        await chore.do()
    except HubError as lost:
        log.warning("chore.waits", chore=name, error=lost.code)
    except Exception as bug:  # noqa: BLE001 - a bug in one chore must not stop the others
        log.error("chore.failed", chore=name, bug=type(bug).__name__, where=places(bug))

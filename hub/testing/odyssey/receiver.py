"""What receiving has in common over every transport: the order of work, stopping, patience."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from hub.ports import Leased
from hub.testing.faults import Faults
from hub.testing.odyssey.conduct import Conduct
from hub.testing.odyssey.court import Reply, ToyOdyssey


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that was taken, answered and settled."""

    message: Leased
    replies: tuple[Reply, ...]


OnTaken = Callable[[Taken], None]
Send = Callable[[Reply], Awaitable[None]]


class Receiver(ABC):
    """Brings messages to the court and its replies back. `on_taken` hears of each, settled."""

    def __init__(self, court: ToyOdyssey, on_taken: OnTaken, faults: Faults) -> None:
        self.court = court
        self.taken_count = 0
        self._on_taken = on_taken
        self._faults = faults
        self._taken = asyncio.Condition()

    async def run(self, stop: asyncio.Event) -> None:
        """Receive until `stop` is set.

        May be cancelled or stopped at any time: what was not settled comes again, and the court
        knows it. Raises what `listen` raises when its patience is over, and `Died` when its faults
        say so: then make a new receiver.
        """
        await self._listen_until(stop.wait())

    async def run_until(self, count: int) -> None:
        """Receive until `count` more messages were taken. Raises like `run`."""
        wanted = self.taken_count + count
        await self._listen_until(self._have_taken(wanted))

    @abstractmethod
    async def listen(self) -> None:
        """Receive for ever; raise when the hub was out of reach for too long."""

    async def _begin(self, message: Leased) -> Conduct:
        """Count the copy, and wait where the court is slow."""
        coming = self.court.note_coming(message.message_id)
        await self._faults.delay(message.message_id)
        return Conduct(self._faults, message.message_id, coming)

    async def _answer(self, message: Leased, conduct: Conduct, send: Send) -> list[Reply]:
        """Work and its commit, then the replies; what remains is to settle.

        A crash anywhere repeats, never loses: replies put off are in the court's file before.
        """
        conduct.maybe_die("before the work")
        replies = self.court.receive(message)
        conduct.maybe_die("after the work")
        now, later = conduct.arrange(replies)
        if later:
            self.court.owe(later, self._faults.late_seconds)
        for reply in now:
            await send(reply)
        conduct.maybe_die("after the replies")
        return replies

    async def _send_due(self, send: Send) -> None:
        for reply in self.court.due_replies():
            await send(reply)
            self.court.forget_owed(reply)

    async def _note(self, message: Leased, replies: list[Reply]) -> None:
        self._on_taken(Taken(message, tuple(replies)))
        async with self._taken:
            self.taken_count += 1
            self._taken.notify_all()

    async def _have_taken(self, count: int) -> bool:
        async with self._taken:
            return await self._taken.wait_for(lambda: self.taken_count >= count)

    async def _listen_until(self, end: Coroutine[Any, Any, object]) -> None:
        listening = asyncio.create_task(self.listen())
        ending = asyncio.create_task(end)
        tasks: list[asyncio.Task[Any]] = [listening, ending]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if listening.done():
                listening.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


class Patience:
    """Waits between attempts, longer each time, and gives up after `seconds` without success."""

    def __init__(self, seconds: float, *, first_seconds: float = 0.05) -> None:
        self._seconds = seconds
        self._first_seconds = first_seconds
        self.reset()

    def reset(self) -> None:
        """It worked: the next trouble starts afresh."""
        self._pause_seconds = self._first_seconds
        self._since: float | None = None

    async def wait(self, trouble: Exception) -> None:
        """Wait before the next attempt; raise the trouble when patience is over."""
        now = asyncio.get_running_loop().time()
        if self._since is None:
            self._since = now
        if now - self._since > self._seconds:
            raise trouble
        await asyncio.sleep(self._pause_seconds)
        self._pause_seconds = min(2 * self._pause_seconds, 2.0)


def ignore(_: Taken) -> None:
    """Nobody wants to hear."""

"""Seeded faults of the simulators: the same seed and message id always bring the same trouble.

Whoever runs a simulator again with its seed sees the same run, whatever order messages come in.
A refusal, a slow, double or late answer sticks to the message; dying and being busy are drawn anew
each time the message comes, so that they end.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Fault(StrEnum):
    """What a simulator may do wrong."""

    SLOW = "slow"
    """It takes `slow_seconds` to answer."""
    REFUSE = "refuse"
    """It says no, and why."""
    TWICE = "twice"
    """It sends its replies twice."""
    LATE = "late"
    """Accepted comes before received, or `late_seconds` after it."""
    DIE = "die"
    """It drops the connection and settles nothing, at any point of its work."""
    BUSY = "busy"
    """It answers 429 or 503 and when to come back."""


class Died(Exception):
    """The simulator died, as its faults wanted; what it had not settled comes again."""


class BadFaults(ValueError):
    """The text names no faults; the sentence says what was expected."""


@dataclass(frozen=True, slots=True)
class Faults:
    """How likely each fault is, from 0 to 1; without any, the simulator behaves."""

    chances: Mapping[Fault, float] = field(default_factory=dict)
    seed: int = 0
    slow_seconds: float = 2.0
    late_seconds: float = 20.0
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep

    def strikes(self, fault: Fault, message_id: str, coming: int = 0) -> bool:
        """Whether this message meets this fault, when it comes for the `coming`th time."""
        chance = self.chances.get(fault, 0.0)
        return chance > 0 and self.draw(fault, message_id, coming) < chance

    async def delay(self, message_id: str) -> None:
        """Let a message lie that meets slowness."""
        if self.strikes(Fault.SLOW, message_id):
            await self.pause(self.slow_seconds)

    def draw(self, what: str, message_id: str, coming: int = 0) -> float:
        """A figure from 0 up to 1 that hangs on the seed and these words alone."""
        words = f"{self.seed}/{what}/{message_id}/{coming}".encode()
        return int.from_bytes(hashlib.sha256(words).digest()[:6]) / 2**48


def parse_faults(text: str, known: Iterable[Fault]) -> dict[Fault, float]:
    """The chances in a text such as `slow=0.1,die=0.02`; empty text is none.

    Raises:
        BadFaults: an unknown fault, or a chance that is no figure from 0 to 1.
    """
    chances = {}
    for item in filter(None, (part.strip() for part in text.split(","))):
        name, _, figure = item.partition("=")
        chances[_fault_named(name, tuple(known))] = _chance(item, figure)
    return chances


def _fault_named(name: str, known: tuple[Fault, ...]) -> Fault:
    if name not in known:
        raise BadFaults(f"There is no fault {name!r}; there are: {', '.join(known)}.")
    return Fault(name)


def _chance(item: str, figure: str) -> float:
    try:
        chance = float(figure)
    except ValueError:
        chance = -1.0
    if not 0 <= chance <= 1:
        raise BadFaults(f"{item!r} should look like slow=0.1, with a figure from 0 to 1.")
    return chance

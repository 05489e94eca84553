"""Pushing a message to a receiver: what may come of it, and when to try again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hub.domain.states import DeliveryStatus
from hub.domain.stored import Delivery

EXHAUSTED = "exhausted"


@dataclass(frozen=True, slots=True)
class Delivered:
    """The receiver took the message, now or before."""


@dataclass(frozen=True, slots=True)
class TryLater:
    """Nobody took it, but somebody may later. `cause` is a stable word (`http-503`, `timeout`)."""

    cause: str
    after_seconds: float = 0


@dataclass(frozen=True, slots=True)
class Refused:
    """The receiver will not have it. `text` is its own words: never logged."""

    cause: str
    text: str = ""


PushOutcome = Delivered | TryLater | Refused


class AttemptOutcome(StrEnum):
    """The outcome of an attempt as it is kept."""

    DELIVERED = "delivered"
    TRY_LATER = "try-later"
    REFUSED = "refused"


_WORDS: dict[type[PushOutcome], AttemptOutcome] = {
    Delivered: AttemptOutcome.DELIVERED,
    TryLater: AttemptOutcome.TRY_LATER,
    Refused: AttemptOutcome.REFUSED,
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of a delivery; `text` is what the receiver said and may name a person."""

    id: str
    delivery_id: str
    number: int
    at: datetime
    outcome: AttemptOutcome
    cause: str | None
    text: str | None
    duration_ms: int


def attempt_of(
    id_: str,
    delivery: Delivery,
    number: int,
    outcome: PushOutcome,
    times: tuple[datetime, datetime],
) -> Attempt:
    """The row of a try that began and ended at these instants."""
    began_at, ended_at = times
    return Attempt(
        id=id_,
        delivery_id=delivery.id,
        number=number,
        at=began_at,
        outcome=_WORDS[type(outcome)],
        cause=getattr(outcome, "cause", None),
        text=getattr(outcome, "text", None) or None,
        duration_ms=int((ended_at - began_at) / timedelta(milliseconds=1)),
    )


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a destination is tried again: the wait doubles, and tries end by number or by age."""

    first_seconds: float = 5
    longest_seconds: float = 3_600
    tries_max: int = 20
    age_seconds_max: float = 259_200

    def wait_seconds(self, tries: int, jitter: float) -> float:
        """The wait after so many tries; `jitter` from 0 to 1 shortens it by up to a half."""
        whole = min(self.first_seconds * 2.0 ** min(tries - 1, 60), self.longest_seconds)
        return whole * (1 - jitter / 2)

    def is_exhausted(self, tries: int, age: timedelta) -> bool:
        """Whether no further try is due."""
        return tries >= self.tries_max or age.total_seconds() >= self.age_seconds_max

    @property
    def waits(self) -> list[float]:
        """The longest wait after each try, as published to operators."""
        return [self.wait_seconds(tries, 0) for tries in range(1, self.tries_max)]


@dataclass(frozen=True, slots=True)
class Step:
    """Where a delivery goes after a try; PENDING again is due at `available_at`."""

    status: DeliveryStatus
    cause: str | None = None
    available_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tries:
    """How often a delivery was tried, this try included, and since when."""

    count: int
    since: datetime


def step_after(
    outcome: PushOutcome, tries: Tries, *, schedule: Schedule, now: datetime, jitter: float
) -> Step:
    """The one place where the outcome of a try becomes a state."""
    match outcome:
        case Delivered():
            return Step(DeliveryStatus.DELIVERED)
        case Refused(cause):
            return Step(DeliveryStatus.REFUSED, cause)
        case TryLater() if schedule.is_exhausted(tries.count, now - tries.since):
            return Step(DeliveryStatus.DEAD, EXHAUSTED)
        case TryLater(cause, after_seconds):
            wanted = min(after_seconds, schedule.longest_seconds)
            wait = max(schedule.wait_seconds(tries.count, jitter), wanted)
            return Step(DeliveryStatus.PENDING, cause, now + timedelta(seconds=wait))


@dataclass(frozen=True, slots=True)
class DestinationState:
    """What operators and workers said of a destination.

    While `paused_at` is set nothing is sent to it. Until `down_until` workers leave it alone: it
    failed again and again.
    """

    name: str
    paused_at: datetime | None = None
    paused_by: str | None = None
    down_until: datetime | None = None

    @property
    def is_paused(self) -> bool:
        """Whether a person stopped it."""
        return self.paused_at is not None

    def rests(self, now: datetime) -> bool:
        """Whether workers leave it alone just now."""
        return self.is_paused or (self.down_until is not None and now < self.down_until)


@dataclass(slots=True)
class Circuit:
    """Opens after so many failures in a row; a single try then shows whether it may close."""

    failures_max: int = 5
    failures: int = 0
    openings: int = 0

    @property
    def is_proving(self) -> bool:
        """Whether the next try alone decides."""
        return self.openings > 0

    def note(self, outcome: PushOutcome, schedule: Schedule) -> float | None:
        """Count a try; gives for how many seconds the circuit opens, if it does."""
        if not isinstance(outcome, TryLater):
            self.failures = self.openings = 0
            return None
        self.failures += 1
        if self.failures < self.failures_max and not self.is_proving:
            return None
        self.failures = 0
        self.openings += 1
        return schedule.wait_seconds(self.openings, 0)

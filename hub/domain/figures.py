"""Figures of the hub at an instant, for operators."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class DeliveryFigure:
    """Deliveries of one destination in one status; `oldest_at` is since when the oldest waits."""

    destination: str
    status: str
    count: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What is open. `queues` gives (ready, dead) messages, None while the broker is away."""

    at: datetime
    deliveries: tuple[DeliveryFigure, ...]
    alarms: tuple[tuple[str, str, datetime], ...]
    queues: Mapping[str, tuple[int, int]] | None

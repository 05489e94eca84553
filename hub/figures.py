"""Figures: what is open in the ledger, in the broker and among the alarms, a few seconds old."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from hub import metrics
from hub.clock import Clock
from hub.domain.alarm import Alarm
from hub.domain.errors import HubError
from hub.domain.figures import DeliveryFigure, Figures
from hub.ports import Broker

SECONDS_MAX = 5  # figures may be as old as this: asking often costs nothing


class FigureRows(Protocol):
    """What figures ask of the store."""

    async def list_open_alarms(self) -> list[Alarm]:
        """The open alarms."""
        ...

    async def list_figures(self, destinations: Collection[str]) -> list[DeliveryFigure]:
        """Deliveries not settled for good, by destination and status."""
        ...


@dataclass(slots=True)
class FigureBoard:
    """Reads the figures, at most every few seconds."""

    rows: FigureRows
    broker: Broker
    destinations: Collection[str]
    clock: Clock
    _last: list[Figures] = field(default_factory=list)

    async def read(self) -> Figures:
        """The figures.

        Raises:
            Busy: the database does not answer.
        """
        now = self.clock()
        if self._last and now - self._last[0].at < timedelta(seconds=SECONDS_MAX):
            return self._last[0]
        figures = Figures(
            at=now,
            deliveries=tuple(await self.rows.list_figures(self.destinations)),
            alarms=tuple(
                (one.name, one.subject, one.opened_at) for one in await self.rows.list_open_alarms()
            ),
            queues=await self._depths(),
        )
        self._last = [figures]
        return figures

    async def exposition(self) -> bytes:
        """All metrics as Prometheus reads them, the gauges set from the figures.

        Raises:
            Busy: the database does not answer.
        """
        figures = await self.read()
        show(figures)
        return metrics.exposition()

    async def _depths(self) -> Mapping[str, tuple[int, int]] | None:
        try:
            return await self.broker.depths()
        except HubError:
            return None


def show(figures: Figures) -> None:
    """Set the gauges."""
    rows = figures.deliveries
    metrics.place(metrics.DELIVERIES, {(one.destination, one.status): one.count for one in rows})
    ages: dict[metrics.Labels, float] = {
        (one.destination, one.status): (figures.at - one.oldest_at).total_seconds()
        for one in rows
        if one.oldest_at is not None and one.status in ("pending", "published")
    }
    metrics.place(metrics.OLDEST_SECONDS, ages)
    queues = figures.queues or {}
    depths: dict[metrics.Labels, float] = {
        (name, state): float(count)
        for name, counts in queues.items()
        for state, count in zip(("ready", "dead"), counts, strict=True)
    }
    metrics.place(metrics.QUEUE_MESSAGES, depths)
    metrics.place(metrics.ALARMS, {(name, subject): 1 for name, subject, _ in figures.alarms})


def figures_row(figures: Figures) -> dict[str, Any]:
    """The figures as JSON for a person."""
    return {
        "at": figures.at,
        "deliveries": [
            {
                "destination": one.destination,
                "status": one.status,
                "count": one.count,
                "oldest_at": one.oldest_at,
            }
            for one in figures.deliveries
        ],
        "queues": None
        if figures.queues is None
        else [
            {"destination": name, "ready": ready, "dead": dead}
            for name, (ready, dead) in sorted(figures.queues.items())
        ],
        "alarms": [
            {"name": name, "subject": subject, "opened_at": opened_at}
            for name, subject, opened_at in figures.alarms
        ],
    }

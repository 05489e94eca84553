"""Reference data as the rules see it: agencies, officers, violations, courts, dated and frozen.

A row counts on a day when `valid_from <= day <= valid_to` (None = open). One code may have
several rows, one for each period. Source: reference tables, README.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol, TypeVar


class Dated(Protocol):
    """A row with a period of validity."""

    @property
    def valid_from(self) -> date: ...  # noqa: D102
    @property
    def valid_to(self) -> date | None: ...  # noqa: D102


Row = TypeVar("Row", bound=Dated)


def valid_row(rows: Iterable[Row], day: date) -> Row | None:
    """The row valid on `day`, or None."""
    for row in rows:
        if is_valid(row, day):
            return row
    return None


def is_valid(row: Dated, day: date) -> bool:
    """Whether the row counts on `day`."""
    return row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)


def known_row(rows: Sequence[Row], day: date) -> Row | None:
    """The row valid on `day`, else the last one known, None without rows.

    What is known but not valid is one finding (A202, V402); the other rules still judge by it.
    """
    if len(rows) == 1:
        return rows[0]
    return valid_row(rows, day) or max(rows, key=lambda row: row.valid_from, default=None)


@dataclass(frozen=True, slots=True)
class Agency:
    """A police agency; `channel` is the source it sends through."""

    state: str
    agency_code: str
    name: str
    kind: str
    ori: str
    channel: str
    county: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Officer:
    """An officer in one agency; `status` pending, monitored, approved, suspended or inactive."""

    state: str
    officer_id: str
    agency_code: str
    last_name: str
    first_name: str
    title: str
    badge: str
    status: str
    begin_date: date | None
    status_from: date | None
    approved_date: date | None


@dataclass(frozen=True, slots=True)
class Offense:
    """A row of the court's violation table.

    `base_amount` in dollars, None where the table has none or where the speed bands give it
    (`is_speed`). `surcharge` says whether the surcharges apply.
    """

    state: str
    violation_code: str
    statute_type: str
    statute: str
    description: str
    kind: str
    category: str
    acd_code: str
    points: int | None
    base_amount: Decimal | None
    base_max: Decimal | None
    is_speed: bool
    surcharge: bool
    needs_speed: bool
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class DatedRule:
    """A dated figure of money, points or days; bands `over_from..over_to` in mph over the limit."""

    state: str
    rule: str
    over_from: int | None
    over_to: int | None
    value: Decimal
    unit: str
    valid_from: date
    valid_to: date | None
    source: str


@dataclass(frozen=True, slots=True)
class Court:
    """A court and the `kinds` of document it takes."""

    state: str
    court_code: str
    name: str
    kinds: frozenset[str]
    county: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Municipality:
    """A town by the court's code."""

    state: str
    municipality_code: str
    name: str
    county: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Sender:
    """Who posts, as the rules see it: `agencies` None = every agency of the source's channel."""

    client_id: str
    agencies: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class ReferenceClient:
    """A row of clients.csv: a sender that may be given a key."""

    client_id: str
    source: str
    state: str
    agencies: frozenset[str] | None
    note: str

    @property
    def sender(self) -> Sender:
        """The client as the rules see it."""
        return Sender(self.client_id, self.agencies)


@dataclass(frozen=True, slots=True)
class DaybookEntry:
    """A case of the Connecticut daybook, which service returns are matched against."""

    court_code: str
    docket_number: str
    respondent_last_name: str
    respondent_first_name: str
    order_type: str
    hearing_date: date
    created_at: datetime


CodeKey = tuple[str, str]
"""(state, code)."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One version of all tables; `version` is a hash of their content."""

    version: str
    agencies: Mapping[CodeKey, tuple[Agency, ...]] = field(default_factory=dict)
    officers: Mapping[CodeKey, tuple[Officer, ...]] = field(default_factory=dict)
    offenses: Mapping[CodeKey, tuple[Offense, ...]] = field(default_factory=dict)
    rules: Mapping[CodeKey, tuple[DatedRule, ...]] = field(default_factory=dict)
    courts: Mapping[CodeKey, tuple[Court, ...]] = field(default_factory=dict)
    municipalities: Mapping[CodeKey, tuple[Municipality, ...]] = field(default_factory=dict)
    clients: Mapping[str, ReferenceClient] = field(default_factory=dict)
    daybook: Mapping[str, DaybookEntry] = field(default_factory=dict)

    def agency_on(self, state: str, agency_code: str, day: date) -> Agency | None:
        """The agency's row valid on `day`."""
        return valid_row(self.agencies.get((state, agency_code), ()), day)

    def offense_on(self, state: str, violation_code: str, day: date) -> Offense | None:
        """The violation's row valid on `day`."""
        return valid_row(self.offenses.get((state, violation_code), ()), day)

    def court_on(self, state: str, court_code: str, day: date) -> Court | None:
        """The court's row valid on `day`."""
        return valid_row(self.courts.get((state, court_code), ()), day)

    def municipality_on(self, state: str, municipality_code: str, day: date) -> Municipality | None:
        """The town's row valid on `day`."""
        return valid_row(self.municipalities.get((state, municipality_code), ()), day)

    def rule_on(
        self, state: str, rule: str, day: date, over: int | None = None
    ) -> DatedRule | None:
        """The dated figure valid on `day`; with bands, the one that holds `over` mph."""
        for row in self.rules.get((state, rule), ()):
            if is_valid(row, day) and (over is None or _holds(row, over)):
                return row
        return None


def _holds(row: DatedRule, over: int) -> bool:
    low = row.over_from if row.over_from is not None else over
    high = row.over_to if row.over_to is not None else over
    return low <= over <= high

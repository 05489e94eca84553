"""The ledger: which documents are new, which are duplicates, which are repasses.

One function decides for the database and for `hub check --manifest` alike; it asks its rows in a
constant number of questions, whatever the size of the batch. Reads after `hub/judge.py`.

Source: profiles "criteria", order of evaluation 3 and 5; docs/STATE_MACHINE.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from hub.domain.judgement import JudgedDocument, Kind, LedgerKey
from hub.domain.states import Outcome


@dataclass(frozen=True, slots=True)
class Claim:
    """A document that asks to be entered: key, content, its own id and its submission's."""

    key: LedgerKey
    fingerprint: str
    document_id: str
    submission_id: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A live claim as it stands; `submission_id` is the first submission that brought it."""

    document_id: str
    submission_id: str


Content = tuple[LedgerKey, str]
"""A key with a fingerprint: what makes two documents the same."""


class LedgerRows(Protocol):
    """The two tables of the ledger, in a database or in memory, inside one transaction."""

    async def enter(self, claims: Sequence[Claim]) -> set[str]:
        """Insert entries that do not exist yet; give the document ids that won."""
        ...

    async def take_keys(self, claims: Sequence[Claim]) -> set[str]:
        """Insert keys that do not exist yet; give the document ids that won."""
        ...

    async def find(self, contents: Iterable[Content]) -> Mapping[Content, Entry]:
        """The entries that exist for these contents."""
        ...


@dataclass(frozen=True, slots=True)
class Holder:
    """The document that holds a key, and the version it is."""

    document_id: str
    version: int


class LiveLedger(LedgerRows, Protocol):
    """The ledger as staff move its claims: entries are touched first, keys after, documents last.

    In this order, which is intake's too, nobody waits in a circle.
    """

    async def find_holder(self, key: LedgerKey) -> Holder | None:
        """Who holds the key, or None."""
        ...

    async def pass_key(self, key: LedgerKey, before: Holder | None, after: Holder) -> bool:
        """Compare-and-set: False when the key is not held by `before` (any more)."""
        ...

    async def free(self, key: LedgerKey, document_id: str) -> None:
        """Take away the entry, and the key, as far as this document holds them."""
        ...


@dataclass(frozen=True, slots=True)
class Candidate:
    """A judged document with its ids, in the order of the batch."""

    document_id: str
    submission_id: str
    document: JudgedDocument

    @property
    def content(self) -> Content | None:
        """Key and fingerprint, None where the document has no record or no key."""
        key, fingerprint = self.document.key, self.document.fingerprint
        return None if key is None or fingerprint is None else (key, fingerprint)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the ledger says of a candidate; `first` is the entry a duplicate repeats."""

    outcome: Outcome
    is_repass: bool = False
    first: Entry | None = None


async def settle(candidates: Sequence[Candidate], rows: LedgerRows) -> list[Verdict]:
    """Enter a batch and give one verdict per candidate, in the same order.

    Claims are inserted sorted by key, so that two batches never wait for each other in a circle.
    """
    claims = _first_claims(candidates)
    entered = await rows.enter(claims)
    won = [claim for claim in claims if claim.document_id in entered]
    holders = await rows.take_keys(_first_of_each_key(won, candidates))
    losers = {c.content for c in candidates if c.content and c.document_id not in entered}
    firsts = await rows.find(losers) if losers else {}
    place = {candidate.document_id: index for index, candidate in enumerate(candidates)}
    return [
        _verdict(candidate, entered, holders, _earlier(candidate, firsts, place))
        for candidate in candidates
    ]


def _first_claims(candidates: Sequence[Candidate]) -> list[Claim]:
    """The first error-free candidate of each content, sorted by key."""
    claims: dict[Content, Claim] = {}
    for candidate in candidates:
        content = candidate.content
        if content is not None and not candidate.document.is_rejected:
            claims.setdefault(
                content, Claim(*content, candidate.document_id, candidate.submission_id)
            )
    return sorted(claims.values(), key=lambda claim: (claim.key, claim.fingerprint))


def _first_of_each_key(won: Sequence[Claim], candidates: Sequence[Candidate]) -> list[Claim]:
    """Of the entries won, the earliest in the batch for each key, sorted by key."""
    place = {candidate.document_id: index for index, candidate in enumerate(candidates)}
    firsts: dict[LedgerKey, Claim] = {}
    for claim in sorted(won, key=lambda claim: place[claim.document_id]):
        firsts.setdefault(claim.key, claim)
    return sorted(firsts.values(), key=lambda claim: claim.key)


def _earlier(
    candidate: Candidate, firsts: Mapping[Content, Entry], place: Mapping[str, int]
) -> Entry | None:
    """The entry this candidate repeats; one that comes later in the batch does not count."""
    entry = firsts.get(candidate.content) if candidate.content else None
    if entry is None or place.get(entry.document_id, -1) > place[candidate.document_id]:
        return None
    return entry


def _verdict(
    candidate: Candidate, entered: set[str], holders: set[str], first: Entry | None
) -> Verdict:
    if first is not None and candidate.document_id not in entered:
        return Verdict(Outcome.DUPLICATE, first=first)
    if candidate.document.is_rejected:
        return Verdict(Outcome.REJECTED)
    if candidate.document_id not in holders:
        return Verdict(Outcome.HELD, is_repass=True)
    is_held = candidate.document.kind is Kind.COLLISION
    return Verdict(Outcome.HELD if is_held else Outcome.ACCEPTED)


class MemoryLedger:
    """The ledger's rows in memory: for one run of `hub check`."""

    def __init__(self) -> None:
        self._entries: dict[Content, Entry] = {}
        self._keys: dict[LedgerKey, str] = {}

    async def enter(self, claims: Sequence[Claim]) -> set[str]:
        """As `LedgerRows.enter`."""
        return {
            claim.document_id
            for claim in claims
            if self._entries.setdefault(
                (claim.key, claim.fingerprint), Entry(claim.document_id, claim.submission_id)
            ).document_id
            == claim.document_id
        }

    async def take_keys(self, claims: Sequence[Claim]) -> set[str]:
        """As `LedgerRows.take_keys`."""
        return {
            claim.document_id
            for claim in claims
            if self._keys.setdefault(claim.key, claim.document_id) == claim.document_id
        }

    async def find(self, contents: Iterable[Content]) -> Mapping[Content, Entry]:
        """As `LedgerRows.find`."""
        return {c: self._entries[c] for c in contents if c in self._entries}

"""Intake: a submission is judged, entered in the ledger, committed, and only then receipted.

The first of the flow's files; read next: `hub/relay.py`. Submissions that come together share one
transaction (group commit). The commit is the moment the hub takes responsibility.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

import structlog

from hub import metrics
from hub.clock import Clock, NewId
from hub.domain.accounts import Client
from hub.domain.errors import Busy, HubError, TooMany
from hub.domain.filing import Arrival, Drafter, Filing, Receipt
from hub.domain.judgement import DocumentRecord, Judged
from hub.domain.ledger import settle
from hub.domain.reference import Reference
from hub.filing import write_filing
from hub.judge import judge, unjudged
from hub.observability import places
from hub.ports import Adapter, Doorbell, Route, Store, Transaction

log = structlog.get_logger(__name__)

BATCH_SUBMISSIONS_MAX = 200
WAITING_SUBMISSIONS_MAX = 1_000
JUDGE_THREADS_MAX = 2
INLINE_BYTES_MAX = 65_536  # a larger file is judged in a thread, so that the loop stays free


_Waiting = tuple[Arrival, "asyncio.Future[Receipt]"]


@dataclass(frozen=True, slots=True)
class Post:
    """A submission as it came through a door."""

    adapter: Adapter
    raw: bytes
    client: Client
    received_at: datetime | None = None


class Intake:
    """Takes posts and gives receipts. `run` must be running for `take` to return."""

    def __init__(
        self,
        *,
        store: Store,
        routes: Sequence[Route],
        reference: Callable[[], Awaitable[Reference]],
        clock: Clock,
        new_id: NewId,
        doorbell: Doorbell,
    ) -> None:
        self._store = store
        self._routes = routes
        self._reference = reference
        self._clock = clock
        self._new_id = new_id
        self._doorbell = doorbell
        self._waiting: asyncio.Queue[_Waiting] = asyncio.Queue(WAITING_SUBMISSIONS_MAX)
        self._threads = asyncio.Semaphore(JUDGE_THREADS_MAX)

    async def take(self, post: Post) -> Receipt:
        """Judge, store, and give the receipt; after it returns nothing is lost.

        Raises:
            TooMany: too many are waiting; nothing was taken.
            Busy: the commit failed or its fate is unknown: no receipt was given, posting the same
                bytes again is safe.
        """
        arrival = await self._arrival(post)
        future: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        try:
            self._waiting.put_nowait((arrival, future))
        except asyncio.QueueFull:
            sentence = "The hub has too much to do just now; this was not taken: post it again."
            raise TooMany(sentence, Busy.retry_after_seconds) from None
        return await future

    async def check(self, post: Post) -> Receipt:
        """The receipt `take` would give against the live ledger; nothing is stored.

        Raises:
            Busy: the store cannot be asked just now.
        """
        arrival = await self._arrival(post)
        receipts: list[Receipt] = []
        with contextlib.suppress(_Rehearsed):
            async with self._store.begin() as transaction:
                receipts = (await self._draw_up([arrival], transaction)).receipts
                raise _Rehearsed
        return receipts[0]

    async def _arrival(self, post: Post) -> Arrival:
        received_at = post.received_at or self._clock()
        with metrics.JUDGED_SECONDS.time():
            judged = await self._judge(post, received_at)
        return Arrival(
            submission_id=self._new_id(),
            source=post.adapter.source,
            client_id=post.client.id,
            raw=post.raw,
            received_at=received_at,
            judged=judged,
            document_ids=tuple(self._new_id() for _ in judged.documents),
        )

    async def _judge(self, post: Post, received_at: datetime) -> Judged:
        """The judgement; a bug of ours becomes X099, so that the bytes are kept."""
        reference = await self._reference()
        arguments = (post.adapter, post.raw, reference, post.client.sender, received_at)
        try:
            if len(post.raw) <= INLINE_BYTES_MAX:
                return judge(*arguments)
            async with self._threads:
                return await asyncio.to_thread(judge, *arguments)
        except Exception as bug:  # noqa: BLE001 - whatever it is, the sender's bytes are kept
            log.error("submission.unjudged", bug=type(bug).__name__, where=places(bug))
            return unjudged(reference.version)

    async def run(self) -> None:
        """Commit what waits, batch by batch, until cancelled."""
        while True:
            batch = [await self._waiting.get()]
            while len(batch) < BATCH_SUBMISSIONS_MAX and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            await self._commit(batch)

    async def _commit(self, batch: Sequence[_Waiting]) -> None:
        try:
            receipts = await self._file([arrival for arrival, _ in batch])
        except HubError as lost:
            _refuse(batch, lost)
        except Exception as poison:  # noqa: BLE001 - one submission must not fail the others
            await self._commit_apart(batch, poison)
        else:
            for (_, future), receipt in zip(batch, receipts, strict=True):
                if not future.done():
                    future.set_result(receipt)
            self._doorbell.ring()

    async def _commit_apart(self, batch: Sequence[_Waiting], poison: Exception) -> None:
        """Try a poisoned batch one by one; the offender alone is kept unjudged (X099)."""
        if len(batch) > 1:
            for one in batch:
                await self._commit([one])
            return
        ((arrival, future),) = batch
        log.error("submission.poison", bug=type(poison).__name__, where=places(poison))
        if arrival.is_held:
            _refuse(batch, poison)
        else:
            kept = replace(
                arrival, judged=unjudged(arrival.judged.reference_version), document_ids=()
            )
            await self._commit([(kept, future)])

    async def _file(self, arrivals: Sequence[Arrival]) -> list[Receipt]:
        """One transaction for all: ledger first, then every row, then the commit."""
        with metrics.COMMIT_SECONDS.time():
            async with self._store.begin() as transaction:
                filing = await self._draw_up(arrivals, transaction)
                await write_filing(transaction, filing)
        metrics.stored(filing.submissions, filing.documents)
        return filing.receipts

    async def _draw_up(self, arrivals: Sequence[Arrival], transaction: Transaction) -> Filing:
        candidates = [one for arrival in arrivals for one in arrival.candidates]
        verdicts = iter(await settle(candidates, transaction.ledger))
        drafter = Drafter(self._new_id, self._clock(), self._destinations_of)
        for arrival in arrivals:
            drafter.add(arrival, list(islice(verdicts, len(arrival.document_ids))))
        return drafter.filing

    def _destinations_of(self, record: DocumentRecord) -> list[str]:
        return [route.destination for route in self._routes if route.takes(record)]


class _Rehearsed(Exception):
    """Rolls a rehearsal back."""


def _refuse(batch: Sequence[_Waiting], failure: Exception) -> None:
    """Give no receipt: the sender posts again."""
    log.error("commit.failed", error=type(failure).__name__, submissions=len(batch))
    for _, future in batch:
        if not future.done():
            future.set_exception(
                Busy("The hub could not store this just now and gave no receipt: post it again.")
            )

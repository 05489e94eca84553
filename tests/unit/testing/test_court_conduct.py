"""The toy court misbehaves as its faults say, and loses and invents nothing by it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest

from hub.testing.faults import Died, Fault, Faults
from hub.testing.odyssey import MailboxReceiver, ToyOdyssey, clerk
from hub.testing.odyssey.conduct import REFUSALS, Conduct
from tests.unit.testing.test_mailbox_receiver import Mailbox, Wire
from tests.unit.testing.test_toy_court import a_message

NOW = datetime(2026, 2, 15, 9, 0, tzinfo=UTC)
REPLIES = ["m-1.received", "m-1.accepted"]


def seed_with(wanted: Callable[[Faults], bool], chances: dict[Fault, float]) -> Faults:
    """The first seed that brings what a test is about."""
    return next(one for seed in range(200) if wanted(one := Faults(chances, seed)))


class Bench:
    """A court at a mailbox with one filing; the clock stands until a test moves it."""

    def __init__(self, path: Path, http: httpx2.AsyncClient, box: Mailbox) -> None:
        self._path = path
        self._http = http
        self.box = box
        self.now = NOW
        self.pauses: list[float] = []

    def court(self, faults: Faults) -> ToyOdyssey:
        return ToyOdyssey(self._path, review=clerk(faults), clock=lambda: self.now)

    async def live(self, faults: Faults, wanted_replies: int | None = None) -> None:
        """Receive the filing, or only its late replies; dies as its faults say."""
        court = self.court(faults)
        try:
            receiver = MailboxReceiver(court, self._http, "key", faults=faults)
            if wanted_replies is None:
                await receiver.run_until(1)
            else:
                await self._run_until_replied(receiver, wanted_replies)
        finally:
            court.close()

    def sent(self) -> list[str]:
        return [reply["reply_id"] for reply in self.box.replies]

    async def _run_until_replied(self, receiver: MailboxReceiver, count: int) -> None:
        stop = asyncio.Event()
        running = asyncio.create_task(receiver.run(stop))
        async with asyncio.timeout(20):
            while len(self.box.replies) < count:
                self.box.asked.clear()
                await self.box.asked.wait()
        stop.set()
        await running

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    box = Mailbox([])
    async with httpx2.AsyncClient(transport=Wire(app=box.app), base_url="http://hub") as http:
        yield Bench(tmp_path / "court.db", http, box)


async def test_without_faults_it_answers_at_once_and_once(bench: Bench) -> None:
    await bench.live(Faults(pause=bench.pause))

    assert (bench.sent(), bench.pauses) == (REPLIES, [])


async def test_a_slow_court_lets_the_filing_lie_first(bench: Bench) -> None:
    await bench.live(Faults({Fault.SLOW: 1}, slow_seconds=3, pause=bench.pause))

    assert (bench.sent(), bench.pauses) == (REPLIES, [3])


async def test_a_court_that_answers_twice_repeats_each_reply_under_its_id(bench: Bench) -> None:
    await bench.live(Faults({Fault.TWICE: 1}))

    assert bench.sent() == REPLIES * 2


async def test_a_late_received_comes_after_accepted(bench: Bench) -> None:
    faults = seed_with(lambda it: it.draw("turned", "m-1") < 0.5, {Fault.LATE: 1})

    await bench.live(faults)

    assert bench.sent() == REPLIES[::-1]


async def test_a_reply_put_off_is_sent_when_due_even_by_a_court_that_was_restarted(
    bench: Bench,
) -> None:
    faults = seed_with(lambda it: it.draw("turned", "m-1") >= 0.5, {Fault.LATE: 1})
    await bench.live(faults)
    assert bench.sent() == REPLIES[:1]
    assert bench.box.waiting == {}
    early = bench.court(faults)
    assert early.due_replies() == []
    early.close()

    bench.now += timedelta(seconds=faults.late_seconds)
    await bench.live(faults, wanted_replies=2)

    assert bench.sent() == REPLIES
    later = bench.court(faults)
    assert later.due_replies() == []
    later.close()


@pytest.mark.parametrize(
    ("moment", "replies", "dockets"),
    [("before the work", 0, 0), ("after the work", 0, 1), ("after the replies", 2, 1)],
)
async def test_a_court_that_dies_settles_nothing_and_dockets_once_when_it_is_back(
    bench: Bench, moment: str, replies: int, dockets: int
) -> None:
    faults = seed_with(
        lambda it: dies(it, coming=1) == moment and dies(it, coming=2) is None, {Fault.DIE: 0.5}
    )

    with pytest.raises(Died, match=moment):
        await bench.live(faults)
    dead = bench.court(faults)
    assert (len(bench.sent()), len(dead.entries())) == (replies, dockets)
    assert list(bench.box.waiting) == ["m-1"]
    dead.close()
    await bench.live(faults)

    back = bench.court(faults)
    assert len(back.entries()) == 1
    assert back.comings() == {"m-1": 2}
    assert set(bench.sent()) == set(REPLIES)
    back.close()


def dies(faults: Faults, coming: int) -> str | None:
    """Where it dies on this coming."""
    conduct = Conduct(faults, "m-1", coming)
    for moment in ("before the work", "after the work", "after the replies"):
        try:
            conduct.maybe_die(moment)
        except Died:
            return moment
    return None


def test_a_refusing_clerk_gives_one_of_his_reasons_and_the_same_for_a_copy(tmp_path: Path) -> None:
    court = ToyOdyssey(tmp_path / "court.db", review=clerk(Faults({Fault.REFUSE: 1}, 7)))

    answers = [
        [(one["type"], one.get("code")) for one in court.receive(a_message())] for _ in range(2)
    ]

    assert answers[0] == answers[1]
    assert answers[0][0] == ("reply.received", None)
    assert answers[0][1] in [("reply.rejected", refusal.code) for refusal in REFUSALS]
    assert court.entries() == []
    court.close()

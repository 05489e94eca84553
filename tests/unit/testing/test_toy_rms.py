"""The toy RMS at a real socket: takes each key once, refuses, is busy, dies, and comes back."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from hub.testing.faults import Fault, Faults
from hub.testing.rms import REFUSALS, Effect, ToyRms, serving
from tests.certificates import make_certificate

BODY = b"<Citation/>"


def headers(key: str = "m-1", *, number: str = "08273401", version: int = 1) -> dict[str, str]:
    return {
        "Content-Type": "application/xml",
        "Idempotency-Key": key,
        "X-Hub-Type": "citation.v1",
        "X-Hub-Source": "tracs",
        "X-Hub-Agency": "1119",
        "X-Hub-Number": number,
        "X-Hub-Version": str(version),
    }


class Rig:
    """An RMS on one file, opened again for every fault, and what its door answered."""

    def __init__(self, path: Path, http: httpx2.AsyncClient) -> None:
        self._path = path
        self.http = http
        self.answered: list[tuple[str, int | None]] = []

    async def push(self, *sent: dict[str, str], **options: Any) -> list[httpx2.Response]:
        rms = ToyRms(self._path)
        try:
            async with serving(rms, on_answer=self._note, **options) as address:
                return [await self.http.post(address, content=BODY, headers=one) for one in sent]
        finally:
            rms.close()

    def ask(self, question: Callable[[ToyRms], Any]) -> Any:
        rms = ToyRms(self._path)
        try:
            return question(rms)
        finally:
            rms.close()

    def _note(self, key: str, status: int | None) -> None:
        self.answered.append((key, status))


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    async with httpx2.AsyncClient(timeout=10) as http:
        yield Rig(tmp_path / "rms.db", http)


async def test_a_key_has_one_effect_however_often_it_comes(rig: Rig) -> None:
    first, again = await rig.push(headers(), headers())
    (later,) = await rig.push(headers())

    assert [one.status_code for one in (first, again, later)] == [201, 200, 200]
    assert (
        first.json() == again.json() == later.json() == {"record": "1119-08273401", "applied": True}
    )
    assert rig.ask(ToyRms.effects) == [
        Effect("m-1", "citation.v1", "1119", "08273401", 1, is_applied=True)
    ]
    assert rig.ask(ToyRms.comings) == {"m-1": 3}


async def test_a_contract_may_want_409_for_a_seen_key(rig: Rig) -> None:
    _, again = await rig.push(headers(), headers(), seen_status=409)

    assert again.status_code == 409


async def test_only_a_higher_version_is_applied(rig: Rig) -> None:
    newer, older, other = await rig.push(
        headers("m-2", version=2), headers("m-1"), headers("m-3", number="08273402")
    )

    assert [one.json()["applied"] for one in (newer, older, other)] == [True, False, True]
    assert {one.status_code for one in (newer, older, other)} == {201}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Idempotency-Key", ""),
        ("Idempotency-Key", "k" * 256),
        ("Content-Type", "application/json"),
        ("X-Hub-Type", ""),
        ("X-Hub-Number", ""),
        ("X-Hub-Version", "two"),
    ],
)
async def test_what_is_no_push_is_400_and_leaves_nothing(rig: Rig, name: str, value: str) -> None:
    (answer,) = await rig.push(headers() | {name: value})

    assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")
    assert name in answer.json()["text"]
    assert rig.ask(ToyRms.comings) == {}


async def test_a_token_is_asked_for(rig: Rig) -> None:
    bearer = {"Authorization": "Bearer right"}
    wrong = {"Authorization": "Bearer wrong"}
    sent = (headers(), headers() | wrong, headers() | bearer)
    answers = await rig.push(*sent, token="right")  # noqa: S106

    assert [one.status_code for one in answers] == [401, 401, 201]


async def test_a_refused_copy_gets_the_words_of_the_rms_and_leaves_no_trace(rig: Rig) -> None:
    first, again = await rig.push(headers(), headers(), faults=Faults({Fault.REFUSE: 1}))

    assert first.status_code == again.status_code == 422
    assert first.json() == again.json()
    assert first.json() in REFUSALS
    assert rig.ask(ToyRms.effects) == []


async def test_a_busy_rms_says_when_to_come_back_and_then_takes_it(rig: Rig) -> None:
    busy = [headers(f"m-{number}", number=f"{number:08d}") for number in range(20)]
    answers = await rig.push(*busy, faults=Faults({Fault.BUSY: 1}))

    assert {one.status_code for one in answers} == {429, 503}
    assert {one.headers["Retry-After"] for one in answers} == {"1"}
    (taken,) = await rig.push(busy[0])
    assert taken.status_code == 201


async def test_a_slow_rms_has_taken_the_copy_before_it_answers(rig: Rig) -> None:
    seen: list[float] = []

    async def pause(seconds: float) -> None:
        seen.extend([seconds, len(rig.ask(ToyRms.effects))])

    await rig.push(headers(), faults=Faults({Fault.SLOW: 1}, slow_seconds=3, pause=pause))

    assert seen == [3, 1]


@pytest.mark.parametrize("effects", [0, 1])
async def test_a_dying_rms_hangs_up_and_the_copy_is_taken_once_all_the_same(
    rig: Rig, effects: int
) -> None:
    dying = next(
        one
        for seed in range(200)
        if ((one := Faults({Fault.DIE: 1}, seed)).draw("moment", "m-1", 1) < 0.5) == (effects == 0)
    )

    with pytest.raises(httpx2.TransportError):
        await rig.push(headers(), faults=dying)
    assert len(rig.ask(ToyRms.effects)) == effects
    assert rig.answered == [("m-1", None)]
    (answer,) = await rig.push(headers())

    assert answer.status_code == (200 if effects else 201)
    assert len(rig.ask(ToyRms.effects)) == 1


async def test_death_hangs_up_on_its_own_caller_only(rig: Rig) -> None:
    faults = next(
        one
        for seed in range(200)
        if [(one := Faults({Fault.DIE: 0.5}, seed)).strikes(Fault.DIE, key, 1) for key in "ab"]
        == [True, False]
    )
    answers: list[httpx2.Response | BaseException] = []
    rms = ToyRms(rig._path)
    async with serving(rms, faults=faults) as address:
        calls = [rig.http.post(address, content=BODY, headers=headers(key)) for key in "ab"]
        answers.extend(await asyncio.gather(*calls, return_exceptions=True))
    rms.close()

    dead, alive = answers
    assert isinstance(dead, httpx2.TransportError)
    assert isinstance(alive, httpx2.Response)
    assert alive.status_code == 201


async def test_it_speaks_https(tmp_path: Path) -> None:
    made = await asyncio.to_thread(make_certificate, tmp_path)
    rms = ToyRms(tmp_path / "https.db")
    async with (
        serving(rms, cert=(made.cert, made.key)) as address,
        httpx2.AsyncClient(verify=made.trust()) as http,
    ):
        answer = await http.post(address, content=BODY, headers=headers())
    rms.close()

    assert address.startswith("https://")
    assert answer.status_code == 201

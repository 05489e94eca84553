"""The outcome of a push becomes a state in one place; tries end; a circuit opens and closes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.push import (
    Circuit,
    Delivered,
    DestinationState,
    PushOutcome,
    Refused,
    Schedule,
    Step,
    Tries,
    TryLater,
    step_after,
)
from hub.domain.states import DeliveryStatus

NOW = datetime(2026, 11, 20, 14, 3, 7, tzinfo=UTC)
SCHEDULE = Schedule(first_seconds=4, longest_seconds=60, tries_max=5, age_seconds_max=600)


def after(outcome: PushOutcome, count: int = 1, age_seconds: float = 0) -> Step:
    tries = Tries(count, NOW - timedelta(seconds=age_seconds))
    return step_after(outcome, tries, schedule=SCHEDULE, now=NOW, jitter=0)


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize("count", [1, 5, 50])
def test_delivered_and_refused_are_the_end_however_often_it_was_tried(count: int) -> None:
    assert after(Delivered(), count) == Step(DeliveryStatus.DELIVERED)
    assert after(Refused("http-422", "words"), count) == Step(DeliveryStatus.REFUSED, "http-422")


def test_a_failed_try_is_pending_again_and_the_wait_doubles() -> None:
    steps = [after(TryLater("timeout"), count) for count in (1, 2, 3, 4)]

    assert steps == [
        Step(DeliveryStatus.PENDING, "timeout", later(seconds)) for seconds in (4, 8, 16, 32)
    ]


def test_the_receiver_may_ask_for_a_longer_wait_within_bounds() -> None:
    assert after(TryLater("http-503", 30)).available_at == later(30)
    assert after(TryLater("http-503", 1)).available_at == later(4)
    assert after(TryLater("http-503", 9999)).available_at == later(60)


def test_tries_end_by_number_and_by_age() -> None:
    dead = Step(DeliveryStatus.DEAD, "exhausted")

    assert after(TryLater("timeout"), count=5) == dead
    assert after(TryLater("timeout"), age_seconds=600) == dead
    assert after(TryLater("timeout"), count=4, age_seconds=599).status == DeliveryStatus.PENDING


@given(tries=st.integers(1, 10_000), jitter=st.floats(0, 1))
def test_a_wait_is_never_longer_than_published_nor_shorter_than_half(
    tries: int, jitter: float
) -> None:
    whole = SCHEDULE.wait_seconds(tries, 0)

    assert whole / 2 <= SCHEDULE.wait_seconds(tries, jitter) <= whole <= 60


def test_the_published_waits_are_those_that_are_kept() -> None:
    assert SCHEDULE.waits == [4, 8, 16, 32]


def test_a_circuit_opens_after_so_many_failures_in_a_row() -> None:
    circuit = Circuit(failures_max=3)
    later: PushOutcome = TryLater("x")
    outcomes = [later, later, Delivered(), later, later, later]

    opened = [circuit.note(outcome, SCHEDULE) for outcome in outcomes]

    assert opened == [None, None, None, None, None, 4]
    assert circuit.is_proving


def test_an_open_circuit_opens_longer_at_each_failure_and_closes_at_an_answer() -> None:
    circuit = Circuit(failures_max=1)

    assert [circuit.note(TryLater("x"), SCHEDULE) for _ in range(3)] == [4, 8, 16]
    assert circuit.note(Refused("http-422"), SCHEDULE) is None
    assert not circuit.is_proving


def test_a_destination_rests_while_it_is_paused_or_down() -> None:
    assert not DestinationState("rms.spillman").rests(NOW)
    assert DestinationState("rms.spillman", paused_at=NOW).rests(NOW)
    assert DestinationState("rms.spillman", down_until=later(1)).rests(NOW)
    assert not DestinationState("rms.spillman", down_until=NOW).rests(NOW)

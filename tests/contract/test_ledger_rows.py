"""One ledger: what it says in memory it says on SQLite and on PostgreSQL."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.domain.ledger import Candidate, Entry, LedgerRows, MemoryLedger, Verdict, settle
from hub.domain.states import Outcome
from hub.store.sql_store import SqlStore
from tests.stored import a_candidate

OpenLedger = Callable[[], AbstractAsyncContextManager[LedgerRows]]


async def _send(open_ledger: OpenLedger, *candidates: Candidate) -> list[Verdict]:
    async with open_ledger() as ledger:
        return await settle(candidates, ledger)


def _words(verdicts: list[Verdict]) -> list[str]:
    return ["repass" if v.is_repass else v.outcome.value for v in verdicts]


async def test_first_is_accepted_same_again_is_duplicate_other_content_is_repass(
    open_ledger: OpenLedger,
) -> None:
    first = a_candidate("1", "a")

    assert _words(await _send(open_ledger, first)) == ["accepted"]
    (again,) = await _send(open_ledger, a_candidate("1", "a"))
    assert again.outcome is Outcome.DUPLICATE
    assert again.first is not None
    assert again.first.document_id == first.document_id
    assert again.first.submission_id == first.submission_id
    assert _words(await _send(open_ledger, a_candidate("1", "b"))) == ["repass"]
    assert _words(await _send(open_ledger, a_candidate("1", "b"))) == ["duplicate"]


async def test_documents_of_one_batch_are_taken_one_after_the_other(
    open_ledger: OpenLedger,
) -> None:
    batch = [
        a_candidate("1", "a", is_rejected=True),
        a_candidate("1", "a"),
        a_candidate("1", "a"),
        a_candidate("1", "b"),
        a_candidate("1", "b", is_rejected=True),
        a_candidate("2", "a"),
    ]

    verdicts = await _send(open_ledger, *batch)

    assert _words(verdicts) == [
        "rejected",
        "accepted",
        "duplicate",
        "repass",
        "duplicate",
        "accepted",
    ]
    assert verdicts[2].first is not None
    assert verdicts[2].first.submission_id == batch[1].submission_id


async def test_a_rejected_document_leaves_the_key_free(open_ledger: OpenLedger) -> None:
    assert _words(await _send(open_ledger, a_candidate("1", "a", is_rejected=True))) == ["rejected"]
    assert _words(await _send(open_ledger, a_candidate("1", "a"))) == ["accepted"]


async def test_the_same_number_of_another_agency_is_another_ticket(open_ledger: OpenLedger) -> None:
    await _send(open_ledger, a_candidate("1", "a"))

    assert _words(await _send(open_ledger, a_candidate("1", "b", agency="2001"))) == ["accepted"]


async def test_what_is_found_is_what_was_asked_for(open_ledger: OpenLedger) -> None:
    first, other = a_candidate("1", "a"), a_candidate("1", "b")
    await _send(open_ledger, first, other, a_candidate("1", "a", agency="2001"))
    assert first.content is not None
    unknown = (first.content[0], "c")

    async with open_ledger() as ledger:
        found = await ledger.find([first.content, unknown])

    assert found == {first.content: Entry(first.document_id, first.submission_id)}


async def test_thousands_of_contents_are_found_at_once(open_ledger: OpenLedger) -> None:
    size = 12_000  # more than one statement may hold
    await _send(open_ledger, *(a_candidate(str(number), "a") for number in range(size)))

    again = await _send(open_ledger, *(a_candidate(str(number), "a") for number in range(size)))

    assert {verdict.outcome for verdict in again} == {Outcome.DUPLICATE}


DOCUMENTS = st.tuples(st.sampled_from("12"), st.sampled_from("abc"), st.booleans())
BATCHES = st.lists(st.tuples(st.lists(DOCUMENTS, max_size=6), st.booleans()), max_size=6)
_runs = count()


@settings(
    max_examples=40,
    deadline=None,
    # One database serves all examples: each has an agency, and so keys, of its own.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(batches=BATCHES)
async def test_any_run_of_batches_is_judged_as_in_memory(
    store: SqlStore, batches: list[tuple[list[tuple[str, str, bool]], bool]]
) -> None:
    memory = MemoryLedger()
    agency = f"agency-{next(_runs)}"
    for documents, is_committed in batches:
        batch = [
            a_candidate(number, content, is_rejected=is_rejected, agency=agency)
            for number, content, is_rejected in documents
        ]
        if is_committed:
            async with store.begin() as transaction:
                verdicts = await settle(batch, transaction.ledger)
            assert verdicts == await settle(batch, memory)
        else:
            with pytest.raises(LookupError, match="withdrawn"):
                await _withdraw(store, batch)


async def _withdraw(store: SqlStore, batch: list[Candidate]) -> None:
    async with store.begin() as transaction:
        await settle(batch, transaction.ledger)
        raise LookupError("withdrawn")


async def test_competing_batches_in_opposite_order_have_one_winner_and_no_deadlock(
    store: SqlStore,
) -> None:
    async def send(numbers: list[str]) -> list[Verdict]:
        async with store.begin() as transaction:
            return await settle([a_candidate(n, "a") for n in numbers], transaction.ledger)

    for run in range(5):
        numbers = [f"{run}-{index}" for index in range(300)]
        batches = [numbers, numbers[::-1], numbers[150:] + numbers[:150]]

        verdicts = await asyncio.gather(*(send(batch) for batch in batches))

        winners = [
            number
            for batch, answers in zip(batches, verdicts, strict=True)
            for number, verdict in zip(batch, answers, strict=True)
            if verdict.outcome is Outcome.ACCEPTED
        ]
        assert sorted(winners) == sorted(numbers)


async def test_competing_contents_of_one_key_are_one_acceptance_and_repasses(
    store: SqlStore,
) -> None:
    async def send(content: str) -> Verdict:
        async with store.begin() as transaction:
            (verdict,) = await settle([a_candidate("1", content)], transaction.ledger)
            return verdict

    verdicts = await asyncio.gather(*(send(content) for content in "abcde"))

    assert sorted(_words(verdicts)) == ["accepted", *["repass"] * 4]

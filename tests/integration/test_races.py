"""One ticket from fifty connections at once: accepted once, whatever shares a commit with it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.testing import samples
from tests.living import LivingHub, living_hub, prepare

CONNECTIONS = 50
ROUNDS = 10

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(params=["sqlite", "postgresql"])
async def hub(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[LivingHub]:
    database = f"sqlite:///{tmp_path / 'hub.db'}"
    if request.param == "postgresql":
        database = request.getfixturevalue("postgres_database")
    async with living_hub(database, await prepare(database)) as living:
        yield living


def file_of(*numbers: int, narrative: bytes = b"") -> bytes:
    """One file with these tickets, in this order; another narrative is other content."""
    raw = samples.ticket(numbers[0])
    start, end = raw.index(b"  <Contact"), raw.index(b"</TraCSExport>")
    contacts = []
    for number in numbers:
        ticket = samples.ticket(number)[start:end]
        contacts.append(ticket.replace(b"</Narrative>", narrative + b"</Narrative>"))
    return raw[:start] + b"".join(contacts) + raw[end:]


async def outcomes_of(hub: LivingHub, files: list[bytes]) -> dict[str, Counter[str]]:
    """Post all at once; how often each number had each outcome."""
    answers = await asyncio.gather(*(hub.post(file) for file in files))
    assert {answer.status_code for answer in answers} <= {200, 202}
    outcomes: dict[str, Counter[str]] = {}
    for answer in answers:
        for document in answer.json()["documents"]:
            outcomes.setdefault(document["number"], Counter())[document["outcome"]] += 1
    return outcomes


async def test_the_same_ticket_at_once_is_accepted_once(hub: LivingHub) -> None:
    for number in range(1, ROUNDS + 1):
        outcomes = await outcomes_of(hub, [file_of(number)] * CONNECTIONS)

        assert outcomes == {f"{number:08d}": {"accepted": 1, "duplicate": CONNECTIONS - 1}}


async def test_two_contents_of_one_number_are_one_accepted_and_one_held(hub: LivingHub) -> None:
    half = CONNECTIONS // 2
    for number in range(1, ROUNDS + 1):
        files = [file_of(number), file_of(number, narrative=b" (again)")] * half

        outcomes = await outcomes_of(hub, files)

        expected = {"accepted": 1, "held": 1, "duplicate": CONNECTIONS - 2}
        assert outcomes == {f"{number:08d}": expected}


async def test_mixed_files_in_opposite_orders_never_block_each_other(hub: LivingHub) -> None:
    for first in range(1, 3 * ROUNDS, 3):
        numbers = [first, first + 1, first + 2]
        files = [file_of(*numbers), file_of(*reversed(numbers)), file_of(first)] * 17

        outcomes = await outcomes_of(hub, files)

        for number in numbers:
            copies = 51 if number == first else 34
            assert outcomes[f"{number:08d}"] == {"accepted": 1, "duplicate": copies - 1}


async def test_two_hubs_on_one_database_accept_a_ticket_once_between_them(
    postgres_database: str,
) -> None:
    keys = await prepare(postgres_database)
    async with (
        living_hub(postgres_database, keys) as one,
        living_hub(postgres_database, keys) as two,
    ):
        for first in range(1, 2 * ROUNDS, 2):
            up, down = file_of(first, first + 1), file_of(first + 1, first)
            shares = await asyncio.gather(
                outcomes_of(one, [up, down] * 12), outcomes_of(two, [down, up] * 12)
            )

            for number in (f"{first:08d}", f"{first + 1:08d}"):
                total = shares[0][number] + shares[1][number]
                assert total == {"accepted": 1, "duplicate": 47}

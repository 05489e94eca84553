"""Staff and senders on one number at once, on both databases: one order of things, no 5xx."""

import asyncio
from pathlib import Path

import pytest

from hub.domain.judgement import LedgerKey
from hub.domain.states import DocumentStatus
from hub.domain.stored import DocumentFilter, Page
from hub.testing import samples
from tests.desk_road import altered, order, posted, wrong
from tests.living import LivingHub, living_hub, prepare

ROUNDS = 12
NUMBER = 73_500_000


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'hub.db'}"
    return str(request.getfixturevalue("postgres_database"))


async def clash(hub: LivingHub, number: int) -> list[int]:
    """Everybody acts on one number at once; gives the answers."""
    first = await posted(hub, samples.ticket(number))
    repasses = [await posted(hub, altered(number, f"US Rt. {one}")) for one in (7, 8, 9)]
    mended = altered(number, "US Rt. 10").decode()
    answers = await asyncio.gather(
        *(order(hub, "release", one, key="court", revision=1) for one in repasses),
        *(order(hub, "return", one, revision=1) for one in repasses),
        order(hub, "correct", first, revision=1, document=mended),
        hub.post(samples.ticket(number)),
        hub.post(altered(number, "US Rt. 11")),
        hub.post(altered(number, "US Rt. 7")),
    )
    return [answer.status_code for answer in answers]


async def versions(hub: LivingHub, number: int) -> list[int]:
    found = await hub.hub.store.list_documents(DocumentFilter(number=str(number)), Page())
    current = (DocumentStatus.ACCEPTED, DocumentStatus.CORRECTED)
    return sorted(one.version for one in found if one.status in current)


async def pending(hub: LivingHub, number: int) -> list[int]:
    found = await hub.hub.store.list_documents(DocumentFilter(number=str(number)), Page())
    rows = [row for one in found for row in await hub.hub.store.list_deliveries(one.id)]
    court = [row for row in rows if row.destination == "court.odyssey"]
    return [row.version for row in court if row.status == "pending"]


async def test_whoever_acts_at_once_versions_stay_in_one_order(database: str) -> None:
    keys = await prepare(database)
    async with living_hub(database, keys) as hub:
        for number in range(NUMBER, NUMBER + ROUNDS):
            answers = await clash(hub, number)

            assert set(answers) <= {200, 202, 409}, answers
            found = await versions(hub, number)
            assert found == list(range(1, len(found) + 1))
            assert await pending(hub, number) == [found[-1]]
            key = LedgerKey("citation", "VT", "0111", str(number))
            async with hub.hub.store.begin() as transaction:
                holder = await transaction.ledger.find_holder(key)
            assert holder is not None
            assert holder.version == found[-1]


async def test_a_correction_and_the_agencys_own_mended_ticket_at_once_make_one_accepted(
    database: str,
) -> None:
    keys = await prepare(database)
    async with living_hub(database, keys) as hub:
        for number in range(NUMBER, NUMBER + ROUNDS):
            rejected = await posted(hub, wrong(number))
            right = samples.ticket(number)

            answers = await asyncio.gather(
                order(hub, "correct", rejected, revision=1, document=right.decode()),
                order(hub, "return", rejected, revision=1),
                hub.post(right),
                hub.post(wrong(number)),
            )

            assert {answer.status_code for answer in answers} <= {200, 202, 409, 422}
            assert await versions(hub, number) in ([1], [1, 1])  # the original, if corrected
            assert await pending(hub, number) == [1]

"""The ledger's two tables. Who is first is decided by their primary keys, and by nothing else."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Table, and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.domain.judgement import LedgerKey
from hub.domain.ledger import Claim, Content, Entry, Holder
from hub.store.filters import has_key
from hub.store.rows import Values, dialect_insert, in_chunks
from hub.store.tables import ledger_entry, ledger_key

FIRST_VERSION = 1


class SqlLedger:
    """`LedgerRows` inside one transaction.

    A claim that meets another transaction's uncommitted one waits for its end. Claims are inserted
    in the order given (sorted by key), so that two transactions never wait in a circle.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def enter(self, claims: Sequence[Claim]) -> set[str]:
        """As `LedgerRows.enter`."""
        return await self._insert(ledger_entry, [_entry_row(claim) for claim in claims])

    async def take_keys(self, claims: Sequence[Claim]) -> set[str]:
        """As `LedgerRows.take_keys`."""
        return await self._insert(ledger_key, [_key_row(claim) for claim in claims])

    async def find(self, contents: Iterable[Content]) -> Mapping[Content, Entry]:
        """As `LedgerRows.find`; numbers narrow the search, the rest is compared here."""
        wanted = set(contents)
        found: dict[Content, Entry] = {}
        for numbers in in_chunks({key.number for key, _ in wanted}):
            query = select(ledger_entry).where(ledger_entry.c.number.in_(numbers))
            for row in await self._connection.execute(query):
                key = LedgerKey(row.kind, row.state, row.agency, row.number)
                found[key, row.fingerprint] = Entry(row.document_id, row.submission_id)
        return {content: found[content] for content in wanted if content in found}

    async def find_holder(self, key: LedgerKey) -> Holder | None:
        """As `LiveLedger.find_holder`."""
        query = select(ledger_key).where(has_key(ledger_key, key))
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else Holder(row.document_id, row.version)

    async def pass_key(self, key: LedgerKey, before: Holder | None, after: Holder) -> bool:
        """As `LiveLedger.pass_key`."""
        values = {"document_id": after.document_id, "version": after.version}
        if before is None:
            return bool(await self._insert(ledger_key, [{**_columns_of(key), **values}]))
        statement = (
            update(ledger_key)
            .where(has_key(ledger_key, key), ledger_key.c.document_id == before.document_id)
            .where(ledger_key.c.version == before.version)
            .values(values)
        )
        return (await self._connection.execute(statement)).rowcount == 1

    async def free(self, key: LedgerKey, document_id: str) -> None:
        """As `LiveLedger.free`."""
        for table in (ledger_entry, ledger_key):
            is_own = and_(has_key(table, key), table.c.document_id == document_id)
            await self._connection.execute(delete(table).where(is_own))

    async def _insert(self, table: Table, rows: Sequence[Values]) -> set[str]:
        if not rows:
            return set()
        statement = dialect_insert(self._connection, table).on_conflict_do_nothing()
        won = await self._connection.execute(statement.returning(table.c.document_id), rows)
        return set(won.scalars())


def _entry_row(claim: Claim) -> Values:
    return {
        **_columns_of(claim.key),
        "fingerprint": claim.fingerprint,
        "document_id": claim.document_id,
        "submission_id": claim.submission_id,
    }


def _key_row(claim: Claim) -> Values:
    return {
        **_columns_of(claim.key),
        "document_id": claim.document_id,
        "version": FIRST_VERSION,
    }


def _columns_of(key: LedgerKey) -> Values:
    return {
        "number": key.number,
        "agency": key.agency,
        "state": key.state,
        "kind": str(key.kind),
    }

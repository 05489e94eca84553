"""Replies: whom they belong to, by citation key, now or once the ticket comes."""

from sqlalchemy import and_, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.domain.delivery import Reply
from hub.domain.judgement import Kind
from hub.domain.stored import Delivery, StoredReply
from hub.store import journal, outbox
from hub.store.engine import Database
from hub.store.tables import IS_ORPHAN, delivery, document, ledger_key, reply

_HOLDS_KEY = and_(
    ledger_key.c.number == reply.c.number,
    ledger_key.c.agency == reply.c.agency,
    ledger_key.c.state == reply.c.state,
    ledger_key.c.kind == Kind.CITATION.value,
)
_WENT_THERE = and_(
    delivery.c.document_id == ledger_key.c.document_id,
    delivery.c.destination == reply.c.destination,
)


class SqlReplies:
    """`hub.domain.reply_rows.ReplyRows` on a connection in a transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find_addressee(self, said: Reply) -> Delivery | None:
        """As `ReplyRows.find_addressee`; of several deliveries to the destination the newest."""
        current = select(ledger_key.c.document_id).where(
            ledger_key.c.number == said.number,
            ledger_key.c.agency == said.agency,
            ledger_key.c.state == said.state,
            ledger_key.c.kind == Kind.CITATION.value,
        )
        is_there = and_(
            delivery.c.document_id.in_(current), delivery.c.destination == said.destination
        )
        found = await outbox.list_deliveries(self._connection, is_there)
        return found[-1] if found else None

    async def match(self, stored: StoredReply) -> bool:
        """As `ReplyRows.match`."""
        statement = (
            update(reply)
            .where(reply.c.destination == stored.reply.destination)
            .where(reply.c.reply_id == stored.reply.reply_id, IS_ORPHAN)
            .values(document_id=stored.document_id, delivery_id=stored.delivery_id)
        )
        return (await self._connection.execute(statement)).rowcount == 1

    async def note_docket(self, document_id: str, docket_number: str) -> None:
        """As `ReplyRows.note_docket`."""
        statement = update(document).where(document.c.id == document_id)
        await self._connection.execute(statement.values(docket_number=docket_number))


class SqlReplyLists:
    """`hub.domain.reply_rows.ReplyLists` on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_matchable(self, limit: int) -> list[StoredReply]:
        """As `ReplyLists.list_matchable`."""
        query = (
            select(reply)
            .where(reply.c.document_id.is_(None), exists().where(_HOLDS_KEY, _WENT_THERE))
            .order_by(reply.c.received_at, reply.c.at)
            .limit(limit)
        )
        async with self._database.read() as connection:
            return [journal.stored_reply(row) for row in await connection.execute(query)]

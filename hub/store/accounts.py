"""Clients and their keys, and the versions of the reference tables."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.domain.accounts import ApiKey, Client
from hub.store.rows import add_rows, dialect_insert, reader, values_of
from hub.store.tables import api_key, client, reference_table, reference_version

_client_row = reader(client)
_key_row = reader(api_key)


async def add_client(connection: AsyncConnection, value: Client) -> None:
    """Insert a client, or update all but the date of the one with this id."""
    statement = dialect_insert(connection, client).values(_client_row(value))
    kept = ("id", "created_at")
    changes = {column.name: column for column in statement.excluded if column.name not in kept}
    await connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changes))


async def find_client(connection: AsyncConnection, client_id: str) -> Client | None:
    """The client, or None."""
    row = (await connection.execute(select(client).where(client.c.id == client_id))).one_or_none()
    return None if row is None else Client(**values_of(row, client))


async def list_clients(connection: AsyncConnection) -> list[Client]:
    """All clients, by id."""
    rows = await connection.execute(select(client).order_by(client.c.id))
    return [Client(**values_of(row, client)) for row in rows]


async def add_key(connection: AsyncConnection, value: ApiKey) -> None:
    """Insert a key."""
    await connection.execute(insert(api_key).values(_key_row(value)))


async def find_key(connection: AsyncConnection, key_id: str) -> tuple[ApiKey, Client] | None:
    """The key with its client, or None."""
    query = select(api_key, client).join(client).where(api_key.c.id == key_id)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    return ApiKey(**values_of(row, api_key)), Client(**values_of(row, client))


async def add_reference(
    connection: AsyncConnection, version: str, tables: Mapping[str, str], at: datetime
) -> None:
    """Keep a version and make it the current one. A version is a hash: its tables never change."""
    highest = select(func.coalesce(func.max(reference_version.c.position), 0)).scalar_subquery()
    statement = dialect_insert(connection, reference_version).values(
        version=version, imported_at=at, position=highest + 1
    )
    changes = {"position": statement.excluded.position, "imported_at": at}
    added = statement.on_conflict_do_update(index_elements=["version"], set_=changes)
    await connection.execute(added)
    known = select(reference_table.c.name).where(reference_table.c.version == version)
    names = set((await connection.execute(known)).scalars())
    await add_rows(
        connection,
        reference_table,
        [(name, content) for name, content in tables.items() if name not in names],
        lambda pair: {"version": version, "name": pair[0], "content": pair[1]},
    )


async def find_reference(connection: AsyncConnection) -> tuple[str, Mapping[str, str]] | None:
    """The current version and its tables, or None before the first import."""
    order = (reference_version.c.position.desc(), reference_version.c.version)
    current = select(reference_version.c.version).order_by(*order).limit(1)
    version = (await connection.execute(current)).scalar_one_or_none()
    if version is None:
        return None
    query = select(reference_table.c.name, reference_table.c.content)
    rows = await connection.execute(query.where(reference_table.c.version == version))
    return version, {row.name: row.content for row in rows}

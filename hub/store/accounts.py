"""Clients and their keys, and the versions of the reference tables."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.domain.accounts import ApiKey, Client
from hub.store.rows import add_rows, dialect_insert, reader, values_of
from hub.store.tables import api_key, client, reference_table, reference_version

_client_row = reader(client)
_key_row = reader(api_key)


async def add_client(connection: AsyncConnection, value: Client) -> None:
    """Insert a client, or update name, role and scope of the one with this id."""
    statement = dialect_insert(connection, client).values(_client_row(value))
    changed = ("name", "role", "sources", "agencies", "destination")
    changes = {name: statement.excluded[name] for name in changed}
    await connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changes))


async def find_client(connection: AsyncConnection, client_id: str) -> Client | None:
    """The client, or None."""
    row = (await connection.execute(select(client).where(client.c.id == client_id))).one_or_none()
    return None if row is None else Client(**values_of(row, client))


async def list_clients(connection: AsyncConnection) -> list[Client]:
    """All clients, by id."""
    rows = await connection.execute(select(client).order_by(client.c.id))
    return [Client(**values_of(row, client)) for row in rows]


async def change_client(connection: AsyncConnection, value: Client) -> bool:
    """Write everything but the date of an existing client; False when there is none."""
    row = {name: column for name, column in _client_row(value).items() if name != "created_at"}
    statement = update(client).where(client.c.id == value.id).values(row)
    return (await connection.execute(statement)).rowcount == 1


async def add_key(connection: AsyncConnection, value: ApiKey, live_max: int) -> bool:
    """Insert a key; False when the client has so many live ones already."""
    # The client's row is locked, so that two keys issued at once count each other.
    await connection.execute(
        select(client.c.id).where(client.c.id == value.client_id).with_for_update()
    )
    is_live = and_(api_key.c.client_id == value.client_id, api_key.c.retired_at.is_(None))
    count = await connection.scalar(select(func.count()).select_from(api_key).where(is_live))
    if count is not None and count >= live_max:
        return False
    await connection.execute(insert(api_key).values(_key_row(value)))
    return True


async def retire_key(connection: AsyncConnection, key_id: str, at: datetime) -> bool:
    """Let a key be valid no more; False when it is not, or not any more."""
    is_live = and_(api_key.c.id == key_id, api_key.c.retired_at.is_(None))
    statement = update(api_key).where(is_live).values(retired_at=at)
    return (await connection.execute(statement)).rowcount == 1


async def note_use(connection: AsyncConnection, uses: Mapping[str, datetime]) -> None:
    """Write when keys were last used; an earlier time changes nothing."""
    for key_id, at in sorted(uses.items()):
        is_older = or_(api_key.c.last_used_at.is_(None), api_key.c.last_used_at < at)
        statement = update(api_key).where(api_key.c.id == key_id, is_older)
        await connection.execute(statement.values(last_used_at=at))


async def list_keys(connection: AsyncConnection, client_ids: Sequence[str]) -> list[ApiKey]:
    """The keys of these clients, oldest first."""
    query = select(api_key).where(api_key.c.client_id.in_(client_ids))
    rows = await connection.execute(query.order_by(api_key.c.created_at, api_key.c.id))
    return [ApiKey(**values_of(row, api_key)) for row in rows]


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

"""Deliveries: the outbox that relays claim from, and the moves along the state machine."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Update, and_, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.domain.codec import decode
from hub.domain.delivery import Claimed, Shipment
from hub.domain.judgement import LedgerKey
from hub.domain.states import DeliveryStatus, sources_of
from hub.domain.stored import Delivery
from hub.store.filters import has_key
from hub.store.rows import Values, add_rows, in_chunks, reader, values_of
from hub.store.tables import IS_PENDING, delivery, destination, document, payload

BROKER_UNAVAILABLE = "broker-unavailable"

NEVER_ARRIVED = frozenset({"unroutable", "nacked", "render-failed", BROKER_UNAVAILABLE})
"""Causes after which nobody can have got the message; `unconfirmed` is none of them."""

_PRIVATE = ("claim", "claimed_until")
_NO_CLAIM: Values = {"claim": None, "claimed_until": None}
_delivery_row = reader(delivery, leave_out=_PRIVATE)


async def add_deliveries(connection: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
    """Insert outbox rows."""
    await add_rows(connection, delivery, deliveries, _delivery_row)


async def claim(
    connection: AsyncConnection, token: str, *, limit: int, now: datetime, until: datetime
) -> list[str]:
    """Mark pending deliveries that are due with `token`; rows another relay holds are passed by."""
    is_free = or_(delivery.c.claimed_until.is_(None), delivery.c.claimed_until <= now)
    paused = select(destination.c.name).where(destination.c.paused_at.is_not(None))
    due = (
        select(delivery.c.id)
        .where(IS_PENDING, delivery.c.available_at <= now, is_free)
        .where(delivery.c.destination.not_in(paused))
        .order_by(delivery.c.available_at, delivery.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    statement = (
        update(delivery)
        .where(delivery.c.id.in_(select(due.c.id)))
        .values(claim=token, claimed_until=until)
        .returning(delivery.c.id)
    )
    return list((await connection.execute(statement)).scalars())


async def list_claimed(connection: AsyncConnection, ids: Sequence[str]) -> list[Claimed]:
    """What it takes to send these deliveries, those due longest first."""
    found: list[Row[Any]] = []
    for chunk in in_chunks(ids):
        found.extend(await connection.execute(_SHIPMENTS.where(delivery.c.id.in_(chunk))))
    found.sort(key=lambda row: (row.available_at, row.id))
    return [_claimed(row) for row in found]


# An answer that outran its mark proves a try that the mark would have counted.
_OUTRAN = case(
    (and_(delivery.c.status == DeliveryStatus.PENDING, delivery.c.claim.is_not(None)), 1), else_=0
)
# The delivery's own attempt: a pending one is about to make its next.
_ATTEMPT = delivery.c.attempt + case((delivery.c.status == DeliveryStatus.PENDING, 1), else_=0)
_SHIPMENTS: Select[Any] = (
    select(
        delivery.c.id,
        delivery.c.destination,
        delivery.c.claim,
        delivery.c.type,
        delivery.c.version,
        delivery.c.document_id,
        delivery.c.available_at,
        _ATTEMPT.label("attempt"),
        document.c.kind,
        document.c.source,
        document.c.agency,
        document.c.number,
        document.c.monitored,
        document.c.received_at,
        document.c.record,
        payload.c.body,
    )
    .join(document, document.c.id == delivery.c.document_id)
    .outerjoin(payload, payload.c.sha256 == document.c.attachment_sha256)
)


def _claimed(row: Row[Any]) -> Claimed:
    shipment = Shipment(
        message_id=row.id,
        document_id=row.document_id,
        version=row.version,
        posted_at=row.received_at,
        record=decode(row.kind, row.record),
        attachment=row.body,
    )
    return Claimed(
        delivery_id=row.id,
        destination=row.destination,
        claim=row.claim or "",
        attempt=row.attempt,
        type=row.type,
        source=row.source,
        agency=row.agency,
        number=row.number,
        monitored=row.monitored,
        shipment=shipment,
    )


async def mark_sent(
    connection: AsyncConnection, claimed: Sequence[Claimed], *, now: datetime
) -> int:
    """PENDING to PUBLISHED where the claim still holds; gives how many."""
    values = {"status": DeliveryStatus.PUBLISHED, "published_at": now, "cause": None}
    values["attempt"] = delivery.c.attempt + 1
    groups: dict[str, list[str]] = {}
    for one in claimed:
        groups.setdefault(one.claim, []).append(one.delivery_id)
    return sum(
        [await _settle_claims(connection, token, ids, values) for token, ids in groups.items()]
    )


async def put_back(
    connection: AsyncConnection, claimed: Sequence[tuple[Claimed, str]], *, available_at: datetime
) -> int:
    """Still PENDING, due later, with its cause; an attempt is counted if one was made."""
    groups: dict[tuple[str, str], list[str]] = {}
    for one, cause in claimed:
        groups.setdefault((one.claim, cause), []).append(one.delivery_id)
    count = 0
    for (token, cause), ids in groups.items():
        tries = 0 if cause == BROKER_UNAVAILABLE else 1
        values = {"available_at": available_at, "cause": cause}
        values["attempt"] = delivery.c.attempt + tries
        count += await _settle_claims(connection, token, ids, values)
    return count


async def _settle_claims(
    connection: AsyncConnection, token: str, ids: Sequence[str], values: Values
) -> int:
    """Change deliveries that are still pending under this claim, and let the claim go."""
    count = 0
    for chunk in in_chunks(ids):
        statement = (
            update(delivery)
            .where(delivery.c.id.in_(chunk), delivery.c.claim == token)
            .where(delivery.c.status == DeliveryStatus.PENDING)
            .values(**values, **_NO_CLAIM)
        )
        count += (await connection.execute(statement)).rowcount
    return count


async def put_back_published(
    connection: AsyncConnection, destination: str, before: datetime | None
) -> int:
    """PUBLISHED (before that instant) back to PENDING for one destination; gives how many."""
    statement = (
        update(delivery)
        .where(delivery.c.destination == destination)
        .where(delivery.c.status == DeliveryStatus.PUBLISHED)
        .values(status=DeliveryStatus.PENDING, published_at=None, tried_since=None, **_NO_CLAIM)
    )
    if before is not None:
        statement = statement.where(delivery.c.published_at < before)
    return (await connection.execute(statement)).rowcount


async def move(
    connection: AsyncConnection,
    delivery_id: str,
    to: DeliveryStatus,
    *,
    at: datetime,
    cause: str | None,
) -> bool:
    """Compare-and-set along the state machine; False when the move is not drawn from here."""
    statement: Update = (
        update(delivery)
        .where(delivery.c.id == delivery_id, delivery.c.status.in_(sources_of(to)))
        .values(status=to, cause=cause, **_times_of(to, at), **_NO_CLAIM)
    )
    return (await connection.execute(statement)).rowcount == 1


async def supersede_lower(
    connection: AsyncConnection, key: LedgerKey, version: int, *, at: datetime
) -> set[str]:
    """Supersede what was not sent of lower versions; give the destinations one was ever sent to."""
    documents = select(document.c.id).where(has_key(document, key))
    lower = select(delivery).where(delivery.c.document_id.in_(documents))
    lower = lower.where(delivery.c.version < version).order_by(delivery.c.id).with_for_update()
    rows = (await connection.execute(lower)).all()
    statement = (
        update(delivery)
        .where(delivery.c.id.in_([row.id for row in rows if row.status in _UNSENT]))
        .values(status=DeliveryStatus.SUPERSEDED, settled_at=at, **_NO_CLAIM)
    )
    await connection.execute(statement)
    return {row.destination for row in rows if _may_have_arrived(row)}


_UNSENT = (DeliveryStatus.PENDING, DeliveryStatus.DEAD)
_ANSWERED = (DeliveryStatus.DELIVERED, DeliveryStatus.ACKNOWLEDGED, DeliveryStatus.REFUSED)


def _may_have_arrived(row: Row[Any]) -> bool:
    """Whether it was published, answered, or is with a relay that may be publishing it now."""
    was_tried = row.attempt > 0 and row.cause not in NEVER_ARRIVED
    return bool(row.published_at or row.status in _ANSWERED or was_tried or row.claim)


def _times_of(to: DeliveryStatus, at: datetime) -> Values:
    """The instants that a move sets: due again, published, or settled."""
    match to:
        case DeliveryStatus.PENDING:
            nothing = dict.fromkeys(("published_at", "settled_at", "tried_since"))
            return {"available_at": at, **nothing}
        case DeliveryStatus.PUBLISHED:
            return {"published_at": at, "attempt": delivery.c.attempt + 1}
        case DeliveryStatus.DEAD | DeliveryStatus.SUPERSEDED:
            return {"settled_at": at}
        case _:
            return {"settled_at": at, "attempt": delivery.c.attempt + _OUTRAN}


async def list_deliveries(
    connection: AsyncConnection, condition: ColumnElement[bool]
) -> list[Delivery]:
    """Deliveries, oldest first."""
    query = select(delivery).where(condition).order_by(delivery.c.id)
    rows = await connection.execute(query)
    return [delivery_of(row) for row in rows]


def delivery_of(row: Row[Any]) -> Delivery:
    """The delivery of a row that holds all its columns."""
    return Delivery(**values_of(row, delivery, leave_out=_PRIVATE))


async def count_deliveries(connection: AsyncConnection) -> Mapping[tuple[str, str], int]:
    """How many deliveries stand in each (destination, status)."""
    place = (delivery.c.destination, delivery.c.status)
    rows = await connection.execute(select(*place, func.count()).group_by(*place))
    return {(destination, status): count for destination, status, count in rows}


def lease_end(now: datetime, lease_seconds: int) -> datetime:
    """When a claim taken now is free again."""
    return now + timedelta(seconds=lease_seconds)

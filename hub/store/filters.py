"""What may be asked of documents, of the error log and of reviews, as conditions of a query."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, Table, and_, or_
from sqlalchemy.sql.elements import KeyedColumnElement

from hub.domain.judgement import LedgerKey
from hub.domain.review import ReviewFilter
from hub.domain.stored import DocumentFilter, ErrorFilter, Page

Columns = Mapping[str, KeyedColumnElement[Any]]
"""The column that each attribute of a filter speaks of."""

Query = TypeVar("Query", bound=Select[Any])


def conditions(
    wanted: DocumentFilter | ErrorFilter | ReviewFilter,
    equal: Columns,
    at: KeyedColumnElement[Any],
    table: Table,
) -> Iterator[ColumnElement[bool]]:
    """The conditions of a filter: `equal` values, a half-open time `[since, until)`, the scope."""
    for name, column in equal.items():
        if getattr(wanted, name) is not None:
            yield column == getattr(wanted, name)
    if wanted.since is not None:
        yield at >= wanted.since
    if wanted.until is not None:
        yield at < wanted.until
    yield from _scope(wanted, table)


def _scope(
    wanted: DocumentFilter | ErrorFilter | ReviewFilter, table: Table
) -> Iterator[ColumnElement[bool]]:
    """What the caller sees: the rows within its bounds, and its own posts wherever they lie.

    The bounds leave out rows without a source or an agency: nobody can say whose they are.
    """
    bounds = list(_bounds(wanted, table))
    client = None if isinstance(wanted, ReviewFilter) else wanted.client
    if bounds and client is not None:
        yield or_(and_(*bounds), table.c.client_id == client)
    else:
        yield from bounds


def _bounds(
    wanted: DocumentFilter | ErrorFilter | ReviewFilter, table: Table
) -> Iterator[ColumnElement[bool]]:
    if wanted.sources is not None:
        yield table.c.source.in_(wanted.sources)
    if wanted.agencies is not None:
        yield table.c.agency.in_(wanted.agencies)
    if isinstance(wanted, DocumentFilter) and wanted.kinds is not None:
        yield table.c.kind.in_(wanted.kinds)


def has_key(table: Table, key: LedgerKey) -> ColumnElement[bool]:
    """The rows of a ledger key; the number alone narrows the search."""
    return and_(
        table.c.number == key.number,
        table.c.agency == key.agency,
        table.c.state == key.state,
        table.c.kind == key.kind,
    )


def paged(query: Query, page: Page, table: Table) -> Query:
    """Newest first, from the cursor on."""
    if page.cursor is not None:
        query = query.where(table.c.id < page.cursor)
    return query.order_by(table.c.id.desc()).limit(page.limit)

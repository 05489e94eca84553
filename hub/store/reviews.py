"""Reviews and corrections: what waits for a person, and what a person changed."""

from collections.abc import Sequence

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.domain.review import Closing, Correction, Review, ReviewFilter
from hub.domain.stored import Page
from hub.store.filters import conditions, paged
from hub.store.rows import add_rows, in_chunks, reader, values_of
from hub.store.tables import correction, review

_review_row = reader(review)
_correction_row = reader(correction)

_EQUAL = {
    "kind": review.c.kind,
    "agency": review.c.agency,
    "subject_id": review.c.subject_id,
}


async def add_reviews(connection: AsyncConnection, reviews: Sequence[Review]) -> None:
    """Open reviews."""
    await add_rows(connection, review, reviews, _review_row)


async def close_reviews(
    connection: AsyncConnection, subject_ids: Sequence[str], closing: Closing
) -> None:
    """Close the open reviews of these subjects."""
    values = {"closed_at": closing.at, "closed_by": closing.by, "closed_with": closing.word}
    for chunk in in_chunks(sorted(subject_ids)):
        is_open = review.c.closed_at.is_(None)
        statement = update(review).where(review.c.subject_id.in_(chunk), is_open)
        await connection.execute(statement.values(values))


async def list_reviews(
    connection: AsyncConnection, wanted: ReviewFilter, page: Page
) -> list[Review]:
    """Reviews, newest first."""
    query = select(review).where(*conditions(wanted, _EQUAL, review.c.opened_at, review))
    if wanted.is_open is not None:
        is_open = review.c.closed_at.is_(None)
        query = query.where(is_open if wanted.is_open else ~is_open)
    if wanted.document_kinds is not None:
        of_these = review.c.document_kind.in_(wanted.document_kinds)
        query = query.where(or_(of_these, review.c.document_kind.is_(None)))
    rows = await connection.execute(paged(query, page, review))
    return [Review(**values_of(row, review)) for row in rows]


async def find_review(connection: AsyncConnection, review_id: str) -> Review | None:
    """The review, or None."""
    row = (await connection.execute(select(review).where(review.c.id == review_id))).one_or_none()
    return None if row is None else Review(**values_of(row, review))


async def add_correction(connection: AsyncConnection, value: Correction) -> None:
    """Say what a revision corrects."""
    await add_rows(connection, correction, [value], _correction_row)


async def list_corrections(connection: AsyncConnection, document_id: str) -> list[Correction]:
    """The corrections this document is the revision or the original of, oldest first."""
    is_part = or_(correction.c.document_id == document_id, correction.c.corrects_id == document_id)
    query = select(correction).where(is_part).order_by(correction.c.document_id)
    rows = await connection.execute(query)
    return [Correction(**values_of(row, correction)) for row in rows]

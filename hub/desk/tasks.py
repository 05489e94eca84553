"""What waits for a person: reviews, each with what may be done about it by whoever asks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hub.accounts import Permission, may, scope_of
from hub.desk.rights import actions_of
from hub.domain.accounts import Client
from hub.domain.errors import NotFound
from hub.domain.review import Review, ReviewFilter, ReviewKind
from hub.domain.stored import Document, DocumentFilter, Page
from hub.ports import Store

REJUDGE = "rejudge"


@dataclass(frozen=True, slots=True)
class Task:
    """A review with its document, if it is one of a document, and the legal next actions."""

    review: Review
    document: Document | None
    actions: tuple[str, ...]


async def list_tasks(
    store: Store, client: Client | None, wanted: ReviewFilter, page: Page
) -> list[Task]:
    """The reviews in the client's scope, newest first; None = all, for the machine itself."""
    if client is not None:
        scope = scope_of(client)
        wanted = replace(
            wanted, sources=scope.sources, agencies=scope.agencies, document_kinds=scope.kinds
        )
    reviews = await store.list_reviews(wanted, page)
    documents = await _documents_of(store, reviews)
    return [_task(one, documents.get(one.subject_id), client) for one in reviews]


async def find_task(store: Store, review_id: str) -> Task:
    """A review for someone on the machine itself.

    Raises:
        NotFound: there is none.
    """
    review = await store.find_review(review_id)
    if review is None:
        raise NotFound(f"There is no review {review_id}; 'hub review list' shows them.")
    documents = await _documents_of(store, [review])
    return _task(review, documents.get(review.subject_id), None)


async def _documents_of(store: Store, reviews: Sequence[Review]) -> dict[str, Document]:
    ids = tuple({one.subject_id for one in reviews if one.kind not in _WITHOUT_DOCUMENT})
    if not ids:
        return {}
    found = await store.list_documents(DocumentFilter(ids=ids), Page(limit=len(ids)))
    return {one.id: one for one in found}


_WITHOUT_DOCUMENT = (ReviewKind.UNJUDGED, ReviewKind.ORPHAN_REPLY)


def _task(review: Review, document: Document | None, client: Client | None) -> Task:
    if review.closed_at is not None:
        return Task(review, document, ())
    if review.kind is ReviewKind.UNJUDGED:
        is_allowed = client is None or may(client, Permission.REJUDGE)
        return Task(review, None, (REJUDGE,) if is_allowed else ())
    actions = actions_of(client, document) if document else []
    return Task(review, document, tuple(action.value for action in actions))

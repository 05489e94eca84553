"""States of documents and deliveries, and the only moves between them.

Source: docs/STATE_MACHINE.md, which draws the same tables.
"""

from collections.abc import Mapping
from enum import StrEnum

from hub.domain.errors import IllegalMove


class Outcome(StrEnum):
    """The judgement at receipt; it never changes."""

    ACCEPTED = "accepted"
    HELD = "held"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"


class DocumentStatus(StrEnum):
    """Where a document stands now. It starts as its outcome."""

    ACCEPTED = "accepted"
    HELD = "held"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    RETURNED = "returned"
    CORRECTED = "corrected"
    DISCARDED = "discarded"
    SUPERSEDED = "superseded"


class DeliveryStatus(StrEnum):
    """Where a delivery (one document version to one destination) stands."""

    PENDING = "pending"
    PUBLISHED = "published"
    DELIVERED = "delivered"
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    DEAD = "dead"
    SUPERSEDED = "superseded"


class SubmissionState(StrEnum):
    """A submission is processed document by document, rejected whole, or held (X099)."""

    PROCESSED = "processed"
    REJECTED = "rejected"
    HELD = "held"


DOCUMENT_MOVES: Mapping[DocumentStatus, frozenset[DocumentStatus]] = {
    DocumentStatus.REJECTED: frozenset(
        {
            DocumentStatus.RETURNED,
            DocumentStatus.CORRECTED,
            DocumentStatus.DISCARDED,
            DocumentStatus.SUPERSEDED,
        }
    ),
    DocumentStatus.RETURNED: frozenset({DocumentStatus.SUPERSEDED, DocumentStatus.DISCARDED}),
    DocumentStatus.HELD: frozenset(
        {
            DocumentStatus.ACCEPTED,
            DocumentStatus.REJECTED,
            DocumentStatus.RETURNED,
            DocumentStatus.DISCARDED,
            DocumentStatus.SUPERSEDED,
        }
    ),
    DocumentStatus.ACCEPTED: frozenset({DocumentStatus.CORRECTED}),
    DocumentStatus.DUPLICATE: frozenset(),
    DocumentStatus.CORRECTED: frozenset(),
    DocumentStatus.DISCARDED: frozenset(),
    DocumentStatus.SUPERSEDED: frozenset(),
}

DELIVERY_MOVES: Mapping[DeliveryStatus, frozenset[DeliveryStatus]] = {
    DeliveryStatus.PENDING: frozenset(
        {
            DeliveryStatus.PUBLISHED,
            DeliveryStatus.DEAD,
            DeliveryStatus.SUPERSEDED,
            DeliveryStatus.DELIVERED,
            DeliveryStatus.ACKNOWLEDGED,
            DeliveryStatus.REFUSED,
        }
    ),
    DeliveryStatus.PUBLISHED: frozenset(
        {
            DeliveryStatus.PENDING,
            DeliveryStatus.DELIVERED,
            DeliveryStatus.ACKNOWLEDGED,
            DeliveryStatus.REFUSED,
            DeliveryStatus.DEAD,
        }
    ),
    DeliveryStatus.DELIVERED: frozenset({DeliveryStatus.ACKNOWLEDGED, DeliveryStatus.REFUSED}),
    DeliveryStatus.DEAD: frozenset(
        {
            DeliveryStatus.PENDING,
            DeliveryStatus.SUPERSEDED,
            DeliveryStatus.ACKNOWLEDGED,
            DeliveryStatus.REFUSED,
        }
    ),
    DeliveryStatus.REFUSED: frozenset({DeliveryStatus.SUPERSEDED}),
    DeliveryStatus.ACKNOWLEDGED: frozenset(),
    DeliveryStatus.SUPERSEDED: frozenset(),
}


def sources_of(status: DeliveryStatus) -> tuple[DeliveryStatus, ...]:
    """The states a delivery may come from to reach `status`, for a compare-and-set."""
    return tuple(before for before, after in DELIVERY_MOVES.items() if status in after)


def move_document(before: DocumentStatus, after: DocumentStatus) -> DocumentStatus:
    """Give `after` if the move is drawn.

    Raises:
        IllegalMove: the pair is not in the state machine.
    """
    if after not in DOCUMENT_MOVES[before]:
        raise IllegalMove(f"{_article(before)} {before} document cannot become {after}.")
    return after


def move_delivery(before: DeliveryStatus, after: DeliveryStatus) -> DeliveryStatus:
    """Give `after` if the move is drawn.

    Raises:
        IllegalMove: the pair is not in the state machine.
    """
    if after not in DELIVERY_MOVES[before]:
        raise IllegalMove(f"{_article(before)} {before} delivery cannot become {after}.")
    return after


def _article(word: str) -> str:
    return "An" if word.startswith("a") else "A"

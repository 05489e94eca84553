"""Reviews and staff actions: what waits for a person, and what that person may do about it.

Source: docs/STATE_MACHINE.md, "Staff actions".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hub.domain.states import DOCUMENT_MOVES, DocumentStatus


class ReviewKind(StrEnum):
    """Why something waits for a person."""

    REJECTED = "rejected"
    REPASS = "repass"
    COLLISION = "collision"
    COURT_REFUSAL = "court-refusal"
    ORPHAN_REPLY = "orphan-reply"
    UNJUDGED = "unjudged"


@dataclass(frozen=True, slots=True)
class Review:
    """A task for a person, open until `closed_at`.

    `subject_id` is the id of a document; of a submission (kind unjudged); of a reply (kind
    orphan-reply: `destination:reply_id`, with the destination as `source`).
    """

    id: str
    kind: ReviewKind
    subject_id: str
    opened_at: datetime
    document_kind: str | None = None
    source: str | None = None
    agency: str | None = None
    number: str | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    closed_with: str | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """When, by whom and with what a review was closed."""

    at: datetime
    by: str
    word: str


@dataclass(frozen=True, slots=True)
class ReviewFilter:
    """What may be asked of the reviews; None = any."""

    kind: ReviewKind | None = None
    is_open: bool | None = None
    agency: str | None = None
    subject_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    sources: tuple[str, ...] | None = None
    agencies: tuple[str, ...] | None = None
    document_kinds: tuple[str, ...] | None = None


class Action(StrEnum):
    """What staff may do with a document."""

    RETURN = "return"
    CORRECT = "correct"
    RELEASE = "release"
    DISCARD = "discard"


TARGETS: Mapping[Action, DocumentStatus] = {
    Action.RETURN: DocumentStatus.RETURNED,
    Action.CORRECT: DocumentStatus.CORRECTED,
    Action.RELEASE: DocumentStatus.ACCEPTED,
    Action.DISCARD: DocumentStatus.DISCARDED,
}
"""The status an action leads to; from where, the state machine says."""


DONE: Mapping[Action, str] = {
    Action.RETURN: "returned",
    Action.CORRECT: "corrected",
    Action.RELEASE: "released",
    Action.DISCARD: "discarded",
}
"""The word for a taken action, in events and in closed reviews."""


def drawn_actions(status: DocumentStatus) -> list[Action]:
    """The actions the state machine draws from a status."""
    return [action for action, target in TARGETS.items() if target in DOCUMENT_MOVES[status]]


@dataclass(frozen=True, slots=True)
class Correction:
    """How a document came to be corrected: the revision, the document it corrects, and why.

    `fields` names what differs, never a value.
    """

    document_id: str
    corrects_id: str
    at: datetime
    author: str
    reason: str
    fields: tuple[str, ...]

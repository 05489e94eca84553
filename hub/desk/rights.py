"""Who may do what with which document: one table, read from top to bottom.

A right holds within the scope of its client (`hub.accounts.scope_of`), and for the moves the
state machine draws. Roles that are not in the table have no staff action at all.

Source: public interface, "Who may what".
"""

from collections.abc import Callable
from dataclasses import dataclass

from hub.accounts import scope_of
from hub.domain.accounts import Client, Role
from hub.domain.errors import Forbidden
from hub.domain.judgement import Kind
from hub.domain.review import Action, drawn_actions
from hub.domain.stored import Document

LOCAL_SOURCES = ("valcour", "sector")
"""The channels whose agencies review their collision reports themselves."""


STAFF_KINDS = (Kind.CITATION, Kind.COLLISION)
"""What police wrote; a court's dispositions wait for their ticket, not for a person."""


def any_document(_: Document) -> bool:
    """Every document in the client's scope."""
    return True


def of_vermont(document: Document) -> bool:
    """A document of Vermont's."""
    return document.state == "VT"


def vermont_collision(document: Document) -> bool:
    """A collision report of Vermont's."""
    return of_vermont(document) and document.kind is Kind.COLLISION


def locally_reviewed_collision(document: Document) -> bool:
    """A collision report of a channel whose agencies review their own."""
    return document.kind is Kind.COLLISION and document.source in LOCAL_SOURCES


def of_a_court(document: Document) -> bool:
    """A document that courts get."""
    return document.kind is Kind.CITATION


def repass_of_a_court(document: Document) -> bool:
    """A citation whose number came before with other content."""
    return of_a_court(document) and any(found.code == "L902" for found in document.findings)


@dataclass(frozen=True, slots=True)
class Right:
    """A role may take these actions on such documents."""

    role: Role
    actions: tuple[Action, ...]
    on: Callable[[Document], bool]


RIGHTS = (
    Right(Role.CONTACT, (Action.RETURN, Action.CORRECT), any_document),
    Right(Role.CONTACT, (Action.RELEASE, Action.DISCARD), locally_reviewed_collision),
    Right(Role.DESK, (Action.RETURN, Action.CORRECT, Action.DISCARD), of_vermont),
    Right(Role.DESK, (Action.RELEASE,), vermont_collision),
    Right(Role.COURT, (Action.CORRECT,), of_a_court),
    Right(Role.COURT, (Action.RELEASE, Action.DISCARD), repass_of_a_court),
)


def has_right(client: Client, action: Action, document: Document) -> bool:
    """Whether the table gives the client this action on this document, in whatever state."""
    return scope_of(client).sees(document) and any(
        right.role is client.role and action in right.actions and right.on(document)
        for right in RIGHTS
    )


def require_right(client: Client, action: Action, document: Document) -> None:
    """Let the client pass if it has the right.

    Raises:
        Forbidden: it has not.
    """
    if document.kind not in STAFF_KINDS or not has_right(client, action, document):
        raise Forbidden(f"This key may not {action} this document: its role is {client.role}.")


def actions_of(client: Client | None, document: Document) -> list[Action]:
    """What may be done with the document as it stands; None = by whoever is on the machine."""
    if document.kind not in STAFF_KINDS:
        return []
    return [
        action
        for action in drawn_actions(document.status)
        if client is None or has_right(client, action, document)
    ]

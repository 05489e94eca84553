"""Permissions of each role, and the scope a client sees.

Source: public interface, "Who may what".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from hub.domain.accounts import Caller, Client, Role
from hub.domain.errors import Forbidden
from hub.domain.judgement import Kind
from hub.domain.stored import Document, Submission


class Permission(Enum):
    """What a call needs; the value completes "This key may not ..."."""

    SUBMIT = "post or check submissions"
    READ_DOCUMENTS = "read documents"
    READ_PAYLOADS = "read what was posted or rendered"
    READ_ERRORS = "read the error log"
    READ_REVIEWS = "see what waits for a person"
    REJUDGE = "have a submission judged again"
    EXCHANGE = "lease, settle or answer messages"
    READ_DELIVERIES = "see deliveries, queues and destinations"
    STEER = "pause, resume or send again"
    READ_FIGURES = "read figures"
    KEEP_CLIENTS = "keep clients and their keys"


_READ = frozenset({Permission.READ_DOCUMENTS, Permission.READ_PAYLOADS})
_STAFF = _READ | {Permission.READ_ERRORS, Permission.READ_REVIEWS}

PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.SUBMITTER: _READ | {Permission.SUBMIT},
    Role.CONTACT: _READ | {Permission.READ_REVIEWS},
    Role.DESK: _STAFF | {Permission.REJUDGE},
    Role.COURT: _STAFF,
    Role.REGISTRY: _READ,
    Role.DESTINATION: frozenset({Permission.EXCHANGE}),
    Role.OPERATOR: frozenset(
        {
            Permission.READ_ERRORS,
            Permission.READ_REVIEWS,
            Permission.REJUDGE,
            Permission.READ_FIGURES,
            Permission.READ_DELIVERIES,
            Permission.STEER,
        }
    ),
    Role.AUDITOR: _STAFF | {Permission.READ_FIGURES, Permission.READ_DELIVERIES},
    Role.ADMIN: frozenset({Permission.READ_FIGURES, Permission.KEEP_CLIENTS}),
}


DESK_SOURCES = ("tracs",)
REGISTRY_SOURCES = ("service-tracking",)
COURT_SOURCES: Mapping[str | None, tuple[str, ...]] = {
    "court.odyssey": ("tracs", "valcour", "court.odyssey"),
    "court.aoc": ("sector", "court.aoc"),
}
"""A court has the tickets of its state, and what it said itself of tickets nobody has sent yet."""
COURT_KINDS = (Kind.CITATION, Kind.DISPOSITION)


@dataclass(frozen=True, slots=True)
class Scope:
    """What of all documents a client sees; None = all."""

    client_id: str
    sources: tuple[str, ...] | None
    agencies: tuple[str, ...] | None
    kinds: tuple[Kind, ...] | None = None

    def sees(self, document: Document) -> bool:
        """Whether the document is within the scope; its own posts always are."""
        if document.client_id == self.client_id:
            return True
        return (
            (self.sources is None or document.source in self.sources)
            and (self.agencies is None or document.agency in self.agencies)
            and (self.kinds is None or document.kind in self.kinds)
        )

    def sees_submission(self, submission: Submission) -> bool:
        """Whether the whole submission is within the scope."""
        if submission.client_id == self.client_id:
            return True
        in_sources = self.sources is None or submission.source in self.sources
        return in_sources and self.agencies is None


def may(client: Client, permission: Permission) -> bool:
    """Whether the client's role has the permission."""
    return permission in PERMISSIONS[client.role]


def require(
    caller: Caller,
    permission: Permission,
    *,
    source: str | None = None,
    destination: str | None = None,
) -> Client:
    """Give the client if it may do this, for this source or destination.

    Raises:
        Forbidden: its role or its scope does not allow it.
    """
    client = caller.client
    if not may(client, permission):
        raise Forbidden(f"This key may not {permission.value}: its role is {client.role}.")
    if source is not None and source not in client.sources:
        raise Forbidden(f"This key may not send for source {source}.")
    if destination is not None and destination != client.destination:
        raise Forbidden(f"This key may not act for destination {destination}.")
    return client


def scope_of(client: Client) -> Scope:
    """What of all documents the client sees, by its role."""
    sources, agencies = client.sources or None, client.agencies
    match client.role:
        case Role.CONTACT:
            return Scope(client.id, sources, agencies or ())
        case Role.DESK:
            return Scope(client.id, DESK_SOURCES, agencies)
        case Role.REGISTRY:
            return Scope(client.id, REGISTRY_SOURCES, agencies)
        case Role.COURT:
            of_state = COURT_SOURCES.get(client.destination, ())
            return Scope(client.id, of_state, agencies, COURT_KINDS)
        case _:
            return Scope(client.id, sources, agencies)

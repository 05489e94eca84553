"""Clients of the hub and their keys: who may what, for which sources and agencies."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hub.domain.reference import Sender


class Role(StrEnum):
    """The roles of the interface. Source: public interface, "Who may what"."""

    SUBMITTER = "submitter"
    CONTACT = "contact"
    DESK = "desk"
    COURT = "court"
    REGISTRY = "registry"
    DESTINATION = "destination"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Client:
    """A client and its scope; `agencies` None = every agency of its sources' channels.

    Its own rate and burst of requests go before the hub's settings; None = those of the settings.
    """

    id: str
    name: str
    role: Role
    created_at: datetime
    sources: tuple[str, ...] = ()
    agencies: tuple[str, ...] | None = None
    destination: str | None = None
    is_disabled: bool = False
    requests_per_second_max: float | None = None
    burst_requests_max: int | None = None

    @property
    def sender(self) -> Sender:
        """The client as the acceptance criteria see it."""
        agencies = None if self.agencies is None else frozenset(self.agencies)
        return Sender(self.id, agencies)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of a client; only the sha256 of its secret is kept.

    `may_backfill` lets it claim an earlier time of receipt.
    """

    id: str
    client_id: str
    secret_sha256: str
    created_at: datetime
    may_backfill: bool = False
    last_used_at: datetime | None = None
    retired_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated client with what its key allows."""

    client: Client
    may_backfill: bool

"""What the store keeps of pushed deliveries and of destinations, as protocols for the ports."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from hub.domain.push import Attempt, DestinationState, Step
from hub.domain.stored import Delivery, DeliveryFilter, ListedDelivery, Page


class PushRows(Protocol):
    """Rows of pushed deliveries and destinations, within a transaction."""

    async def add_attempt(self, tried: Attempt) -> None:
        """Insert an attempt."""
        ...

    async def count_attempts(self, delivery_id: str, since: datetime | None) -> int:
        """How many attempts were made of a delivery since then; None = no matter when."""
        ...

    async def retry(self, tried: Attempt, step: Step, *, tried_since: datetime) -> bool:
        """PENDING again, due at the step's instant; False when the attempt is not current."""
        ...

    async def pause(self, destination: str, *, at: datetime, by: str) -> None:
        """Nothing is claimed for the destination any more, nor pushed to it."""
        ...

    async def resume(self, destination: str) -> None:
        """Take back a pause, and a rest too."""
        ...

    async def rest(self, destination: str, until: datetime | None) -> None:
        """Workers leave the destination alone until then."""
        ...


class PushLists(Protocol):
    """What is asked of deliveries and destinations outside of any transaction."""

    async def find_startable(self, delivery_id: str, number: int) -> Delivery | None:
        """The delivery, if a worker may start this attempt of it.

        It may when the attempt is the current one and published, or about to be published by a
        relay that has not marked it yet: a message may outrun its mark.
        """
        ...

    async def list_outbox(self, wanted: DeliveryFilter, page: Page) -> list[ListedDelivery]:
        """Deliveries newest first, with the keys of their documents."""
        ...

    async def list_attempts(self, delivery_id: str) -> list[Attempt]:
        """The attempts of a delivery, oldest first."""
        ...

    async def list_oldest(self) -> Mapping[str, datetime]:
        """When the oldest pending or published delivery was made, by destination."""
        ...

    async def list_destinations(self, names: Sequence[str]) -> list[DestinationState]:
        """The states of these destinations, in order; one nobody spoke of is open."""
        ...

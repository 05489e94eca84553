"""The use cases the doors call, put together by bootstrap."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import cast

from starlette.requests import Request

from hub.accounts import Accounts, Doorkeeper, Rates
from hub.api.bodies import FileRoom
from hub.clock import Clock, NewId
from hub.desk import Desk
from hub.destinations import Destinations
from hub.endpoints.mailbox import Mailbox
from hub.figures import FigureBoard
from hub.intake import Intake
from hub.ports import Adapter, Broker, Store
from hub.relay import Renderer
from hub.replies import Replies


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a handler may call."""

    accounts: Accounts
    doorkeeper: Doorkeeper
    rates: Rates
    figures: FigureBoard
    intake: Intake
    desk: Desk
    mailbox: Mailbox
    operations: Destinations
    renderer: Renderer
    broker: Broker
    replies: Replies
    store: Store
    adapters: Mapping[str, Adapter]
    destinations: frozenset[str]
    schema_of: Callable[[str], bytes]
    page_of: Callable[[str], str]
    states: Callable[[], Awaitable[dict[str, str]]]
    clock: Clock
    new_id: NewId
    files: FileRoom = field(default_factory=FileRoom)


def services(request: Request) -> Services:
    """The services of the app that serves this request."""
    return cast("Services", request.app.state.services)

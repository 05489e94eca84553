"""The desk over an open hub: for the doors of a node, and for commands on the machine."""

from hub.bootstrap.opening import Hub
from hub.bootstrap.registry import ADAPTERS, ROUTES
from hub.desk import Desk
from hub.ports import Doorbell


def desk_of(hub: Hub, doorbell: Doorbell) -> Desk:
    """The desk; `doorbell` wakes the relay of this process, if there is one."""
    return Desk(
        store=hub.store,
        adapters=ADAPTERS,
        routes=tuple(ROUTES.values()),
        reference=hub.shelf.current,
        clock=hub.clock,
        new_id=hub.new_id,
        doorbell=doorbell,
    )

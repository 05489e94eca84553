"""`hub relay`: only the relay: deliveries that are due go to their queues."""

from hub.bootstrap.node import Part
from hub.cli.run import work


def relay() -> None:
    """Run only the relay, which sends what is due to its queue, until it is told to stop."""
    work(Part.RELAY)

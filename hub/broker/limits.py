"""What both brokers hold to, so that they behave alike."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QueueLimits:
    """The bounds of every destination's queue; fixed when the queue is first made.

    A queue that holds `max_length` messages refuses more (`nacked`). A message that came back
    more than `delivery_limit` times (requeued, or its lease ran out) is dead.
    """

    max_length: int = 100_000
    delivery_limit: int = 20

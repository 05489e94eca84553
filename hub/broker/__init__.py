"""Queues, one for each destination: on RabbitMQ, or embedded in the database.

`RabbitmqBroker` is imported only when it is asked for: without RabbitMQ its client library need
not be installed.
"""

from collections.abc import Sequence

from hub.broker.embedded import EmbeddedBroker
from hub.broker.limits import QueueLimits
from hub.domain.errors import Misconfigured
from hub.ports import Broker

__all__ = ["EmbeddedBroker", "QueueLimits", "rabbitmq_broker"]


def rabbitmq_broker(
    url: str, destinations: Sequence[str], limits: QueueLimits, timeout_seconds: float
) -> Broker:
    """A broker on RabbitMQ; `timeout_seconds` bounds connecting and each confirm.

    Raises:
        Misconfigured: the URL cannot be understood, or the client library is not installed.
    """
    try:
        from hub.broker.rabbitmq import RabbitmqBroker  # noqa: PLC0415 - see above
    except ModuleNotFoundError:
        raise Misconfigured("RabbitMQ needs its client: install citation-hub[rabbitmq].") from None
    return RabbitmqBroker(url, destinations, limits, timeout_seconds)

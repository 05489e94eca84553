"""What the flow needs of the world, as protocols and frozen values of plain functions.

`formats.py` sources and destinations, `storage.py` the database, `messaging.py` the broker.
"""

from hub.ports.formats import Adapter, Place, ReadDocument, Route
from hub.ports.messaging import (
    Broker,
    Doorbell,
    Endpoint,
    Inbound,
    Leased,
    MessageHandler,
    ReplyHandler,
    Settlement,
)
from hub.ports.storage import Store, Transaction

__all__ = [
    "Adapter",
    "Broker",
    "Doorbell",
    "Endpoint",
    "Inbound",
    "Leased",
    "MessageHandler",
    "Place",
    "ReadDocument",
    "ReplyHandler",
    "Route",
    "Settlement",
    "Store",
    "Transaction",
]

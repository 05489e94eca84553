"""The only place that knows everybody: it puts adapters, routes, store and broker together."""

from hub.bootstrap.node import Node, assemble
from hub.bootstrap.offline import Offline, open_offline, page_of, schema_of
from hub.bootstrap.opening import (
    Hub,
    migrate_database,
    open_hub,
    read_settings,
)
from hub.bootstrap.registry import ADAPTERS, ROUTES, adapter_of, route_to
from hub.settings import describe_settings

__all__ = [
    "ADAPTERS",
    "ROUTES",
    "Hub",
    "Node",
    "Offline",
    "adapter_of",
    "assemble",
    "describe_settings",
    "migrate_database",
    "open_hub",
    "open_offline",
    "page_of",
    "read_settings",
    "route_to",
    "schema_of",
]

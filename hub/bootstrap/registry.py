"""The sources the hub takes and the destinations it serves. A new one adds a line here."""

from collections.abc import Mapping

from hub.adapters import tracs
from hub.domain.errors import NotFound
from hub.ports import Adapter, Route
from hub.routes import court_odyssey, rms_spillman

ADAPTERS: Mapping[str, Adapter] = {one.source: one for one in (tracs.ADAPTER,)}
ROUTES: Mapping[str, Route] = {
    one.destination: one for one in (court_odyssey.ROUTE, rms_spillman.ROUTE)
}


def adapter_of(source: str) -> Adapter:
    """The adapter of a source.

    Raises:
        NotFound: there is none.
    """
    if source not in ADAPTERS:
        raise NotFound(f"There is no source {source}; the hub takes: {', '.join(ADAPTERS)}.")
    return ADAPTERS[source]


def route_to(destination: str) -> Route:
    """The route to a destination.

    Raises:
        NotFound: there is none.
    """
    if destination not in ROUTES:
        known = ", ".join(ROUTES)
        raise NotFound(f"There is no destination {destination}; the hub knows: {known}.")
    return ROUTES[destination]

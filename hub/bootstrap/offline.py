"""What offline commands need: profiles, rules and reference tables, no database and no broker."""

from dataclasses import dataclass
from pathlib import Path

from hub.bootstrap.registry import adapter_of
from hub.domain.errors import NotFound
from hub.domain.reference import Reference, Sender
from hub.profiles import PROFILES
from hub.profiles.page import vendor_page
from hub.reference import load, read_tables, shipped_tables
from hub.shipped import shipped


@dataclass(frozen=True, slots=True)
class Offline:
    """What judging and rendering need."""

    reference: Reference

    def sender(self, client_id: str | None) -> Sender | None:
        """The client of clients.csv as the rules see it; None without an id.

        Raises:
            NotFound: clients.csv has no such row.
        """
        if client_id is None:
            return None
        if client_id not in self.reference.clients:
            raise NotFound(f"clients.csv has no client {client_id}.")
        return self.reference.clients[client_id].sender


def open_offline(directory: Path | None = None) -> Offline:
    """The tables of a folder, or those that travel with the hub.

    Raises:
        Misconfigured: a table is missing.
        Invalid: a table has a fault.
    """
    return Offline(load(read_tables(directory) if directory else shipped_tables()))


def page_of(source: str) -> str:
    """The vendor page of a source, in Markdown.

    Raises:
        NotFound: there is no such source.
    """
    return vendor_page(PROFILES[adapter_of(source).source])


def schema_of(source: str) -> bytes:
    """The newest XML schema of a source.

    Raises:
        NotFound: there is no such source.
    """
    version = adapter_of(source).versions[-1]
    return (shipped("xsd") / source / version / f"{source}.xsd").read_bytes()

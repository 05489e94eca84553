"""`hub render`: what a destination would get, offline."""

from pathlib import Path
from typing import Annotated

import typer

from hub.bootstrap.offline import Offline, open_offline
from hub.bootstrap.registry import adapter_of, route_to
from hub.cli import output
from hub.clock import system_clock
from hub.domain.delivery import Shipment
from hub.domain.errors import Invalid, NotFound
from hub.domain.judgement import Judged, JudgedDocument
from hub.judge import judge
from hub.ports import Route

Standard = Annotated[str, typer.Option(help="Message standard of the court: ecf-4.01.")]


def render(
    files: Annotated[list[Path], typer.Argument(help="Files to render.")],
    source: Annotated[str, typer.Option(help="Source of the files, such as tracs.")],
    destination: Annotated[str, typer.Option(help="Destination, such as court.odyssey.")],
    standard: Standard = "ecf-4.01",
    reference: Annotated[Path | None, typer.Option(help="Folder of reference tables.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write one file a document here.")] = None,
) -> None:
    """Print what a destination would get for each document that is not rejected."""
    if standard != "ecf-4.01":
        raise Invalid(f"{destination} has no rendering in {standard}; it has ecf-4.01.")
    hub = open_offline(reference)
    route = route_to(destination)
    skipped = 0
    for path in files:
        for document in _judge(hub, source, path).documents:
            body = _render(document, route, hub)
            if body is None:
                skipped += 1
            else:
                _write(body, document, out)
    if skipped:
        typer.echo(f"hub: {skipped} documents are rejected or not for {destination}.", err=True)
        raise typer.Exit(1)


def _judge(hub: Offline, source: str, path: Path) -> Judged:
    if not path.is_file():
        raise NotFound(f"{path} is not a file.")
    judged = judge(adapter_of(source), path.read_bytes(), hub.reference, None, system_clock())
    if judged.findings:
        raise Invalid(f"{path}: {judged.findings[0].message} 'hub check' tells more.")
    return judged


def _render(document: JudgedDocument, route: Route, hub: Offline) -> bytes | None:
    record = document.record
    if record is None or document.is_rejected or not route.takes(record):
        return None
    name = f"{document.state}-{document.agency}-{document.number}"
    issued_at = document.issued_at or system_clock()
    shipment = Shipment(name, name, 1, issued_at, record, document.attachment)
    return route.render(shipment, hub.reference)


def _write(body: bytes, document: JudgedDocument, out: Path | None) -> None:
    if out is None:
        output.console.out(body.decode(), highlight=False)
        return
    out.mkdir(parents=True, exist_ok=True)
    name = f"{document.state}-{document.agency}-{document.number}.xml"
    (out / name).write_bytes(body)

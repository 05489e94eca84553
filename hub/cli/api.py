"""`hub api`: only the HTTP door and intake."""

from hub.bootstrap.node import Part
from hub.cli.run import Host, Port, serve


def api(host: Host = None, port: Port = None) -> None:
    """Run only the HTTP door, which judges and stores what is posted, until it is told to stop."""
    serve(host, port, frozenset({Part.API}))

"""A certificate for 127.0.0.1, made by openssl, for tests that speak TLS."""

import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Certificate:
    """Certificate and private key, PEM."""

    cert: Path
    key: Path

    def trust(self) -> ssl.SSLContext:
        """What a client needs to believe it."""
        return ssl.create_default_context(cafile=str(self.cert))


def make_certificate(folder: Path) -> Certificate:
    """A self-signed one in this folder."""
    made = Certificate(folder / "server.crt", folder / "server.key")
    kind = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1"]
    files = ["-keyout", str(made.key), "-out", str(made.cert)]
    names = ["-addext", "subjectAltName=IP:127.0.0.1", *files]
    subprocess.run(["openssl", "req", *kind, *names], check=True, capture_output=True)
    return made

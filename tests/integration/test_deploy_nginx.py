"""`deploy/nginx` in a real nginx: TLS in front of a hub; what a client claims stays outside."""

import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hub.testing.broker_contract import eventually
from hub.testing.programs import free_port
from tests.certificates import Certificate, make_certificate

SITE = Path(__file__).parents[2] / "deploy" / "nginx" / "citation-hub.conf"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")

MAIN = """
pid {folder}/nginx.pid;
error_log {folder}/error.log;
daemon off;
worker_processes 1;
{user}
events {{}}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


@dataclass(frozen=True)
class Place:
    """An nginx of its own on the committed site; only places differ."""

    folder: Path
    certificate: Certificate
    port: int
    hub_port: int

    def command(self, *arguments: str) -> list[str]:
        assert NGINX is not None
        conf = str(self.folder / "nginx.conf")
        return [NGINX, "-p", str(self.folder), "-c", conf, *arguments]

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    certificate = make_certificate(tmp_path)
    made = Place(tmp_path, certificate, free_port(), free_port())
    site = SITE.read_text()
    for there, here in {
        "server 127.0.0.1:8080": f"server 127.0.0.1:{made.hub_port}",
        "listen 443 ssl": f"listen 127.0.0.1:{made.port} ssl",
        "/etc/citation-hub/tls.crt": certificate.cert,
        "/etc/citation-hub/tls.key": certificate.key,
        "/var/log/nginx/citation-hub.log": tmp_path / "access.log",
    }.items():
        assert site.count(there) == 1
        site = site.replace(there, str(here))
    (tmp_path / "site.conf").write_text(site)
    user = "user root;" if os.geteuid() == 0 else ""  # pytest's folders are its own
    (tmp_path / "nginx.conf").write_text(MAIN.format(folder=tmp_path, user=user))
    return made


def test_nginx_finds_the_site_sound(place: Place) -> None:
    result = subprocess.run(place.command("-t"), check=False, capture_output=True, text=True)

    assert result.returncode == 0, result.stderr
    assert "warn" not in result.stderr


async def echo(request: Request) -> Response:
    """What a hub behind the proxy sees."""
    body = await request.body()
    return JSONResponse({"bytes": len(body), "headers": dict(request.headers)})


@asynccontextmanager
async def echoing(port: int) -> AsyncIterator[None]:
    app = Starlette(routes=[Route("/{path:path}", echo, methods=["GET", "POST"])])
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, proxy_headers=False))
    with socket.create_server(("127.0.0.1", port)) as listener:
        task = asyncio.create_task(server.serve([listener]))
        yield
        server.should_exit = True
        await task


@pytest.fixture
async def client(place: Place) -> AsyncIterator[httpx2.AsyncClient]:
    async with echoing(place.hub_port):
        process = await asyncio.create_subprocess_exec(*place.command())
        try:
            async with httpx2.AsyncClient(
                base_url=place.url, verify=place.certificate.trust(), timeout=30
            ) as http:
                await eventually(lambda: answers(http, process), bool)
                yield http
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            await process.wait()


async def answers(http: httpx2.AsyncClient, process: asyncio.subprocess.Process) -> bool:
    assert process.returncode is None, "nginx has ended"
    try:
        return (await http.get("/health/live")).is_success
    except httpx2.TransportError:
        return False


async def test_the_hub_sees_the_true_caller_and_not_what_he_claims(
    client: httpx2.AsyncClient,
) -> None:
    forged = {
        "X-Forwarded-For": "203.0.113.7",
        "X-Forwarded-Proto": "gopher",
        "X-Forwarded-Host": "evil.example",
        "Forwarded": "for=203.0.113.7",
        "Authorization": "Bearer key",
    }

    seen = (await client.get("/v1/documents", headers=forged)).json()["headers"]

    assert seen["x-forwarded-for"] == "127.0.0.1"
    assert seen["x-forwarded-proto"] == "https"
    assert "forwarded" not in seen
    assert "x-forwarded-host" not in seen
    assert seen["authorization"] == "Bearer key"


async def test_a_body_as_large_as_the_hub_takes_passes_and_a_larger_one_stops_here(
    client: httpx2.AsyncClient, place: Place
) -> None:
    passed = await client.post("/v1/submissions/tracs", content=bytes(64 * 2**20))
    stopped = await client.post("/v1/submissions/tracs", content=bytes(66 * 2**20))

    assert passed.json()["bytes"] == 64 * 2**20
    assert stopped.status_code == 413
    assert not any((place.folder / "body").iterdir())


async def test_the_log_of_the_proxy_holds_no_query(
    client: httpx2.AsyncClient, place: Place
) -> None:
    await client.get("/v1/documents", params={"number": "73100002"})

    async def lines() -> str:
        return (place.folder / "access.log").read_text()

    log = await eventually(lines, lambda text: " GET /v1/documents 200 " in text)
    assert "73100002" not in log


async def test_answers_ask_to_be_fetched_over_tls_only(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/v1/documents")

    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert answer.headers["Server"] == "nginx"

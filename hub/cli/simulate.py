"""`hub simulate`: toy receivers, for trials and tests."""

import asyncio
import importlib
import signal
from pathlib import Path
from typing import Annotated, Any

import httpx2
import typer

from hub.cli import output
from hub.domain.errors import BrokerUnavailable, Invalid
from hub.testing import rms as toy_rms
from hub.testing.faults import BadFaults, Died, Fault, Faults, parse_faults
from hub.testing.odyssey import MailboxReceiver, Receiver, Taken, ToyOdyssey, clerk
from hub.testing.odyssey.conduct import FAULTS as COURT_FAULTS

app = typer.Typer(no_args_is_help=True)

_TIMEOUT_SECONDS = 30
_PATIENCE_SECONDS = 120.0

_FaultList = Annotated[
    str, typer.Option("--faults", help="Chances of faults, such as slow=0.1,refuse=0.05,die=0.02.")
]
_Seed = Annotated[int, typer.Option(help="The same seed brings the same faults.")]
_SlowSeconds = Annotated[float, typer.Option(min=0, help="How slow a slow answer is.")]
_LateSeconds = Annotated[float, typer.Option(min=0, help="How late a late reply is at least.")]
_ExitOnDeath = Annotated[
    bool, typer.Option(help="End with status 1 at a 'die', rather than come back at once.")
]


@app.callback()
def _noun() -> None:
    """Toy receivers, for trials and tests."""


@app.command("odyssey")
def odyssey(
    docket: Annotated[Path, typer.Option(help="File that keeps what was docketed.")],
    url: Annotated[str | None, typer.Option(help="Hub to lease from over HTTP.")] = None,
    key: Annotated[
        str, typer.Option(envvar="CITATION_HUB_KEY", help="API key of the destination.")
    ] = "",
    amqp: Annotated[str | None, typer.Option(help="RabbitMQ to consume from instead.")] = None,
    faults: _FaultList = "",
    seed: _Seed = 0,
    slow_seconds: _SlowSeconds = 2.0,
    late_seconds: _LateSeconds = 20.0,
    exit_on_death: _ExitOnDeath = False,
) -> None:
    """A toy Odyssey: takes filings, dockets each once, answers with docket numbers.

    Prints one line a filing, until it is told to stop. Faults: slow, refuse (a clerk's reason),
    twice (every reply), late (accepted before received, or put off), die (settles nothing).
    """
    if (url is None) == (amqp is None):
        raise Invalid("Give the hub's --url with --key, or the broker's --amqp.")
    chances = _chances(faults, COURT_FAULTS)
    court = _Court(docket, url or "", key, amqp, Faults(chances, seed, slow_seconds, late_seconds))
    output.run(court.run(exit_on_death=exit_on_death))


@app.command("rms")
def rms(
    records: Annotated[Path, typer.Option(help="File that keeps what was taken.")],
    port: Annotated[int, typer.Option(help="Port on loopback; 0 takes a free one.")] = 9443,
    cert: Annotated[Path | None, typer.Option(help="Certificate (PEM): HTTPS.")] = None,
    cert_key: Annotated[Path | None, typer.Option(help="Its private key (PEM).")] = None,
    token: Annotated[
        str | None, typer.Option(envvar="RMS_TOKEN", help="Bearer token that callers must show.")
    ] = None,
    seen_status: Annotated[
        int, typer.Option(help="Answer to a key seen before: 200 or 409.")
    ] = 200,
    faults: _FaultList = "",
    seed: _Seed = 0,
    slow_seconds: _SlowSeconds = 2.0,
    exit_on_death: _ExitOnDeath = False,
) -> None:
    """A toy RMS: takes copies pushed to /tickets, each Idempotency-Key once.

    Prints one line a call, until it is told to stop. Faults: slow, refuse (422, in its words),
    busy (429 or 503 with Retry-After), die (hangs up without an answer).
    """
    if (cert is None) != (cert_key is None):
        raise Invalid("HTTPS needs both --cert and --cert-key.")
    if seen_status not in (200, 409):
        raise Invalid("--seen-status is 200 or 409.")
    options = {
        "port": port,
        "cert": (cert, cert_key) if cert else None,
        "token": token,
        "seen_status": seen_status,
        "faults": Faults(_chances(faults, toy_rms.FAULTS), seed, slow_seconds),
    }
    output.run(_rms(records, options, exit_on_death=exit_on_death))


def _chances(text: str, known: tuple[Fault, ...]) -> dict[Fault, float]:
    try:
        return parse_faults(text, known)
    except BadFaults as fault:
        raise Invalid(f"--faults: {fault}") from None


class _Court:
    """The toy court as a process that dies and comes back."""

    def __init__(self, docket: Path, url: str, key: str, amqp: str | None, faults: Faults) -> None:
        self._docket = docket
        self._url = url
        self._key = key
        self._amqp = amqp
        self._faults = faults

    async def run(self, *, exit_on_death: bool) -> None:
        """Receive until told to stop."""
        stop = _told_to_stop()
        print("The toy Odyssey is open", flush=True)
        while not stop.is_set():
            try:
                await self._live(stop)
            except Died as death:
                print(death, flush=True)
                if exit_on_death:
                    raise typer.Exit(1) from None

    async def _live(self, stop: asyncio.Event) -> None:
        court = ToyOdyssey(self._docket, review=clerk(self._faults))
        try:
            async with httpx2.AsyncClient(base_url=self._url, timeout=_TIMEOUT_SECONDS) as http:
                await self._receiver(court, http).run(stop)
        except httpx2.HTTPStatusError as error:
            status = error.response.status_code
            raise Invalid(f"The hub answers {status}: is the --key right, and the --url?") from None
        except (OSError, httpx2.HTTPError) as error:
            raise BrokerUnavailable(f"The hub is out of reach: {error}.") from None
        finally:
            court.close()

    def _receiver(self, court: ToyOdyssey, http: httpx2.AsyncClient) -> Receiver:
        options: dict[str, Any] = {
            "on_taken": _say_taken,
            "faults": self._faults,
            "patience_seconds": _PATIENCE_SECONDS,
        }
        if self._amqp is None:
            return MailboxReceiver(court, http, self._key, **options)
        # its client library may not be installed
        module = importlib.import_module("hub.testing.odyssey.amqp")
        receiver: Receiver = module.AmqpReceiver(court, self._amqp, **options)
        return receiver


async def _rms(path: Path, options: dict[str, Any], *, exit_on_death: bool) -> None:
    stop = _told_to_stop()
    deaths = []

    def say(key: str, status: int | None) -> None:
        print(f"{key} {status or 'died'}", flush=True)
        if status is None and exit_on_death:
            deaths.append(key)
            stop.set()

    records = toy_rms.ToyRms(path)
    try:
        async with toy_rms.serving(records, on_answer=say, **options) as address:
            print(f"The toy RMS is open at {address}", flush=True)
            await stop.wait()
    except OSError as error:
        raise Invalid(f"The toy RMS cannot open: {error}.") from None
    finally:
        records.close()
    if deaths:
        raise typer.Exit(1)


def _told_to_stop() -> asyncio.Event:
    stop = asyncio.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(one, stop.set)
    return stop


def _say_taken(taken: Taken) -> None:
    answer = taken.replies[-1]
    number = taken.message.headers["x-hub-number"]
    print(f"{number} {answer['type']} {answer.get('docket_number', '')}", flush=True)

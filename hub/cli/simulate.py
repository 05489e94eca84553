"""`hub simulate`: toy receivers, for trials and tests."""

import asyncio
import importlib
import signal
from pathlib import Path
from typing import Annotated

import httpx2
import typer

from hub.cli import output
from hub.domain.errors import BrokerUnavailable, Invalid
from hub.testing.odyssey import MailboxReceiver, Receiver, Taken, ToyOdyssey

app = typer.Typer(no_args_is_help=True)

_TIMEOUT_SECONDS = 30
_PATIENCE_SECONDS = 120.0


@app.callback()
def _noun() -> None:
    """Toy receivers, for trials and tests."""


@app.command("odyssey")
def odyssey(
    docket: Annotated[Path, typer.Option(help="File that keeps what was docketed.")],
    url: Annotated[str | None, typer.Option(help="Hub to lease from over HTTP.")] = None,
    key: Annotated[str, typer.Option(envvar="HUB_KEY", help="API key of the destination.")] = "",
    amqp: Annotated[str | None, typer.Option(help="RabbitMQ to consume from instead.")] = None,
) -> None:
    """A toy Odyssey: takes filings, dockets each once, answers with docket numbers.

    Prints one line a filing, until it is told to stop.
    """
    if (url is None) == (amqp is None):
        raise Invalid("Give the hub's --url with --key, or the broker's --amqp.")
    output.run(_odyssey(docket, url, key, amqp))


async def _odyssey(docket: Path, url: str | None, key: str, amqp: str | None) -> None:
    court = ToyOdyssey(docket)
    async with httpx2.AsyncClient(base_url=url or "", timeout=_TIMEOUT_SECONDS) as http:
        receiver = _receiver(court, http, key, amqp)
        print("The toy Odyssey is open", flush=True)
        try:
            await receiver.run(_told_to_stop())
        except (OSError, httpx2.HTTPError) as error:
            raise BrokerUnavailable(f"The hub is out of reach: {error}.") from None
        finally:
            court.close()


def _receiver(court: ToyOdyssey, http: httpx2.AsyncClient, key: str, amqp: str | None) -> Receiver:
    patience = {"patience_seconds": _PATIENCE_SECONDS}
    if amqp is None:
        return MailboxReceiver(court, http, key, on_taken=_say, **patience)
    module = importlib.import_module("hub.testing.odyssey.amqp")  # its client may not be installed
    receiver: Receiver = module.AmqpReceiver(court, amqp, on_taken=_say, **patience)
    return receiver


def _told_to_stop() -> asyncio.Event:
    stop = asyncio.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(one, stop.set)
    return stop


def _say(taken: Taken) -> None:
    answer = taken.replies[-1]
    number = taken.message.headers["x-hub-number"]
    print(f"{number} {answer['type']} {answer.get('docket_number', '')}", flush=True)

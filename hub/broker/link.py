"""One connection to RabbitMQ, opened when it is needed and again after it was lost.

Plain connections on purpose: the client library's self-healing ones restore what they remember in
the background, hide failures from the caller and have lost consumers doing so (aio-pika issues
231, 334, 379, 501). Here whoever needs a channel asks for one, and gets a live one or an error.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from urllib.parse import urlsplit

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection
from aio_pika.exceptions import ChannelClosed, ProbableAuthenticationError

from hub.domain.errors import BrokerUnavailable, HubError, Misconfigured

HEARTBEAT_SECONDS = 30
CLOSE_SECONDS = 2

# The libraries log whole messages, bodies and all. What matters of it, this room logs itself.
for _library in ("aio_pika", "aiormq"):
    logging.getLogger(_library).setLevel(logging.CRITICAL)


class Link:
    """A connection with a name that operators see in RabbitMQ's own pages.

    `timeout_seconds` bounds connecting, opening a channel, and an errand as a whole.

    Raises:
        Misconfigured: the URL cannot be understood.
    """

    def __init__(self, url: str, name: str, timeout_seconds: float) -> None:
        self._url = url
        self._name = name
        self.timeout_seconds = timeout_seconds
        self._place = _place(url)
        self._turn = asyncio.Lock()
        self._connection: AbstractConnection | None = None

    async def channel(self, **options: Any) -> AbstractChannel:
        """A new open channel.

        Raises:
            BrokerUnavailable: no connection, or no answer, within the timeout.
        """
        connection = await self._live_connection()
        try:
            with loss_is_an_error():
                async with asyncio.timeout(self.timeout_seconds):
                    channel = connection.channel(**options)
                    await channel.initialize()
        except Exception as cause:  # noqa: BLE001 - the library raises assorted types here
            await self._discard(connection)  # one that opens no channel is dead, whatever it says
            raise BrokerUnavailable(self._sentence(cause)) from None
        return channel

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[AbstractChannel]:
        """A channel for a short errand; the block as a whole is bounded by the timeout.

        A failure costs this channel only: the errand may have met a single queue in trouble.

        Raises:
            BrokerUnavailable: no connection, or no answer, within the timeout.
            ChannelClosed: the broker refused what the block asked for.
        """
        channel = await self.channel()
        try:
            with loss_is_an_error():
                async with asyncio.timeout(self.timeout_seconds):
                    yield channel
        except (HubError, ChannelClosed):
            raise
        except Exception as cause:  # noqa: BLE001 - the library raises assorted types here
            raise BrokerUnavailable(self._sentence(cause)) from None
        finally:
            await close_quietly(channel)

    async def close(self) -> None:
        """Close; the next channel opens a new connection."""
        if self._connection is not None:
            await self._discard(self._connection)

    async def _discard(self, connection: AbstractConnection) -> None:
        if self._connection is connection:
            self._connection = None
        await close_quietly(connection)

    async def _live_connection(self) -> AbstractConnection:
        async with self._turn:
            if self._connection is not None and not self._connection.connected.is_set():
                await self._discard(self._connection)
            if self._connection is None:
                self._connection = await self._connect()
            return self._connection

    async def _connect(self) -> AbstractConnection:
        try:
            with loss_is_an_error():
                return await aio_pika.connect(
                    self._url,
                    timeout=self.timeout_seconds,
                    heartbeat=HEARTBEAT_SECONDS,
                    client_properties={"connection_name": self._name},
                )
        except Exception as cause:  # noqa: BLE001 - the library raises assorted types here
            raise BrokerUnavailable(self._sentence(cause)) from None

    def _sentence(self, cause: Exception) -> str:
        """Why not, without what the library's own texts may quote of the URL."""
        if isinstance(cause, ProbableAuthenticationError):
            return f"RabbitMQ at {self._place} refused the user name, password or virtual host."
        return (
            f"RabbitMQ at {self._place} gave no connection within {self.timeout_seconds:g} "
            f"seconds ({type(cause).__name__}); is it running, and is HUB_BROKER_URL right?"
        )


@contextmanager
def loss_is_an_error() -> Iterator[None]:
    """Tell the library's cancellations from ours.

    When a connection is lost the library cancels its own tasks, and lets that out to the caller;
    taken at its word it would end tasks of the hub that nobody wanted to end.
    """
    try:
        yield
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise ConnectionResetError("The connection to RabbitMQ was lost.") from None


async def close_quietly(closing: AbstractConnection | AbstractChannel) -> None:
    """Close what may be lost already: it is given up either way."""
    try:
        with loss_is_an_error():
            async with asyncio.timeout(CLOSE_SECONDS):
                await closing.close()
    except Exception:  # noqa: BLE001, S110 - the library raises assorted types here
        pass


def _place(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port or (5671 if parts.scheme == "amqps" else 5672)
    except ValueError:
        port, parts = None, None
    if parts is None or parts.scheme not in {"amqp", "amqps"} or not parts.hostname:
        raise Misconfigured("HUB_BROKER_URL must look like amqp://user:password@host:5672/vhost.")
    return f"{parts.hostname}:{port}"

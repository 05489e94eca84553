"""`deploy/rabbitmq` on a real RabbitMQ: what each account may, and above all what it may not."""

import asyncio
import json
import ssl
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import aio_pika
import httpx2
import orjson
import pytest
from aio_pika.abc import AbstractChannel
from aio_pika.exceptions import (
    AMQPConnectionError,
    AMQPError,
    ProbableAuthenticationError,
    PublishError,
)
from aiormq.exceptions import ChannelAccessRefused, ChannelPreconditionFailed

from deploy.make_secrets import HUB, account_file, make_secrets
from hub.broker.limits import QueueLimits
from hub.broker.link import Link
from hub.broker.topology import DEAD, DELIVERIES, REPLIES, UNROUTABLE, declare
from hub.domain.errors import Misconfigured
from hub.testing import samples
from hub.testing.broker_contract import eventually
from hub.testing.odyssey import ToyOdyssey
from hub.testing.odyssey.amqp import AmqpReceiver
from hub.testing.programs import LocalRabbitmq, free_port
from hub.testing.servers import RabbitmqServer
from tests.certificates import Certificate, make_certificate
from tests.e2e import hub_process
from tests.unit.testing.test_toy_court import a_message

COURT, RMS = "court.odyssey", "rms.spillman"
VHOST = "citation-hub"
CONF = Path(__file__).parents[2] / "deploy" / "rabbitmq" / "rabbitmq.conf"
SECRETS = "/run/secrets"

Try = Callable[[AbstractChannel], Awaitable[object]]


@pytest.fixture(scope="module")
def urls(
    rabbitmq: RabbitmqServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """How each account reaches the broker after the definitions were imported."""
    folder = tmp_path_factory.mktemp("deploy") / "secrets"
    make_secrets(folder)
    definitions = json.loads((folder / "rabbitmq_definitions.json").read_text())
    rabbitmq.manage("POST", "definitions", definitions)
    reach = {
        user["name"]: rabbitmq.url_of(
            VHOST, user["name"], account_file(folder, user["name"]).read_text()
        )
        for user in definitions["users"]
    }
    asyncio.run(make_queues(reach[HUB]))
    yield reach
    rabbitmq.delete_vhost(VHOST)
    for name in reach:
        rabbitmq.manage("DELETE", f"users/{name}")


async def make_queues(url: str) -> None:
    """The hub makes all it needs, as its own account."""
    link = Link(url, "test", 10)
    await declare(link, [COURT, RMS], QueueLimits())
    await link.close()


async def channel_of(url: str) -> AsyncIterator[AbstractChannel]:
    async with await aio_pika.connect(url) as connection:
        yield await connection.channel(publisher_confirms=True, on_return_raises=True)


@pytest.fixture
async def court(urls: dict[str, str]) -> AsyncIterator[AbstractChannel]:
    async for channel in channel_of(urls[COURT]):
        yield channel


@pytest.fixture
async def hub_channel(urls: dict[str, str]) -> AsyncIterator[AbstractChannel]:
    async for channel in channel_of(urls[HUB]):
        yield channel


def publish(exchange: str, key: str, user_id: str | None = None) -> Try:
    async def attempt(channel: AbstractChannel) -> object:
        target = await channel.get_exchange(exchange, ensure=False)
        return await target.publish(aio_pika.Message(b"{}", user_id=user_id), key, timeout=10)

    return attempt


def read(queue: str) -> Try:
    async def attempt(channel: AbstractChannel) -> object:
        return await (await channel.get_queue(queue, ensure=False)).get(fail=False)

    return attempt


async def declare_queue(channel: AbstractChannel) -> object:
    return await channel.declare_queue("court.more", durable=True)


async def delete_queue(channel: AbstractChannel) -> object:
    return await channel.queue_delete(COURT)


async def bind_own_queue_to_replies(channel: AbstractChannel) -> object:
    return await (await channel.get_queue(COURT, ensure=False)).bind(REPLIES, RMS)


async def test_a_court_takes_its_messages_and_replies_in_its_own_name(
    urls: dict[str, str], hub_channel: AbstractChannel, tmp_path: Path
) -> None:
    sent = a_message()
    deliveries = await hub_channel.get_exchange(DELIVERIES, ensure=False)
    message = aio_pika.Message(
        sent.body, message_id=sent.message_id, type=sent.type, headers=dict(sent.headers)
    )
    await deliveries.publish(message, COURT)
    court = ToyOdyssey(tmp_path / "court.db")

    await AmqpReceiver(court, urls[COURT]).run_until(1)
    court.close()

    inbox: asyncio.Queue[aio_pika.abc.AbstractIncomingMessage] = asyncio.Queue()
    queue = await hub_channel.get_queue(REPLIES, ensure=False)
    await queue.consume(inbox.put, no_ack=True)
    async with asyncio.timeout(20):
        replies = [await inbox.get() for _ in range(2)]
    assert [orjson.loads(one.body)["type"] for one in replies] == [
        "reply.received",
        "reply.accepted",
    ]
    assert {(one.routing_key, one.user_id) for one in replies} == {(COURT, COURT)}


@pytest.mark.parametrize(
    "attempt",
    [
        pytest.param(read(RMS), id="read another destination's queue"),
        pytest.param(read(f"{COURT}.dead"), id="read its dead letters"),
        pytest.param(read(REPLIES), id="read replies"),
        pytest.param(read(UNROUTABLE), id="read what was set aside"),
        pytest.param(publish(DELIVERIES, COURT), id="send deliveries"),
        pytest.param(publish(DEAD, COURT), id="make dead letters"),
        pytest.param(publish(UNROUTABLE, COURT), id="set aside"),
        pytest.param(publish("amq.topic", COURT), id="use the broker's own exchanges"),
        pytest.param(publish(REPLIES, RMS, COURT), id="reply under another key"),
        pytest.param(publish(REPLIES, f"{COURT}.x", COURT), id="reply under a longer key"),
        pytest.param(declare_queue, id="declare a queue"),
        pytest.param(delete_queue, id="delete its queue"),
        pytest.param(bind_own_queue_to_replies, id="listen to others' replies"),
    ],
)
async def test_a_court_may_not(court: AbstractChannel, attempt: Try) -> None:
    with pytest.raises(ChannelAccessRefused):
        await attempt(court)


async def test_a_court_may_not_write_to_a_queue_past_the_exchanges(court: AbstractChannel) -> None:
    with pytest.raises(ChannelAccessRefused):
        await court.default_exchange.publish(aio_pika.Message(b"{}"), COURT, timeout=10)


async def test_a_court_may_not_reply_in_another_name(court: AbstractChannel) -> None:
    with pytest.raises(ChannelPreconditionFailed):
        await publish(REPLIES, COURT, HUB)(court)


async def test_a_court_has_no_other_virtual_host(urls: dict[str, str]) -> None:
    with pytest.raises(AMQPError):
        await aio_pika.connect(urls[COURT].removesuffix(VHOST) + "%2F")


@pytest.mark.usefixtures("urls")
async def test_the_number_of_a_courts_connections_is_bounded(rabbitmq: RabbitmqServer) -> None:
    limits = orjson.loads(await asyncio.to_thread(rabbitmq.manage, "GET", f"user-limits/{COURT}"))

    assert limits == [{"user": COURT, "value": {"max-channels": 32, "max-connections": 8}}]


@pytest.mark.parametrize(
    "attempt",
    [
        pytest.param(publish(REPLIES, COURT), id="write a reply"),
        pytest.param(publish("amq.topic", "x"), id="use the broker's own exchanges"),
    ],
)
async def test_the_hub_itself_may_not(hub_channel: AbstractChannel, attempt: Try) -> None:
    with pytest.raises(ChannelAccessRefused):
        await attempt(hub_channel)


async def test_what_cannot_be_routed_comes_back_to_the_hub(hub_channel: AbstractChannel) -> None:
    with pytest.raises(PublishError):
        await publish(DELIVERIES, "court.nowhere")(hub_channel)


async def test_the_hub_and_a_court_work_with_these_accounts(
    urls: dict[str, str], tmp_path: Path
) -> None:
    environment = {
        "HUB_DATABASE_URL": f"sqlite:///{tmp_path / 'hub.db'}",
        "HUB_BROKER_URL": urls[HUB],
        "HUB_LOG_LEVEL": "warning",
    }
    sender = await key(environment, "key", "vt-dps-tracs", "--backfill")
    reader = await key(environment, "create", "reader", "--role", "auditor")
    court = ("simulate", "odyssey", "--docket", str(tmp_path / "court.db"), "--amqp", urls[COURT])
    async with (
        hub_process.running(environment, "run", "--port", "0") as hub,
        hub_process.running({}, *court) as odyssey,
        httpx2.AsyncClient(base_url=hub.line.rsplit(" ", 1)[1], timeout=30) as http,
    ):
        sent = {
            "Authorization": f"Bearer {sender}",
            "Content-Type": "application/xml",
            "X-Hub-Received-At": "2026-02-18T20:54:00Z",
        }
        receipt = await http.post(
            "/v1/submissions/tracs", content=samples.ticket(73_900_077), headers=sent
        )
        (document,) = receipt.json()["documents"]
        assert (await odyssey.read_line()).startswith("73900077 reply.accepted")

        async def statuses() -> dict[str, str]:
            answer = await http.get(
                f"/v1/documents/{document['document_id']}",
                headers={"Authorization": f"Bearer {reader}"},
            )
            return {one["destination"]: one["status"] for one in answer.json()["deliveries"]}

        await eventually(statuses, lambda found: found[COURT] == "acknowledged")
        assert await hub.end() == 0


async def key(environment: dict[str, str], *arguments: str) -> str:
    printed = await hub_process.run(environment, "client", *arguments, "--json")
    return str(json.loads(printed)["key"])


# --- the first start ----------------------------------------------------------------------------


@pytest.fixture
def first_start() -> Iterator[tuple[int, int, Path, Certificate]]:
    """A RabbitMQ that starts on nothing but the files of deploy/: its ports, secrets, certificate.

    Only the places differ: ports, and where the secrets lie.
    """
    with tempfile.TemporaryDirectory(prefix="hub-") as name:
        folder = Path(name)
        make_secrets(folder)
        certificate = make_certificate(folder)
        plain, tls, management = free_port(), free_port(), free_port()
        try:
            machine = LocalRabbitmq(folder, (plain, management), "unused")
        except Misconfigured as missing:
            pytest.skip(str(missing))
        (folder / "rabbitmq.conf").write_text(
            _placed(CONF.read_text(), folder, plain, tls, management)
        )
        machine.start()
        try:
            yield plain, tls, folder, certificate
        finally:
            machine.stop()


def _placed(conf: str, folder: Path, plain: int, tls: int, management: int) -> str:
    for there, here in {
        f"{SECRETS}/rabbitmq_definitions": folder / "rabbitmq_definitions.json",
        f"{SECRETS}/tls_cert": folder / "server.crt",
        f"{SECRETS}/tls_key": folder / "server.key",
        "tcp.default = 5672": f"tcp.default = 127.0.0.1:{plain}",
        "ssl.default = 5671": f"ssl.default = 127.0.0.1:{tls}",
    }.items():
        assert conf.count(there) == 1
        conf = conf.replace(there, str(here))
    return f"{conf}\nmanagement.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {management}\n"


async def connects(url: str, trust: ssl.SSLContext | None = None) -> bool:
    try:
        connection = await aio_pika.connect(url, timeout=5, ssl_context=trust)
    except AMQPConnectionError:
        return False
    await connection.close()
    return True


async def test_a_first_start_on_these_files_knows_the_accounts_and_no_guest(
    first_start: tuple[int, int, Path, Certificate],
) -> None:
    plain, tls, folder, certificate = first_start
    words = {name: account_file(folder, name).read_text() for name in (HUB, COURT)}
    at_hub = f"amqp://{HUB}:{words[HUB]}@127.0.0.1:{plain}/{VHOST}"
    at_court = f"amqps://{COURT}:{words[COURT]}@127.0.0.1:{tls}/{VHOST}"

    assert await eventually(lambda: connects(at_hub), bool)
    assert await connects(at_court, certificate.trust())
    assert not await connects(at_court)  # a certificate nobody vouches for
    for vhost in ("", VHOST):
        with pytest.raises(ProbableAuthenticationError):
            await aio_pika.connect(f"amqp://guest:guest@127.0.0.1:{plain}/{vhost}")

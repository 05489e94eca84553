"""Bodies are bounded: in size, in time, and in the memory that all of them take together."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.requests import Request

from hub.api.bodies import JSON_BYTES_MAX, FileRoom
from hub.domain.errors import Invalid, TooLarge, TooMany, TooSlow
from hub.xml import SUBMISSION_BYTES_MAX
from tests.living import LivingHub, accepted_ticket


def posted(*chunks: bytes, encoding: str = "identity", ends: bool = True) -> Request:
    messages = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]

    async def receive() -> Any:
        if messages:
            return messages.pop(0)
        if not ends:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": b"", "more_body": False}

    headers = [(b"content-type", b"application/xml"), (b"content-encoding", encoding.encode())]
    return Request({"type": "http", "headers": headers}, receive)


async def read(request: Request, room: FileRoom | None = None) -> bytes:
    async with (room or FileRoom()).file(request) as raw:
        return raw


@pytest.mark.parametrize("cut", [1, 20, 300])
async def test_a_gzip_stream_of_several_members_is_inflated_to_its_end(cut: int) -> None:
    raw = accepted_ticket()
    stream = gzip.compress(raw[:1000]) + gzip.compress(b"", mtime=0) + gzip.compress(raw[1000:])

    assert await read(posted(stream[:cut], stream[cut:], encoding="gzip")) == raw


@pytest.mark.parametrize(
    "stream",
    [
        b"",
        gzip.compress(b"<a/>", mtime=0)[:-1],
        gzip.compress(b"<a/>", mtime=0) + gzip.compress(b"", mtime=0)[:9],
    ],
)
async def test_a_gzip_stream_that_does_not_end_is_invalid(stream: bytes) -> None:
    with pytest.raises(Invalid, match="cut off"):
        await read(posted(stream, encoding="gzip"))


async def test_what_inflates_to_nothing_for_ever_is_too_large() -> None:
    head = gzip.compress(b"", mtime=0)[:10]
    empty_blocks = b"\x00\x00\x00\xff\xff" * 200_000  # RFC 1951, section 3.2.4
    chunks = [empty_blocks] * (SUBMISSION_BYTES_MAX // len(empty_blocks) + 1)

    with pytest.raises(TooLarge):
        await read(posted(head, *chunks, encoding="gzip"))


async def test_a_gzip_stream_of_countless_members_is_invalid() -> None:
    members = gzip.compress(b"", mtime=0) * 1_000

    with pytest.raises(Invalid, match="too many members"):
        await read(posted(*[members] * 11, encoding="gzip"))


async def test_files_that_find_no_room_are_sent_away_until_there_is_room_again() -> None:
    room = FileRoom(bytes_max=10)

    async with room.file(posted(b"123456", b"78")):
        with pytest.raises(TooMany):
            await read(posted(b"12", b"3"), room)
        assert await read(posted(b"12"), room) == b"12"

    assert await read(posted(b"1234567890"), room) == b"1234567890"


async def test_a_file_that_does_not_arrive_in_time_is_given_up_and_leaves_its_room() -> None:
    room = FileRoom(bytes_max=10, seconds_max=0.001)

    with pytest.raises(TooSlow):
        await read(posted(b"1234567890", ends=False), room)

    assert await read(posted(b"1234567890"), room) == b"1234567890"


async def test_json_that_is_too_large_is_413_before_anyone_asks_who_calls(hub: LivingHub) -> None:
    async def spaces() -> AsyncIterator[bytes]:
        for _ in range(JSON_BYTES_MAX // 65_536 + 1):
            yield b" " * 65_536

    headers = {"Content-Type": "application/json"}
    answer = await hub.http.post("/v1/replies/court.odyssey", content=spaces(), headers=headers)

    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:citation-hub:problem:too-large"


async def test_a_check_of_what_is_too_large_names_x006_as_a_post_does(hub: LivingHub) -> None:
    headers = {
        "Content-Type": "application/xml",
        "Content-Encoding": "gzip",
        **hub.bearer("vt-dps-tracs"),
    }
    bomb = gzip.compress(b" " * (SUBMISSION_BYTES_MAX + 1))

    answer = await hub.http.post("/v1/check/tracs", content=bomb, headers=headers)

    assert answer.status_code == 413
    assert answer.json()["finding"] == "X006"

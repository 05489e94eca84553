"""A request that fails: what the caller is told, and what the log is not."""

import logging

import httpx2
import pytest
from fastapi import FastAPI
from starlette.requests import ClientDisconnect

from hub.api.app import RequestLog
from hub.clock import new_id


async def ask(failure: Exception) -> httpx2.Response:
    app = FastAPI()

    @app.get("/things/{name}")
    async def fail(name: str) -> None:
        assert name
        raise failure

    app.add_middleware(RequestLog, new_id=new_id)
    transport = httpx2.ASGITransport(app=app)  # hands on whatever the application lets out
    async with httpx2.AsyncClient(transport=transport, base_url="http://hub") as http:
        return await http.get("/things/Testerly")


async def test_a_bug_is_503_to_come_again_and_neither_its_text_nor_the_path_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)

    answer = await ask(ValueError("Surname Testerly, licence 77166641"))

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert answer.json()["type"] == "urn:citation-hub:problem:bug"
    assert "ValueError" in caplog.text
    assert "/things/{name}" in caplog.text
    assert "Testerly" not in caplog.text.replace("/things/Testerly", "")  # httpx's own line


async def test_a_caller_who_hangs_up_is_no_bug_of_the_hub(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    with pytest.raises(AssertionError):  # no answer was sent: nobody is there to read it
        await ask(ClientDisconnect())

    assert "request.abandoned" in caplog.text
    assert "request.failed" not in caplog.text

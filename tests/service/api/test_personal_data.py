"""No personal value leaves the hub by a side door.

The whole corpus goes through, with what courts and receivers say of it. Then everything that is
not a document for someone who may read it is searched: log, metrics, headers, receipts, problems,
lists, timelines, figures.
"""

import json
import logging
import re
from pathlib import Path
from typing import Any

import httpx2
import pytest

from hub.bootstrap.chores import chores_of
from hub.chores import do_once
from tests.living import LivingHub

CORPUS = Path(__file__).parents[2] / "corpus"
SUBMISSIONS: list[dict[str, Any]] = json.loads((CORPUS / "expectations.json").read_text())[
    "submissions"
]
PERSONAL = (
    "LastName", "FirstName", "StreetAddress", "DLNumber", "DateOfBirth", "HomePhone",
    "BusinessPhone", "VIN", "PlateNumber", "Narrative",
)  # fmt: skip
LENGTH_MIN = 4

PATHS = (
    "/v1/documents?limit=500",
    "/v1/reviews?limit=500",
    "/v1/error-log?limit=500",
    "/v1/deliveries?limit=500",
    "/v1/destinations",
    "/v1/queues",
    "/v1/stats",
    "/metrics",
    "/health/ready",
    "/v1/documents?officer=Dummerston&limit=0",
    "/v1/documents/Dummerston",
)


def personal_values() -> set[str]:
    """What the corpus says of persons, as posted and as the hub writes it."""
    found: set[str] = set()
    for submission in SUBMISSIONS:
        text = (CORPUS / submission["file"]).read_bytes().decode("latin-1")
        for name in PERSONAL:
            values = re.findall(f"<{name}>([^<]+)</{name}>", text)
            found.update(values, *(_written(value) for value in values))
    return {value for value in found if len(value) >= LENGTH_MIN}


def _written(value: str) -> set[str]:
    """A date as the hub writes it."""
    date = re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})", value)
    return {f"{date[3]}-{date[1]}-{date[2]}"} if date else set()


def leaks(output: str, values: set[str]) -> set[str]:
    """The personal values that stand in the output as words of their own."""
    return {
        value
        for value in values
        if value in output and re.search(rf"(?<!\w){re.escape(value)}(?!\w)", output)
    }


class Outlet:
    """Collects everything the hub lets out."""

    def __init__(self, hub: LivingHub) -> None:
        self.hub = hub
        self.texts: list[str] = []
        self.documents: list[str] = []

    def note(self, answer: httpx2.Response, *, with_body: bool = True) -> httpx2.Response:
        headers = {name: value for name, value in answer.headers.items() if name != "date"}
        self.texts.append(f"{headers} {answer.text if with_body else ''}")
        return answer

    async def post_everything(self) -> None:
        for submission in SUBMISSIONS:
            raw = (CORPUS / submission["file"]).read_bytes()
            how = {"key": submission["client"], "received_at": submission["received_at"]}
            self.note(await self.hub.post(raw, **how))

    async def answer_everything(self) -> None:
        """The court says every name it knows where it should not."""
        while messages := await self.hub.lease(max=500):
            for number, message in enumerate(messages):
                self.texts.append(str(message["headers"]))
                message_id = message["message_id"]
                word = ("accepted", "rejected", "received")[number % 3]
                reply = self._reply(f"{message_id}-1", word, message_id=message_id)
                self.note(await self.hub.say("/v1/replies/court.odyssey", reply))
                ack = f"/v1/destinations/court.odyssey/messages/{message_id}/ack"
                self.note(await self.hub.say(ack))

    async def answer_wrongly(self) -> None:
        """Orphans, decisions with a defendant, and replies that are none."""
        key = {"state": "VT", "agency": "1119", "number": "00000000"}
        defendant = {"last_name": "Dummerston", "birth_date": "1963-07-14"}
        charge: dict[str, Any] = {"sequence": 1, "violation_code": "x", "disposition": "1"}
        charge |= {"disposition_date": "2026-03-01"}
        decided: dict[str, Any] = {"state": "VT", "court_code": "VTJB", "docket_number": "1"}
        decided |= {"report_type": "original", "charges": [charge], "defendant": defendant}
        wrong = decided | {"defendant": {"birth_date": "Dummerston"}, "cmv": "Dummerston"}
        for reply in (
            self._reply("paid", "paid", citation=key),
            self._reply("decided", "disposed", citation=key, disposition=decided),
            self._reply("wrong", "disposed", citation=key, disposition=wrong),
            self._reply("none", "Dummerston", amount="Dummerston"),
        ):
            self.note(await self.hub.say("/v1/replies/court.odyssey", reply))

    async def list_everything(self) -> None:
        for path in PATHS:
            for key in ("auditor", "operator", "desk", "nobody"):
                self.note(await self.hub.get(path, key=key))
                csv = self.hub.bearer(key) | {"Accept": "text/csv"}
                self.note(await self.hub.http.get(path, headers=csv))
        documents = (await self.hub.get("/v1/documents", limit=500)).json()["documents"]
        for document in documents:
            path = f"/v1/documents/{document['id']}"
            self.note(await self.hub.get(f"{path}/timeline"))
            whole = self.note(await self.hub.get(path), with_body=False)
            self.documents.append(whole.text)
            self.note(await self.hub.get(f"{path}/rendered/court.odyssey"), with_body=False)

    def _reply(self, reply_id: str, word: str, **more: Any) -> dict[str, Any]:
        given = {"reply_id": reply_id, "type": f"reply.{word}", "at": "2026-02-19T09:00:00Z"}
        return given | {"text": "Dummerston of 88 Testing Way, 1963-07-14, refuses"} | more


def test_the_search_finds_what_it_looks_for() -> None:
    values = personal_values()

    assert {"Dummerston", "07/14/1963", "1963-07-14", "8025550197", "77166641"} <= values
    assert leaks('{"name": "Dummerston"}', values) == {"Dummerston"}
    assert leaks("x1963-07-14x", values) == set()


async def test_no_personal_value_leaves_by_a_side_door(
    hub: LivingHub, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    outlet = Outlet(hub)
    exchange = hub.node.exchange

    await outlet.post_everything()
    await outlet.answer_everything()
    await outlet.answer_wrongly()
    hub.clock.forward(7_200)
    for chore in chores_of(hub.hub, exchange.replies, exchange.ask_broker):
        await do_once(chore)
    await outlet.list_everything()

    written = capfd.readouterr()
    logged = "\n".join(record.getMessage() for record in caplog.records)
    output = "\n".join([*outlet.texts, written.out, written.err, logged])
    for sign in ("reply.orphan", "alarm.opened", "hub_documents_total", "x-hub-number"):
        assert sign in output
    values = personal_values()
    assert {"Dummerston", "1963-07-14"} <= leaks("\n".join(outlet.documents), values)
    assert leaks(output, values) == set()

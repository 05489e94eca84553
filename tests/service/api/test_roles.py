"""Every endpoint and every role. Source: public interface, "Who may what".

The table below is the whole truth: an endpoint without a row fails the test.
"""

from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI

from hub.accounts import COMMAND_LINE
from hub.domain.accounts import Client, Role
from tests.desk_road import altered, collision, posted, wrong
from tests.living import LivingHub, accepted_ticket

TABLE = """
POST /v1/submissions/{source}                                     submitter
POST /v1/check/{source}                                           submitter
GET  /v1/submissions/{submission_id}                              submitter contact desk court registry auditor
GET  /v1/submissions/{submission_id}/raw                          submitter contact desk court registry auditor
POST /v1/submissions/{submission_id}/rejudge                      desk operator

GET  /v1/documents                                                submitter contact desk court registry auditor
GET  /v1/documents/{document_id}                                  submitter contact desk court registry auditor
GET  /v1/documents/{document_id}/timeline                         submitter contact desk court registry auditor
GET  /v1/documents/{document_id}/rendered/{destination}           submitter contact desk court registry auditor
POST /v1/documents/{document_id}/return                           contact desk
POST /v1/documents/{document_id}/correct                          contact desk court
POST /v1/documents/{document_id}/release                          court
POST /v1/documents/{document_id}/discard                          desk court
GET  /v1/reviews                                                  contact desk court operator auditor
GET  /v1/error-log                                                desk court operator auditor

GET  /v1/deliveries                                               operator auditor
GET  /v1/deliveries/{delivery_id}/attempts                        operator auditor
GET  /v1/destinations                                             operator auditor
POST /v1/destinations/{destination}/pause                         operator
POST /v1/destinations/{destination}/resume                        operator
POST /v1/destinations/{destination}/republish                     operator
GET  /v1/queues                                                   operator auditor
GET  /v1/stats                                                    operator auditor admin

POST /v1/destinations/{destination}/messages/lease                destination
POST /v1/destinations/{destination}/messages/{message_id}/ack     destination
POST /v1/destinations/{destination}/messages/{message_id}/reject  destination
POST /v1/replies/{destination}                                    destination

GET  /v1/clients                                                  admin
POST /v1/clients                                                  admin
GET  /v1/clients/{client_id}/keys                                 admin
POST /v1/clients/{client_id}/keys                                 admin
POST /v1/clients/{client_id}/keys/{key_id}/retire                 admin
POST /v1/clients/{client_id}/disable                              admin
POST /v1/clients/{client_id}/enable                               admin

GET  /v1/profiles/{source}                                        everybody
GET  /v1/profiles/{source}/schema.xsd                             everybody
GET  /v1/criteria                                                 everybody
GET  /health/live                                                 everybody
GET  /health/ready                                                everybody
GET  /metrics                                                     everybody
GET  /openapi.json                                                everybody
GET  /docs                                                        everybody
"""  # noqa: E501 - a table is read in rows

KEYS = {
    "submitter": "vt-dps-tracs",
    "contact": "contact",
    "desk": "desk",
    "court": "court",
    "registry": "registry",
    "destination": "odyssey",
    "operator": "operator",
    "auditor": "auditor",
    "admin": "admin",
}
"""A client of each role; contact and submitter have the agency of the documents below."""

ORDER = {"revision": 1, "reason": "the table wants it so"}
BODIES: dict[str, Any] = {
    "/v1/documents/{document_id}/return": ORDER,
    "/v1/documents/{document_id}/correct": ORDER | {"document": "<TraCSExport/>"},
    "/v1/documents/{document_id}/release": ORDER,
    "/v1/documents/{document_id}/discard": ORDER,
    "/v1/replies/{destination}": {
        "reply_id": "1",
        "type": "reply.paid",
        "at": "2026-02-19T09:00:00Z",
        "citation": {"state": "VT", "agency": "0111", "number": "1"},
    },
    "/v1/clients": {"name": "one-more", "role": "auditor"},
}
"""What a well-formed request sends."""


@dataclass(frozen=True)
class Row:
    """An endpoint with the roles that may call it."""

    method: str
    path: str
    roles: frozenset[str]

    @property
    def is_open(self) -> bool:
        return "everybody" in self.roles

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def rows() -> list[Row]:
    cells = [line.split() for line in TABLE.splitlines() if line]
    return [Row(method, path, frozenset(roles)) for method, path, *roles in cells]


CLOSED = [row for row in rows() if not row.is_open]
OF_A_DOCUMENT = [row for row in rows() if "{document_id}" in row.path]


def endpoints(app: FastAPI) -> set[str]:
    """Method and path of everything the application answers."""
    routes: list[Any] = []
    for route in app.routes:
        inner = getattr(route, "original_router", None)
        routes += inner.routes if inner else [route]
    return {f"{method} {route.path}" for route in routes for method in route.methods - {"HEAD"}}


@dataclass
class Scene:
    """A living hub with a rejected ticket, and a repass that is held, of agency 0111."""

    hub: LivingHub
    rejected_id: str
    repass_id: str
    submission_id: str

    async def call(self, row: Row, key: str | None) -> int:
        """Call an endpoint with plausible values; gives the status."""
        is_held = row.path.endswith(("release", "discard"))
        path = row.path.format(
            source="tracs",
            submission_id=self.submission_id,
            document_id=self.repass_id if is_held else self.rejected_id,
            destination="court.odyssey",
            delivery_id="no-such",
            message_id="no-such",
            client_id="williston-tracs",
            key_id="no-such",
        )
        headers = {} if key is None else self.hub.bearer(key)
        given: dict[str, Any] = {}
        if row.path.endswith("{source}") and row.method == "POST":
            given = {"content": accepted_ticket(73_900_009)}
            headers["Content-Type"] = "application/xml"
        elif row.path in BODIES and row.method == "POST":
            given = {"json": BODIES[row.path]}
        answer = await self.hub.http.request(row.method, path, headers=headers, **given)
        return answer.status_code


@pytest.fixture
async def scene(hub: LivingHub) -> Scene:
    rejected_id = await posted(hub, wrong(73_900_001))
    await posted(hub, accepted_ticket(73_900_002))
    repass_id = await posted(hub, altered(73_900_002))
    submission_id = (await hub.document(rejected_id))["submission_id"]
    return Scene(hub, rejected_id, repass_id, submission_id)


async def new_key(hub: LivingHub, name: str, role: Role, **scope: Any) -> str:
    client = Client(name, name, role, hub.clock(), **scope)
    return (await hub.hub.accounts.create(client)).key


def test_every_endpoint_has_a_row_and_every_row_an_endpoint(hub: LivingHub) -> None:
    assert {str(row) for row in rows()} == endpoints(hub.node.app)


def test_every_role_has_a_client_and_may_do_something() -> None:
    assert set(KEYS) == {role.value for role in Role}
    assert set(KEYS) == {role for row in CLOSED for role in row.roles}


@pytest.mark.parametrize("row", CLOSED, ids=str)
async def test_the_roles_of_the_table_and_no_others_are_let_in(scene: Scene, row: Row) -> None:
    statuses = {role: await scene.call(row, key) for role, key in KEYS.items()}

    let_in = {role for role, status in statuses.items() if status not in (401, 403)}
    # a registry has no traffic tickets: what it may see in principle is not there for it
    unseen = {role for role, status in statuses.items() if status == 404 and role == "registry"}
    assert let_in | unseen == row.roles | unseen, statuses
    assert not any(status >= 500 for status in statuses.values()), statuses


@pytest.mark.parametrize("row", CLOSED, ids=str)
async def test_without_a_key_or_with_one_that_is_off_nobody_is_let_in(
    scene: Scene, row: Row
) -> None:
    accounts = scene.hub.hub.accounts
    disabled = await new_key(scene.hub, "off", Role.AUDITOR)
    await accounts.set_disabled("off", is_disabled=True)
    retired = await new_key(scene.hub, "old", Role.AUDITOR)
    await accounts.retire_key("old", retired.partition(".")[0], actor=COMMAND_LINE)

    statuses = [await scene.call(row, key) for key in (None, "no-such-key", disabled, retired)]

    assert statuses == [401] * 4


@pytest.mark.parametrize("row", [row for row in rows() if row.is_open], ids=str)
async def test_what_is_open_needs_no_key(scene: Scene, row: Row) -> None:
    assert await scene.call(row, None) in (200, 503)


@pytest.mark.parametrize("row", OF_A_DOCUMENT, ids=str)
async def test_another_agencys_document_is_not_there(scene: Scene, row: Row) -> None:
    elsewhere = {
        "contact of another agency": await scene.call(row, "other-contact"),
        "submitter of another agency": await scene.call(row, await _stranger(scene.hub)),
        "court of another state": await scene.call(
            row, await new_key(scene.hub, "wa", Role.COURT, destination="court.aoc")
        ),
        "registry": await scene.call(row, "registry"),
    }

    assert set(elsewhere.values()) == {404}, elsewhere


async def _stranger(hub: LivingHub) -> str:
    return await new_key(hub, "stranger", Role.SUBMITTER, sources=("tracs",), agencies=("0417",))


async def test_lists_show_no_other_agencys_documents(scene: Scene) -> None:
    stranger = await _stranger(scene.hub)

    own = (await scene.hub.get("/v1/documents", key="contact")).json()["documents"]
    others = [
        (await scene.hub.get("/v1/documents", key=key)).json()["documents"]
        for key in ("other-contact", stranger, "registry")
    ]

    assert len(own) == 3
    assert others == [[], [], []]
    assert (await scene.hub.get("/v1/reviews", key="other-contact")).json()["reviews"] == []


@pytest.mark.parametrize("row", [row for row in rows() if row.roles == {"destination"}], ids=str)
async def test_a_destination_acts_for_itself_only(scene: Scene, row: Row) -> None:
    other = await new_key(scene.hub, "rms", Role.DESTINATION, destination="rms.spillman")

    assert await scene.call(row, other) == 403


async def test_a_court_sees_no_collision_reports(hub: LivingHub) -> None:
    document_id = await collision(hub)

    statuses = [
        (await hub.get(f"/v1/documents/{document_id}", key=key)).status_code
        for key in ("court", "desk")
    ]

    assert statuses == [404, 200]


async def test_an_operator_never_sees_a_payload(scene: Scene) -> None:
    paths = ("", "/timeline", "/rendered/court.odyssey")

    answers = [
        await scene.hub.get(f"/v1/documents/{scene.rejected_id}{path}", key="operator")
        for path in paths
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]


async def test_every_view_of_a_payload_is_an_event(scene: Scene) -> None:
    await scene.hub.get(f"/v1/documents/{scene.rejected_id}")
    await scene.hub.get(f"/v1/submissions/{scene.submission_id}/raw")

    events = (await scene.hub.get(f"/v1/documents/{scene.rejected_id}/timeline")).json()["events"]
    views = {(one["name"], one["actor"]) for one in events if one["name"].endswith("viewed")}

    assert views == {("document.viewed", "auditor"), ("payload.viewed", "auditor")}

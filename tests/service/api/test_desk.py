"""Who may do what on the desk: every endpoint, every role, own agency and other agency."""

import csv

import pytest

from hub.domain.accounts import Role
from hub.domain.states import DocumentStatus
from hub.testing import samples
from tests.desk_road import MADE, altered, collision, open_reviews, order, posted, status
from tests.living import STAFF, LivingHub

NUMBER = 73_500_001
KEYS = (*(name for name, *_ in STAFF), "vt-dps-tracs", "no such key")

UNKNOWN, FORBIDDEN, HIDDEN = 401, 403, 404
NO_STAFF = {
    "operator": FORBIDDEN,
    "admin": FORBIDDEN,
    "odyssey": FORBIDDEN,
    "auditor": FORBIDDEN,
    "registry": HIDDEN,
    "vt-dps-tracs": FORBIDDEN,
    "no such key": UNKNOWN,
    "other-contact": HIDDEN,
}
"""What those who have no staff action are answered, whatever they ask."""

ALLOWED = {
    ("rejected", "return"): {"desk", "contact"},
    ("rejected", "correct"): {"desk", "contact", "court"},
    ("rejected", "discard"): {"desk"},
    ("accepted", "correct"): {"desk", "contact", "court"},
    ("repass", "return"): {"desk", "contact"},
    ("repass", "release"): {"court"},
    ("repass", "discard"): {"desk", "court"},
    ("collision", "return"): {"desk"},
    ("collision", "release"): {"desk"},
    ("collision", "discard"): {"desk"},
}
"""Of the actions drawn from each state, who may take them. The collision is another agency's."""


async def made(hub: LivingHub, what: str, number: int = NUMBER) -> str:
    if what == "collision":
        return await collision(hub, str(number).encode())
    state = DocumentStatus.HELD if what == "repass" else DocumentStatus(what)
    return await MADE[state](hub, number)


def expected(what: str, action: str, key: str) -> int:
    if key in NO_STAFF:
        return NO_STAFF[key]
    if key in ALLOWED[what, action]:
        return 200
    is_hidden = what == "collision"  # of an agency that is not the contact's, of no court at all
    return HIDDEN if is_hidden else FORBIDDEN


def test_every_role_stands_in_the_matrix() -> None:
    roles = {role for _, role, _ in STAFF} | {Role.SUBMITTER}

    assert roles == set(Role)


@pytest.mark.parametrize(("what", "action"), list(ALLOWED))
async def test_who_may_take_an_action(hub: LivingHub, what: str, action: str) -> None:
    for place, key in enumerate(KEYS):
        number = NUMBER + place
        document_id = await made(hub, what, number)
        before = await status(hub, document_id)
        corrected = altered(number, "US Rt. 9").decode() if action == "correct" else None

        answer = await order(hub, action, document_id, key=key, document=corrected)

        assert answer.status_code == expected(what, action, key), (key, answer.text)
        assert (await status(hub, document_id) is before) == (answer.status_code != 200)


@pytest.mark.parametrize("key", ["desk", "contact", "court"])
@pytest.mark.parametrize("what", ["rejected", "repass", "accepted"])
async def test_a_document_and_its_review_list_the_actions_that_are_then_allowed(
    hub: LivingHub, what: str, key: str
) -> None:
    document_id = await made(hub, what)
    allowed = {action for (place, action), keys in ALLOWED.items() if place == what and key in keys}

    shown = (await hub.get(f"/v1/documents/{document_id}", key=key)).json()

    assert set(shown["actions"]) == allowed
    for review in await open_reviews(hub, key=key):
        assert set(review["actions"]) == allowed
        assert review["revision"] == shown["revision"]


@pytest.mark.parametrize(
    ("key", "seen"),
    [
        ("auditor", {"collision", "rejected"}),
        ("operator", {"collision", "rejected"}),
        ("desk", {"collision", "rejected"}),
        ("court", {"rejected"}),
        ("contact", {"rejected"}),
        ("other-contact", set()),
    ],
)
async def test_whom_a_review_is_shown(hub: LivingHub, key: str, seen: set[str]) -> None:
    await made(hub, "collision")
    await made(hub, "rejected")

    assert {one["kind"] for one in await open_reviews(hub, key=key)} == seen


@pytest.mark.parametrize("key", ["admin", "odyssey", "registry", "vt-dps-tracs"])
async def test_who_may_not_see_the_reviews(hub: LivingHub, key: str) -> None:
    assert (await hub.get("/v1/reviews", key=key)).status_code == 403


async def test_who_only_reads_is_offered_no_action(hub: LivingHub) -> None:
    document_id = await made(hub, "rejected")

    assert (await hub.document(document_id))["actions"] == []
    for key in ("auditor", "operator"):
        assert [one["actions"] for one in await open_reviews(hub, key=key)] == [[]]


async def test_reviews_are_filtered_and_paged_newest_first(hub: LivingHub) -> None:
    ids = [await MADE[DocumentStatus.REJECTED](hub, NUMBER + place) for place in range(3)]
    await made(hub, "collision")

    first = (await hub.get("/v1/reviews", limit=2, kind="rejected")).json()
    rest = await hub.get("/v1/reviews", limit=2, kind="rejected", cursor=first["next_cursor"])

    found = [one["subject_id"] for one in (*first["reviews"], *rest.json()["reviews"])]
    assert found == ids[::-1]
    assert len(await open_reviews(hub, agency="0111")) == 3
    assert await open_reviews(hub, agency="0417") == []
    assert (await hub.get("/v1/reviews", kind="lost")).status_code == 400


async def test_reviews_come_as_csv(hub: LivingHub) -> None:
    await made(hub, "rejected")
    headers = {**hub.bearer("desk"), "Accept": "text/csv"}

    answer = await hub.http.get("/v1/reviews", headers=headers)

    (row,) = csv.DictReader(answer.text.splitlines())
    assert (row["kind"], row["number"]) == ("rejected", str(NUMBER))
    assert row["actions"] == "return;correct;discard"


async def test_an_action_on_no_document_is_404(hub: LivingHub) -> None:
    assert (await order(hub, "discard", "no-such-document", revision=1)).status_code == 404


async def test_a_repass_offers_no_action_to_the_agency_that_is_not_its_own(
    hub: LivingHub,
) -> None:
    await posted(hub, samples.ticket(NUMBER))
    document_id = await posted(hub, altered(NUMBER))

    answer = await hub.get(f"/v1/documents/{document_id}", key="other-contact")

    assert answer.status_code == 404

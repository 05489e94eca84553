"""The table of rights where no living document of today reaches: channels still to come."""

from dataclasses import replace

import pytest

from hub.desk.rights import actions_of, has_right
from hub.domain.accounts import Client, Role
from hub.domain.judgement import Kind
from hub.domain.review import Action
from hub.domain.states import DocumentStatus, Outcome
from hub.domain.stored import Document
from tests.stored import NOW, a_document, a_submission

CONTACT = Client("c", "c", Role.CONTACT, NOW, agencies=("0403",))


def a_collision(source: str, agency: str = "0403") -> Document:
    document = a_document(a_submission(source=source), outcome=Outcome.HELD, agency=agency)
    return replace(document, kind=Kind.COLLISION)


@pytest.mark.parametrize(
    ("source", "is_local"), [("valcour", True), ("sector", True), ("tracs", False)]
)
def test_a_contact_releases_and_discards_collisions_of_channels_that_review_their_own(
    source: str,
    is_local: bool,  # noqa: FBT001 - the expectation
) -> None:
    document = a_collision(source)

    assert has_right(CONTACT, Action.RELEASE, document) is is_local
    assert has_right(CONTACT, Action.DISCARD, document) is is_local
    assert has_right(CONTACT, Action.RETURN, document)


def test_a_contact_has_no_right_on_another_agencys_collision() -> None:
    document = a_collision("valcour", agency="0417")

    assert actions_of(CONTACT, document) == []


def test_a_contact_without_agencies_has_no_right_at_all() -> None:
    nobody = Client("c", "c", Role.CONTACT, NOW)

    assert actions_of(nobody, a_collision("valcour")) == []


def test_the_desk_has_no_right_on_channels_that_are_not_its_own() -> None:
    desk = Client("d", "d", Role.DESK, NOW)

    assert actions_of(desk, a_collision("valcour")) == []
    assert Action.RELEASE in actions_of(desk, a_collision("tracs"))


def test_who_is_on_the_machine_may_do_whatever_is_drawn() -> None:
    document = a_document(a_submission(), status=DocumentStatus.REJECTED)

    assert actions_of(None, document) == [Action.RETURN, Action.CORRECT, Action.DISCARD]


def test_nobody_moves_a_disposition_by_hand() -> None:
    disposition = replace(a_collision("tracs"), kind=Kind.DISPOSITION)

    for role in Role:
        client = Client("c", "c", role, NOW, agencies=("0403",), destination="court.odyssey")
        assert actions_of(client, disposition) == []
    assert actions_of(None, disposition) == []

"""The toy court itself: what it dockets, what it answers, what it remembers."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.domain.citation import Citation
from hub.ports import Leased
from hub.reply_bodies import ReplyBody
from hub.routes.court_odyssey import ROUTE
from hub.testing.ecf_reader import Filing
from hub.testing.odyssey import Refusal, ToyOdyssey
from tests.records import a_citation
from tests.unit.routes.filings import REFERENCE, a_shipment

NOW = datetime(2026, 2, 15, 9, 0, tzinfo=UTC)


def a_message(
    message_id: str = "m-1",
    *,
    citation: Citation | None = None,
    version: int = 1,
    body: bytes | None = None,
    type_: str = "citation.v1",
) -> Leased:
    headers: dict[str, str | int | bool] = {
        "x-hub-agency": "1119",
        "x-hub-number": "08273401",
        "x-hub-version": version,
    }
    filing = ROUTE.render(a_shipment(citation or a_citation()), REFERENCE)
    return Leased(message_id, type_, headers, filing if body is None else body)


@pytest.fixture
def court(tmp_path: Path) -> Iterator[ToyOdyssey]:
    court = ToyOdyssey(tmp_path / "court.db", clock=lambda: NOW)
    yield court
    court.close()


def types(replies: list[dict[str, object]]) -> list[object]:
    return [reply["type"] for reply in replies]


def test_a_filing_is_received_and_accepted_under_a_docket_number(court: ToyOdyssey) -> None:
    received, accepted = court.receive(a_message())

    key = {"state": "VT", "agency": "1119", "number": "08273401"}
    assert received == {
        "reply_id": "m-1.received",
        "type": "reply.received",
        "at": NOW.isoformat(),
        "message_id": "m-1",
        "citation": key,
    }
    assert accepted == received | {
        "reply_id": "m-1.accepted",
        "type": "reply.accepted",
        "docket_number": "08273401-26-Vt1119",
    }


def test_a_copy_changes_nothing_and_gets_the_same_answer(court: ToyOdyssey) -> None:
    first = court.receive(a_message())

    assert court.receive(a_message()) == first
    assert len(court.entries()) == 1


def test_a_court_that_was_restarted_remembers(tmp_path: Path) -> None:
    before = ToyOdyssey(tmp_path / "court.db", clock=lambda: NOW)
    first = before.receive(a_message())
    before.close()

    later = ToyOdyssey(tmp_path / "court.db")
    again = later.receive(a_message())

    assert again == first
    assert [entry.message_id for entry in later.entries()] == ["m-1"]
    later.close()


def test_a_newer_version_keeps_the_docket_number(court: ToyOdyssey) -> None:
    court.receive(a_message())
    moved = a_citation(issued_at=datetime(2027, 1, 1, tzinfo=UTC))

    _, accepted = court.receive(
        a_message("m-2", citation=moved, version=2, type_="citation.v1.amend")
    )

    assert accepted["docket_number"] == "08273401-26-Vt1119"
    assert [entry.version for entry in court.entries()] == [1, 2]


def test_an_older_version_is_answered_but_not_applied(court: ToyOdyssey) -> None:
    court.receive(a_message("m-2", version=2))

    _, accepted = court.receive(a_message("m-1", version=1))

    assert accepted["type"] == "reply.accepted"
    assert "nothing was changed" in accepted["text"]
    assert [entry.message_id for entry in court.entries()] == ["m-2"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<open", "not-well-formed"),
        (b"<other/>", "other-message"),
        (b'<!DOCTYPE x [<!ENTITY e "e">]><x>&e;</x>', "doctype"),
        (a_message().body.replace(b'ref="officer"', b'ref="nobody"'), "dangling-reference"),
        (a_message().body.replace(b"CitationCase>", b"Gone>"), "incomplete"),
        (a_message().body.replace(b"mph<", b"km/h<"), "unit"),
    ],
)
def test_what_cannot_be_read_is_refused(court: ToyOdyssey, body: bytes, code: str) -> None:
    (refused,) = court.receive(a_message(body=body))

    assert (refused["type"], refused["code"]) == ("reply.rejected", code)
    assert refused["citation"]["number"] == "08273401"
    assert court.entries() == []


def test_a_message_of_another_type_is_refused(court: ToyOdyssey) -> None:
    (refused,) = court.receive(a_message(type_="collision.v1"))

    assert (refused["type"], refused["code"]) == ("reply.rejected", "other-type")


def test_a_filing_the_clerk_refused_may_come_again(tmp_path: Path) -> None:
    objections: list[Refusal | None] = [Refusal("fee", "The fee is missing."), None]

    def review(_: Filing) -> Refusal | None:
        return objections.pop(0)

    court = ToyOdyssey(tmp_path / "court.db", review=review)

    assert types(court.receive(a_message())) == ["reply.received", "reply.rejected"]
    assert types(court.receive(a_message("m-2"))) == ["reply.received", "reply.accepted"]
    court.close()


def test_every_answer_is_a_reply_of_the_public_interface(court: ToyOdyssey) -> None:
    replies = [*court.receive(a_message()), *court.receive(a_message("m-2", body=b"<open"))]

    for reply in replies:
        body = ReplyBody.model_validate(reply).model_dump(mode="json", exclude_none=True)
        assert body["reply_id"] == reply["reply_id"]
        assert body.keys() == reply.keys()


def test_a_failure_while_docketing_leaves_nothing_behind(tmp_path: Path) -> None:
    times = iter([NOW])
    court = ToyOdyssey(tmp_path / "court.db", clock=lambda: next(times))

    with pytest.raises(StopIteration):  # the clock fails between the two replies
        court.receive(a_message())

    assert court.entries() == []
    court.close()

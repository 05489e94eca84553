"""The state machine: every pair of states, and the paper that draws the same."""

import re
from collections.abc import Mapping
from enum import StrEnum
from itertools import product
from pathlib import Path
from typing import TypeVar

import pytest

from hub.domain.errors import IllegalMove
from hub.domain.states import (
    DELIVERY_MOVES,
    DOCUMENT_MOVES,
    DeliveryStatus,
    DocumentStatus,
    Outcome,
    SubmissionState,
    move_delivery,
    move_document,
    sources_of,
)

PAPER = (Path(__file__).parents[3] / "docs/STATE_MACHINE.md").read_text(encoding="utf-8")

_StatusT = TypeVar("_StatusT", bound=StrEnum)


def pairs(moves: Mapping[_StatusT, frozenset[_StatusT]]) -> set[tuple[str, str]]:
    return {(before.value, after.value) for before in moves for after in moves[before]}


def section(title: str) -> str:
    return PAPER.split(f"\n## {title}\n")[1].split("\n## ")[0]


def table(title: str) -> set[tuple[str, str]]:
    return set(re.findall(r"^\| `(\w+)` \| `(\w+)` \|", section(title), re.MULTILINE))


def arrows(title: str) -> set[tuple[str, str]]:
    return set(re.findall(r"^    (\w+) --> (\w+)", section(title), re.MULTILINE))


def final(title: str) -> set[str]:
    sentence = re.search(r"^((?:`\w+`(?:, | and )?)+) are final", section(title), re.MULTILINE)
    assert sentence is not None
    return set(re.findall(r"`(\w+)`", sentence[1]))


@pytest.mark.parametrize(("before", "after"), [*product(DocumentStatus, repeat=2)])
def test_document_moves_exactly_where_the_paper_says(
    before: DocumentStatus, after: DocumentStatus
) -> None:
    if (before.value, after.value) in table("Document"):
        assert move_document(before, after) is after
    else:
        with pytest.raises(IllegalMove, match=rf"{before} document cannot become {after}"):
            move_document(before, after)


@pytest.mark.parametrize(("before", "after"), [*product(DeliveryStatus, repeat=2)])
def test_delivery_moves_exactly_where_the_paper_says(
    before: DeliveryStatus, after: DeliveryStatus
) -> None:
    if (before.value, after.value) in table("Delivery"):
        assert move_delivery(before, after) is after
    else:
        with pytest.raises(IllegalMove, match=rf"{before} delivery cannot become {after}"):
            move_delivery(before, after)


def test_every_state_has_its_row_of_moves() -> None:
    assert set(DocumentStatus) == set(DOCUMENT_MOVES)
    assert set(DeliveryStatus) == set(DELIVERY_MOVES)


def test_the_paper_names_the_final_states() -> None:
    assert {status.value for status, after in DOCUMENT_MOVES.items() if not after} == final(
        "Document"
    )
    assert {status.value for status, after in DELIVERY_MOVES.items() if not after} == final(
        "Delivery"
    )


def test_the_picture_of_documents_shows_every_move() -> None:
    assert pairs(DOCUMENT_MOVES) == arrows("Document")


def test_the_picture_of_deliveries_shows_no_move_that_is_not_in_the_table() -> None:
    assert arrows("Delivery") <= table("Delivery")


def test_the_paper_lists_every_state_of_a_submission() -> None:
    listed = re.findall(r"^\| `(\w+)` \|", section("Submission"), re.MULTILINE)

    assert [state.value for state in SubmissionState] == listed


def test_a_document_can_start_in_every_outcome() -> None:
    assert {outcome.value for outcome in Outcome} <= {status.value for status in DocumentStatus}


@pytest.mark.parametrize("status", DeliveryStatus)
def test_compare_and_set_asks_for_exactly_the_states_that_lead_there(
    status: DeliveryStatus,
) -> None:
    expected = {before for before, after in table("Delivery") if after == status.value}

    assert expected == {before.value for before in sources_of(status)}

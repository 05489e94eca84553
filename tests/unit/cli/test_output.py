"""Tables keep what people copy whole."""

from datetime import UTC, datetime

import pytest
from rich.console import Console

from hub.cli import output

ID = "01a1fcfa-8b35-7464-8695-ee55d4ef8da9"
ROWS = [
    {
        "id": ID,
        "received_at": datetime(2026, 11, 21, 7, 20, 40, tzinfo=UTC),
        "outcome": "rejected",
        "codes": ["D306", "D311", "N602"],
        "message": "Licence number and licence state must be given together.",
    }
]


@pytest.mark.parametrize("width", [40, 80, 120, 500])
def test_an_id_and_an_instant_are_never_broken(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(output, "console", Console(width=width, no_color=True))

    output.print_rows(ROWS)

    shown = capsys.readouterr().out
    assert ID in shown
    assert "2026-11-21T07:20:40Z" in shown
    assert "…" not in shown


def test_a_table_fits_a_terminal_by_wrapping_prose(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(output, "console", Console(width=120, no_color=True))

    output.print_rows(ROWS)

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > len(ROWS) + 1
    assert max(map(len, lines)) <= 120


def test_without_a_terminal_a_row_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_rows(ROWS)

    heading, row = capsys.readouterr().out.splitlines()
    assert heading.split() == ["id", "received", "at", "outcome", "codes", "message"]
    assert "D306 D311 N602" in row


def test_a_bracket_in_a_cell_is_shown_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_rows([{"field": "citation.violations[1].waiver_amount [bold]"}])

    assert "citation.violations[1].waiver_amount [bold]" in capsys.readouterr().out


def test_csv_holds_no_cell_that_a_spreadsheet_would_run(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_rows([{"number": "=cmd|' /C calc'!A0", "note": "plain"}], as_csv=True)

    assert capsys.readouterr().out.splitlines() == ["number,note", "'=cmd|' /C calc'!A0,plain"]

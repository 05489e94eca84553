"""`hub check` and `hub render` as a vendor uses them: offline, exact, and readable."""

import json
from pathlib import Path

import pytest
from lxml import etree
from typer.testing import CliRunner, Result

from hub.cli import build
from hub.cli.quotation import MASK
from hub.testing import samples

FOLDER = Path(samples.__file__).parent / "tracs"
IN_TIME = "2026-02-18T20:54:00Z"


def hub(*arguments: object) -> Result:
    return CliRunner().invoke(build([str(arguments[0])]), [str(one) for one in arguments])


def check(*arguments: object) -> Result:
    return hub("check", "--source", "tracs", "--received-at", IN_TIME, *arguments)


def test_a_clean_file_is_accepted_with_exit_status_0() -> None:
    result = check(FOLDER / "02-criminal.xml")

    assert result.exit_code == 0
    assert "accepted" in result.stdout
    assert "73100002" in result.stdout


def test_a_rejected_file_says_what_where_and_how_to_mend_with_exit_status_1() -> None:
    result = check(FOLDER / "13-rejected-by-fields.xml")

    assert result.exit_code == 1
    assert "S105 The value is not in the code list." in result.stdout
    assert "/Individual[1]/EyeColor" in result.stdout
    assert "mend" in result.stdout
    assert "1 in all: 1 rejected" in result.stdout


def test_the_quoted_line_shows_open_values_and_masks_personal_ones() -> None:
    result = check(FOLDER / "13-rejected-by-fields.xml")

    assert "<IssueDate>02/30/2026</IssueDate>" in result.stdout
    assert f"<EyeColor>{MASK}</EyeColor>" in result.stdout


def test_json_is_one_object_a_file() -> None:
    result = check("--json", FOLDER / "02-criminal.xml", FOLDER / "12-rejected-by-rules.xml")

    clean, faulty = map(json.loads, result.stdout.splitlines())
    assert clean["documents"][0]["outcome"] == "accepted"
    assert faulty["file"] == str(FOLDER / "12-rejected-by-rules.xml")
    assert {"D306", "V409"} <= {one["code"] for one in faulty["documents"][0]["findings"]}


def test_records_adds_the_canonical_record() -> None:
    result = check("--records", FOLDER / "01-speed-with-printed-form.xml")

    record = json.loads(result.stdout)["documents"][0]["record"]
    assert record["violations"][0]["waiver_amount"] == "178.00"
    assert record["issued_at"].endswith("-05:00")
    assert len(record["attachment"]["sha256"]) == 64


def test_each_file_meets_a_fresh_ledger_without_a_manifest() -> None:
    result = check("--json", FOLDER / "14-first-export.xml", FOLDER / "15-same-again.xml")

    outcomes = [json.loads(line)["documents"][0]["outcome"] for line in result.stdout.splitlines()]
    assert "duplicate" not in outcomes


def test_a_manifest_shows_duplicates_and_repasses() -> None:
    result = hub("check", "--manifest", FOLDER / "manifest.jsonl")

    answers = {one["file"]: one for one in map(json.loads, result.stdout.splitlines())}
    assert answers["15-same-again.xml"]["documents"][0]["outcome"] == "duplicate"
    assert answers["16-same-number-other-content.xml"]["documents"][0]["outcome"] == "held"
    assert result.exit_code == 1


def test_the_client_rule_needs_a_client() -> None:
    without = check("--json", FOLDER / "02-criminal.xml")
    williston = check("--json", "--client", "williston-tracs", FOLDER / "02-criminal.xml")

    assert "A203" not in without.stdout
    assert "A203" in williston.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["check", "--source", "tracs", "nowhere.xml"],
        ["check", "--source", "paper", __file__],
        ["check", "--source", "tracs", "--client", "nobody", __file__],
        ["check", "--source", "tracs", "--received-at", "yesterday", __file__],
        ["check", "--manifest", __file__],
        ["check", "--reference", "/nowhere", "--source", "tracs", __file__],
    ],
)
def test_wrong_usage_is_exit_status_2_and_one_message(arguments: list[str]) -> None:
    result = hub(*arguments)

    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_render_writes_one_file_a_document(tmp_path: Path) -> None:
    path = FOLDER / "08-three-forms-one-contact.xml"

    result = hub(
        "render", "--source", "tracs", "--destination", "court.odyssey", "--out", tmp_path, path
    )

    assert result.exit_code == 0, result.output
    names = sorted(file.name for file in tmp_path.iterdir())
    assert names == [f"VT-2006-7310000{n}.xml" for n in (8, 9)] + ["VT-2006-73100010.xml"]
    root = etree.parse(str(tmp_path / names[0])).getroot()
    assert etree.QName(root).localname == "CoreFilingMessage"


def test_criteria_leads_from_a_code_to_its_rule() -> None:
    result = hub("criteria", "n602")

    assert "hub/validators/vehicle_and_place.py" in result.stdout
    assert "The check digit of the VIN is wrong." in result.stdout

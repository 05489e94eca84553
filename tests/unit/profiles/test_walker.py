"""The walker: S findings with their places, and typed values in normal form."""

import pytest
from lxml import etree

from hub.profiles import PROFILES
from hub.profiles.walker import FAULTS_PER_CODE_MAX, Node, walk

PARTS = PROFILES["tracs"].parts
HERE = "/TraCSExport/Contact[1]/CommonInformation/Individual[1]"
PERSON = "<IndividualType>P</IndividualType><LastName>Mockly</LastName>"
UNIT = (
    '<Unit UnitNumber="{}"><UnitType>MV</UnitType><HazmatPlacard>N</HazmatPlacard>'
    "<Person><PersonType>1</PersonType><InjuryStatus>0</InjuryStatus></Person></Unit>"
)


def _walk(inner: str, attributes: str = 'ID="I1"') -> tuple[Node, list[tuple[str, str, str]]]:
    element = etree.XML(f"<Individual {attributes}>{inner}</Individual>")
    node, faults = walk(element, PARTS["Individual"], HERE)
    found = [fault.within("citation.defendant") for fault in faults]
    return node, [(each.code, each.field, each.path or "") for each in found]


def _codes(inner: str, attributes: str = 'ID="I1"') -> list[str]:
    return [code for code, _, _ in _walk(inner, attributes)[1]]


def _collision(inner: str) -> list[tuple[str, str, str]]:
    element = etree.XML(f'<CrashForm LocationRef="L1">{inner}</CrashForm>')
    _, faults = walk(element, PARTS["CrashForm"], "/F")
    found = [fault.within("collision") for fault in faults]
    return [
        (each.code, each.field, each.path or "")
        for each in found
        if each.code != "S101" or f"{each.path}/".startswith(("/F/Unit[", "/F/Unit/"))
    ]


def test_clean_part_gives_typed_values_and_no_fault() -> None:
    node, faults = _walk(f"{PERSON}<Suffix/><HeightFeet>05</HeightFeet><CDL>N</CDL>")

    assert faults == []
    assert node.values == {
        "@ID": "I1", "IndividualType": "P", "LastName": "Mockly", "HeightFeet": 5, "CDL": False,
    }  # fmt: skip


def test_s101_missing_and_blank_required_values() -> None:
    missing = [("S101", "citation.defendant.kind", f"{HERE}/IndividualType")]

    assert _walk("<LastName>Mockly</LastName>")[1] == missing
    assert _walk("<IndividualType> \t</IndividualType>")[1] == missing
    assert _walk(PERSON, "")[1] == [("S101", f"{HERE}/@ID", f"{HERE}/@ID")]
    assert _codes(PERSON, 'ID="&#160;"') == ["S101"]


def test_s102_what_the_table_does_not_have() -> None:
    for inner, attributes, path in [
        (f"{PERSON}<Nickname>x</Nickname>", 'ID="I1"', "Nickname"),
        (PERSON, 'ID="I1" Odd="1"', "@Odd"),
        (PERSON, 'ID="I1" xml:lang="en"', "@lang"),
        (f"{PERSON}<FirstName odd='1'>A</FirstName>", 'ID="I1"', "FirstName/@odd"),
        (f"{PERSON}<FirstName>A<b>B</b></FirstName>", 'ID="I1"', "FirstName/b"),
    ]:
        assert _walk(inner, attributes)[1] == [("S102", f"{HERE}/{path}", f"{HERE}/{path}")]


def test_s102_text_beside_the_elements() -> None:
    assert _walk(f"x{PERSON}")[1] == [("S102", HERE, HERE)]
    assert _codes(f"{PERSON}x") == ["S102"]
    assert _codes(f"\u00a0{PERSON}\u00a0\n") == []


def test_s102_only_the_misplaced_one_of_many() -> None:
    inner = (
        f"{PERSON}<Suffix/><City>Stowe</City><FirstName>A</FirstName><State>VT</State><Sex>U</Sex>"
    )

    assert _walk(inner)[1] == [("S102", "citation.defendant.first_name", f"{HERE}/FirstName")]


def test_s102_the_second_of_two_that_changed_places() -> None:
    inner = f"{PERSON}<MiddleName>B</MiddleName><FirstName>A</FirstName><Sex>U</Sex>"

    assert _walk(inner)[1] == [("S102", "citation.defendant.first_name", f"{HERE}/FirstName")]


def test_misplaced_element_counts_as_present_and_its_value_is_checked() -> None:
    misplaced = (
        "<LastName>Mockly</LastName><FirstName>A</FirstName><IndividualType>?</IndividualType>"
    )

    assert sorted(_codes(misplaced)) == ["S102", "S105"]


def test_s102_element_that_occurs_too_often() -> None:
    assert _walk(f"{PERSON}<LastName>Mockly</LastName>")[1] == [
        ("S102", "citation.defendant.last_name", f"{HERE}/LastName")
    ]


def test_value_is_the_whole_text_even_around_foreign_elements() -> None:
    long = "x" * 26

    assert _codes(f"{PERSON}<FirstName>{long}<b>{long}</b></FirstName>") == ["S102", "S106"]


@pytest.mark.parametrize(
    ("element", "code"),
    [
        ("<ZipCode>0?</ZipCode>", "S104"),
        ("<State>XX</State>", "S105"),
        (f"<City>{'x' * 31}</City>", "S106"),
        ("<DateOfBirth>02/30/2000</DateOfBirth>", "S107"),
        ("<Weight>0</Weight>", "S107"),
        ("<CDL>y</CDL>", "S107"),
        ("<City>Sto\u0092we</City>", "S109"),
    ],
)
def test_one_finding_for_a_wrong_value(element: str, code: str) -> None:
    assert _codes(PERSON + element) == [code]


def test_s109_beats_s106_beats_s104() -> None:
    assert _codes(f"{PERSON}<ZipCode>{'?' * 11}</ZipCode>") == ["S106"]
    assert _codes(f"{PERSON}<ZipCode>{'?' * 10}\ue000</ZipCode>") == ["S109"]


def test_length_counts_code_points_after_normalisation() -> None:
    fits = "e\u0301" * 30 + " " * 40

    assert _codes(f"{PERSON}<City>{fits}</City>") == []
    assert _codes(f"{PERSON}<City>{'😀' * 30}</City>") == []
    assert _codes(f"{PERSON}<City>{'😀' * 31}</City>") == ["S106"]


def test_tree_is_brought_to_normal_form() -> None:
    node, faults = _walk(f"{PERSON}<City> Sto\u00a0 \twe\u0301 </City>", 'ID=" I1 "')

    assert faults == []
    assert node.values["City"] == "Sto w\u00e9"
    assert node.element.findtext("City") == "Sto w\u00e9"
    assert node.element.get("ID") == "I1"


def test_line_of_a_value_brought_to_normal_form_is_right_far_down_a_file() -> None:
    text = "\n" * 70_000 + f"<Individual ID='I1'>{PERSON}\n<City> Stowe </City>\n</Individual>"
    node = walk(etree.XML(f"<r>{text}</r>")[0], PARTS["Individual"], HERE)[0]

    assert node.locate("address.city") == (f"{HERE}/City", 70_002)


def test_hint_says_what_was_expected_and_no_value() -> None:
    element = etree.XML(
        f"<Individual ID='I1'>{PERSON}<DateOfBirth>7/1/63</DateOfBirth></Individual>"
    )
    [fault] = walk(element, PARTS["Individual"], HERE)[1]

    assert "MM/DD/YYYY" in fault.finding.hint
    assert "7/1/63" not in fault.finding.hint + fault.finding.message


def test_findings_of_one_code_are_bounded_but_no_code_is_lost() -> None:
    found = _codes("<Odd/>" * 500 + f"{PERSON}<Sex>?</Sex>")

    assert found.count("S102") == FAULTS_PER_CODE_MAX
    assert found.count("S105") == 1


def test_groups_are_counted_from_one_and_named_by_the_record() -> None:
    broken = UNIT.format("?").replace("<InjuryStatus>0</InjuryStatus>", "")

    assert _collision(UNIT.format(1) + broken) == [
        ("S107", "collision.units[2].unit_number", "/F/Unit[2]/@UnitNumber"),
        (
            "S101",
            "collision.persons[2].injury_status",
            "/F/Unit[2]/Person[1]/InjuryStatus",
        ),
    ]


def test_a_group_that_must_be_there_is_missed() -> None:
    assert _collision("") == [("S101", "collision.units[1]", "/F/Unit")]


def test_too_many_groups() -> None:
    found = _collision("".join(UNIT.format(index) for index in range(1, 101)))

    assert ("S102", "collision.units[100]", "/F/Unit[100]") in found

"""What the forms of a contact share: references, IDs, faults in shared elements."""

import pytest

from hub.ports import ReadDocument
from tests.unit.adapters.tracs_files import (
    COLLISION,
    CORPUS,
    ORGANISATION,
    TICKET,
    codes,
    edited,
    filled,
    read,
    read_one,
)

THREE_FORMS = (CORPUS / "tracs/valid-11-contact-three-forms.xml").read_bytes()


def _findings(document: ReadDocument) -> list[tuple[str, str, str | None]]:
    return [(each.code, each.field, each.path) for each in document.findings]


def test_fault_in_a_shared_element_counts_against_every_form_that_refers_to_it() -> None:
    documents = read(filled(THREE_FORMS, "ZipCode", "?"))

    for document in documents:
        assert _findings(document) == [
            (
                "S104",
                "citation.defendant.address.postal_code",
                "/TraCSExport/Contact[1]/CommonInformation/Individual[1]/ZipCode",
            )
        ]


def test_fault_in_an_element_nobody_refers_to_is_ignored() -> None:
    raw = edited(
        TICKET,
        ("</CommonInformation>", '<Vehicle ID="V7"><VIN>?</VIN></Vehicle></CommonInformation>'),
    )

    assert codes(raw) == []


def test_forms_without_the_faulty_vehicle_are_clean() -> None:
    raw = filled(THREE_FORMS, "VIN", "?")
    raw = edited(raw, ('VehicleRef="V1"', 'VehicleRef=""'))

    assert [len(document.findings) for document in read(raw)] == [0, 1, 1]


def test_guardian_faults_are_named_as_the_guardians() -> None:
    raw = edited(TICKET, ('GuardianRef=""', 'GuardianRef="I1"'))

    fields = {finding.field for finding in read_one(filled(raw, "Sex", "?")).findings}

    assert fields == {"citation.defendant.sex", "citation.guardian.sex"}


@pytest.mark.parametrize(
    ("reference", "role"),
    [
        ('DefendantRef="I1"', "defendant"),
        ('VehicleRef="V1"', "vehicle"),
        ('LocationRef="L1"', "location"),
    ],
)
@pytest.mark.parametrize("target", ["X9", "wrong kind"])
def test_n606_reference_without_target_or_of_the_wrong_kind(
    reference: str, role: str, target: str
) -> None:
    name = reference.partition("=")[0]
    wrong = {"DefendantRef": "V1", "VehicleRef": "L1", "LocationRef": "I1"}[name]
    key = wrong if target == "wrong kind" else target
    document = read_one(edited(TICKET, (reference, f'{name}="{key}"')))

    assert _findings(document) == [
        ("N606", f"citation.{role}", f"/TraCSExport/Contact[1]/Form[1]/@{name}")
    ]
    assert document.broken == {role}
    assert getattr(document.record, role) is None


@pytest.mark.parametrize("name", ["GuardianRef", "RecipientRef"])
def test_n606_for_the_other_parties(name: str) -> None:
    document = read_one(edited(TICKET, (f'{name}=""', f'{name}="X9"')))

    assert document.broken == {name.removesuffix("Ref").lower()}


def test_n606_in_a_collision_names_unit_and_person() -> None:
    raw = edited(
        COLLISION,
        ('<Unit UnitNumber="2" VehicleRef="V2">', '<Unit UnitNumber="2" VehicleRef="X9">'),
        ('<Person IndividualRef="I2">', '<Person IndividualRef="V1">'),
    )
    document = read_one(raw)

    assert _findings(document) == [
        (
            "N606",
            "collision.units[2].vehicle",
            "/TraCSExport/Contact[1]/CrashForm[1]/Unit[2]/@VehicleRef",
        ),
        (
            "N606",
            "collision.persons[2].person",
            "/TraCSExport/Contact[1]/CrashForm[1]/Unit[2]/Person[1]/@IndividualRef",
        ),
    ]
    assert document.broken == {"units[2].vehicle", "persons[2].person"}


def test_blank_reference_is_no_reference() -> None:
    document = read_one(edited(TICKET, ('VehicleRef="V1"', 'VehicleRef=" "')))

    assert document.findings == ()
    assert document.record is not None
    assert document.record.vehicle is None  # type: ignore[union-attr]


def test_contact_without_common_information_leaves_references_dangling() -> None:
    text = TICKET.decode("windows-1252")
    begin = text.index("<CommonInformation>")
    end = text.index("</CommonInformation>") + len("</CommonInformation>")
    raw = (text[:begin] + text[end:]).encode("windows-1252")

    assert codes(raw) == ["N606"] * 3


def test_n605_points_at_the_second_element_and_only_the_first_is_checked() -> None:
    twin = '<Vehicle ID=" V1 "><VIN>?</VIN></Vehicle></CommonInformation>'
    document = read_one(edited(TICKET, ("</CommonInformation>", twin)))
    place = "/TraCSExport/Contact[1]/CommonInformation/Vehicle[2]/@ID"

    assert _findings(document) == [("N605", place, place)]
    assert document.record is not None
    assert document.record.vehicle.vin  # type: ignore[union-attr]


def test_n605_is_said_once_however_often_a_form_refers_to_it() -> None:
    twin = '<Individual ID="I1"/></CommonInformation>'
    raw = edited(TICKET, ("</CommonInformation>", twin), ('GuardianRef=""', 'GuardianRef="I1"'))

    assert codes(raw) == ["N605"]


def test_n605_only_for_forms_that_refer_to_it() -> None:
    twin = '<Vehicle ID="V1"/></CommonInformation>'
    raw = edited(THREE_FORMS, ("</CommonInformation>", twin), ('VehicleRef="V1"', 'VehicleRef=""'))

    assert [len(document.findings) for document in read(raw)] == [0, 1, 1]


def test_ids_may_come_again_in_the_next_contact() -> None:
    raw = (CORPUS / "tracs/valid-12-three-contacts.xml").read_bytes()

    paths = [document.locate("citation.issued_at")[0] for document in read(raw)]

    assert all(not document.findings for document in read(raw))
    assert paths == [f"/TraCSExport/Contact[{n}]/Form[1]/IssueDate" for n in (1, 2, 3)]


@pytest.mark.parametrize(
    "change",
    [
        ("</Contact>", "<Stranger/></Contact>"),
        ("</CommonInformation>", "<Stranger/></CommonInformation>"),
        ("</CommonInformation>", "</CommonInformation><CommonInformation/>"),
        ("<CommonInformation>", "<CommonInformation odd='1'>"),
        ("<CommonInformation>", "text<CommonInformation>"),
        ("<CommonInformation>", "<CommonInformation>text"),
    ],
)
def test_what_is_strange_in_the_contact_counts_against_every_form(change: tuple[str, str]) -> None:
    documents = read(edited(THREE_FORMS, change))

    assert [[each.code for each in document.findings] for document in documents] == [["S102"]] * 3


def test_common_information_behind_the_forms_is_out_of_order() -> None:
    text = ORGANISATION.decode("windows-1252")
    begin = text.index("<CommonInformation>")
    end = text.index("</CommonInformation>") + len("</CommonInformation>")
    moved = text[:begin] + text[end:].replace("</Contact>", f"{text[begin:end]}</Contact>")

    assert codes(moved.encode("windows-1252")) == ["S102"]


def test_findings_of_one_code_are_bounded() -> None:
    raw = edited(TICKET, ("</Form>", "<Stranger/>" * 1000 + "</Form>"))

    assert 1 <= len(codes(raw)) <= 50
    assert set(codes(filled(raw, "Sex", "?"))) == {"S102", "S105"}


def test_places_are_found_for_names_of_shared_absent_and_derived_things() -> None:
    raw = TICKET.replace(b"<Landmark/>", b"")
    locate = read_one(raw).locate
    common = "/TraCSExport/Contact[1]/CommonInformation"
    form = "/TraCSExport/Contact[1]/Form[1]"

    assert locate("citation.defendant.address.city")[0] == f"{common}/Individual[1]/City"
    assert locate("citation.location.landmark")[0] == f"{common}/Location[1]/Landmark"
    assert locate("citation.violations[1].violation_code")[0] == f"{form}/ViolationCode"
    assert locate("citation.violations[1].sequence")[0] == f"{form}/ViolationCode"
    assert locate("citation.speed")[0] == f"{form}/ActualSpeed"
    assert locate("citation.guardian")[0] == f"{form}/@GuardianRef"
    assert locate("citation.guardian.last_name")[0] == f"{form}/@GuardianRef"
    assert locate("citation.nothing_like_it")[0] == form


def test_lines_are_those_of_the_posted_file() -> None:
    document = read_one(TICKET)
    lines = TICKET.decode("windows-1252").splitlines()

    for name, text in [
        ("citation.issued_at", "<IssueDate>"),
        ("citation.defendant.last_name", "<LastName>"),
        ("citation.alcohol_level", "<AlcoholLevel/>"),
    ]:
        line = document.locate(name)[1]
        assert line is not None
        assert text in lines[line - 1]


def test_places_in_a_collision_count_units_and_persons() -> None:
    locate = read_one(COLLISION).locate
    form = "/TraCSExport/Contact[1]/CrashForm[1]"

    assert locate("collision.units[2].unit_number")[0] == f"{form}/Unit[2]/@UnitNumber"
    assert locate("collision.units[1]")[0] == f"{form}/Unit[1]"
    assert locate("collision.persons[3].injury_status")[0] == (
        f"{form}/Unit[2]/Person[2]/InjuryStatus"
    )
    assert locate("collision.units[2].vehicle.vin")[0] == (
        "/TraCSExport/Contact[1]/CommonInformation/Vehicle[2]/VIN"
    )

"""Canonical records of forms: derivations, local times, code spellings, attachments."""

import base64
import hashlib
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest

from hub.domain.citation import Citation
from hub.domain.collision import CollisionReport
from tests.unit.adapters.tracs_files import (
    COLLISION,
    CORPUS,
    ORGANISATION,
    TICKET,
    codes,
    edited,
    filled,
    read_one,
    ticket_of,
    without,
)

STANDARD = timezone(timedelta(hours=-5))
DAYLIGHT = timezone(timedelta(hours=-4))


@pytest.mark.parametrize(
    ("form_type", "kind"), [("VCVC", "infraction"), ("CRIM", "criminal"), ("PARK", "parking")]
)
def test_document_kind_follows_the_form_type(form_type: str, kind: str) -> None:
    raw = edited(TICKET, ('FormType="VCVC"', f'FormType="{form_type}"'))

    assert ticket_of(raw).document_kind == kind


def _served(in_hand: str, mailed: str, organisation: str, form_type: str = "VCVC") -> str | None:
    raw = filled(TICKET, "InHand", in_hand)
    raw = filled(filled(raw, "USMail", mailed), "DeliveredToOrganization", organisation)
    return ticket_of(edited(raw, ('"VCVC"', f'"{form_type}"'))).served_by


def test_service_is_the_one_way_ticked() -> None:
    assert _served("Y", "N", "N") == "in_hand"
    assert _served("N", "Y", "N") == "mailed"
    assert _served("N", "N", "Y") == "organization"
    assert _served("N", "N", "N") is None
    assert _served("Y", "Y", "N") is None


def test_parking_ticket_served_in_no_way_was_left_on_the_vehicle() -> None:
    assert _served("N", "N", "N", "PARK") == "vehicle"
    assert _served("N", "Y", "N", "PARK") == "mailed"
    assert _served("Y", "Y", "N", "PARK") is None


@pytest.mark.parametrize(
    ("ticked", "status"),
    [
        (["NotActiveDuty"], "not_active_duty"),
        (["Under17"], "under_17"),
        (["CivilReliefOther"], "other"),
        ([], None),
        (["Under17", "CivilReliefOther"], None),
    ],
)
def test_relief_status_is_the_one_statement_ticked(ticked: list[str], status: str | None) -> None:
    raw = TICKET
    for name in ("NotActiveDuty", "Under17", "CivilReliefOther"):
        raw = filled(raw, name, "Y" if name in ticked else "")

    assert ticket_of(raw).relief_status == status


@pytest.mark.parametrize(
    ("feet", "inches", "height"), [("5", "11", 71), ("6", "", 72), ("", "11", None), ("", "", None)]
)
def test_height_is_in_inches(feet: str, inches: str, height: int | None) -> None:
    raw = filled(filled(TICKET, "HeightFeet", feet), "HeightInches", inches)
    defendant = ticket_of(raw).defendant

    assert defendant is not None
    assert defendant.height_inches == height


def test_money_is_in_cents_and_leading_zeros_stay_where_they_are_text() -> None:
    raw = filled(filled(TICKET, "WaiverAmount", "000105"), "PenaltyMin", "-0")
    ticket = ticket_of(raw)

    assert str(ticket.violations[0].waiver_amount) == "105.00"
    assert str(ticket.violations[0].penalty_min) == "0.00"
    assert ticket.citation_number == "08273401"


def test_numbers_keep_their_value() -> None:
    raw = filled(filled(TICKET, "AlcoholLevel", "0.083"), "Latitude", "-44.4760000")
    ticket = ticket_of(raw)

    assert ticket.alcohol_level == Decimal("0.083")
    assert ticket.location is not None
    assert ticket.location.latitude == Decimal("-44.476")


def test_speed_is_absent_when_all_of_it_is_blank() -> None:
    raw = TICKET
    for name in ("ActualSpeed", "PostedSpeed", "SpeedDevice"):
        raw = filled(raw, name, "")

    assert ticket_of(raw).speed is None
    assert ticket_of(filled(raw, "SpeedDevice", "L")).speed is not None


def test_an_absent_optional_element_means_the_same_as_a_blank_one() -> None:
    blank = filled(TICKET, "OfficerBadge", "")

    assert ticket_of(without(TICKET, "OfficerBadge")) == ticket_of(blank)


def test_recipient_and_guardian_keep_what_the_record_has_of_them() -> None:
    recipient = ticket_of(ORGANISATION).recipient
    minor = (CORPUS / "tracs/valid-04-minor.xml").read_bytes()
    guardian = ticket_of(minor).guardian

    assert recipient is not None
    assert recipient.last_name
    assert recipient.address is None
    assert guardian is not None
    assert guardian.address is not None
    assert guardian.birth_date is None


# --- local times ---


def test_instants_carry_the_offset_of_their_day() -> None:
    summer = filled(TICKET, "ViolationDate", "07/04/2025")
    ticket = ticket_of(summer)

    assert ticket.violation_at == datetime(2025, 7, 4, 10, 40, tzinfo=DAYLIGHT)
    assert ticket.violation_at.utcoffset() == timedelta(hours=-4)
    assert ticket.issued_at.utcoffset() == timedelta(hours=-5)


def test_t507_the_hour_that_spring_skips_breaks_the_instant() -> None:
    raw = filled(filled(TICKET, "ViolationDate", "03/08/2026"), "ViolationTime", "02:30")
    document = read_one(raw)

    assert [(each.code, each.field) for each in document.findings] == [
        ("T507", "citation.violation_at")
    ]
    assert document.broken == {"violation_at"}
    assert isinstance(document.record, Citation)
    assert document.record.violation_at == datetime(2026, 3, 8, 2, 30, tzinfo=STANDARD)


@pytest.mark.parametrize(("clock", "expected"), [("01:59", []), ("03:00", [])])
def test_the_hours_around_the_gap_exist(clock: str, expected: list[str]) -> None:
    raw = filled(filled(TICKET, "ViolationDate", "03/08/2026"), "ViolationTime", clock)

    assert codes(raw) == expected


def test_t508_the_hour_that_autumn_repeats_is_the_first() -> None:
    raw = filled(filled(TICKET, "ViolationDate", "11/01/2026"), "ViolationTime", "01:30")
    document = read_one(raw)

    assert [each.code for each in document.findings] == ["T508"]
    assert document.broken == frozenset()
    assert isinstance(document.record, Citation)
    assert document.record.violation_at.utcoffset() == timedelta(hours=-4)


def test_date_without_time_is_midnight_and_time_without_date_is_nothing() -> None:
    dated = filled(filled(TICKET, "AppearanceDate", "04/01/2026"), "AppearanceTime", "")
    timed = filled(filled(TICKET, "AppearanceDate", ""), "AppearanceTime", "09:00")

    assert ticket_of(dated).appearance_at == datetime(2026, 4, 1, tzinfo=DAYLIGHT)
    assert ticket_of(timed).appearance_at is None


# --- NCIC spelling, attachment ---


@pytest.mark.parametrize(
    ("name", "given", "stored", "field"),
    [
        ("VehicleMake", "F0RD", "FORD", "vehicle.make_code"),
        ("VehicleColor", "BR0", "BRO", "vehicle.color_code"),
        ("EyeColor", "BR0", "BRO", "defendant.eye_code"),
        ("HairColor", "0NG", "ONG", "defendant.hair_code"),
    ],
)
def test_n610_digit_zero_is_stored_as_the_letter(
    name: str, given: str, stored: str, field: str
) -> None:
    document = read_one(filled(TICKET, name, given))
    part, _, attribute = field.partition(".")

    assert [(each.code, each.field) for each in document.findings] == [
        ("N610", f"citation.{field}")
    ]
    assert getattr(getattr(document.record, part), attribute) == stored


def test_make_outside_the_list_stays_as_it_is() -> None:
    document = read_one(filled(TICKET, "VehicleMake", "Z0Z0"))

    assert document.findings == ()
    assert isinstance(document.record, Citation)
    assert document.record.vehicle is not None
    assert document.record.vehicle.make_code == "Z0Z0"


def test_n610_even_for_what_the_record_leaves_out() -> None:
    recipient = edited(
        filled(TICKET, "EyeColor", "BR0"),
        ('DefendantRef="I1"', 'DefendantRef=""'),
        ('RecipientRef=""', 'RecipientRef="I1"'),
    )
    person = filled(COLLISION, "HairColor", "0NG")

    fields = [each.field for raw in (recipient, person) for each in read_one(raw).findings]

    assert codes(recipient) == codes(person) == ["N610"]
    assert fields == ["citation.recipient.eye_code", "collision.persons[1].person.hair_code"]


def test_attachment_is_kept_apart_with_its_hash() -> None:
    pdf = b"%PDF-1.4 synthetic"
    lines = base64.encodebytes(pdf * 10).decode()
    document = read_one(filled(TICKET, "FormPDF", lines))

    assert document.attachment == pdf * 10
    assert document.record is not None
    assert document.record.attachment is not None
    assert document.record.attachment.sha256 == hashlib.sha256(pdf * 10).hexdigest()


def test_n612_attachment_of_another_kind() -> None:
    document = read_one(filled(TICKET, "FormPDF", base64.b64encode(b"PK..").decode()))

    assert [(each.code, each.field) for each in document.findings] == [
        ("N612", "citation.attachment")
    ]


def test_blank_attachment_is_none() -> None:
    document = read_one(filled(TICKET, "FormPDF", " "))

    assert document.attachment is None
    assert document.findings == ()


# --- collisions ---


def test_collision_numbers_persons_by_their_unit() -> None:
    report = read_one(COLLISION).record

    assert isinstance(report, CollisionReport)
    assert [unit.unit_number for unit in report.units] == [1, 2]
    assert [person.unit_number for person in report.persons] == [1, 2, 2]
    assert report.review_status == "pending"
    assert report.arrived_at is not None
    assert all(person.person and person.person.height_inches is None for person in report.persons)


def test_key_of_a_faulty_document_is_read_where_it_can_be() -> None:
    faulty = filled(TICKET, "Sex", "?")

    assert (read_one(faulty).number, read_one(faulty).agency) == ("08273401", "1119")
    assert read_one(filled(TICKET, "CitationNumber", "8273401")).number is None
    assert read_one(filled(TICKET, "AgencyCode", "")).agency is None
    twice = edited(
        TICKET, ("</CitationNumber>", "</CitationNumber><CitationNumber>08273402</CitationNumber>")
    )
    assert read_one(twice).number is None

"""The record codec: what goes in comes out, and the fingerprint sees content only."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

from hub.domain.citation import Citation, Speed, Violation
from hub.domain.codec import decode, encode, fingerprint, to_plain
from hub.domain.judgement import Kind
from hub.domain.places import Address, Attachment, Location, Party

EASTERN = timezone(timedelta(hours=-5))
TICKET = Citation(
    source="tracs",
    state="VT",
    citation_number="08273401",
    document_kind="infraction",
    agency_code="1119",
    officer_id="A1005",
    court_code="VTJB",
    issued_at=datetime(2026, 2, 14, 10, 53, tzinfo=EASTERN),
    violation_at=datetime(2026, 2, 14, 10, 40, tzinfo=EASTERN),
    answer_by=date(2026, 3, 7),
    defendant=Party(kind="person", last_name="Möckly", address=Address(state="VT")),
    location=Location(municipality_code="1302", latitude=Decimal("44.4760")),
    speed=Speed(actual_mph=69, posted_mph=50),
    accident=False,
    alcohol_level=Decimal("0.080"),
    violations=(
        Violation(1, "23V1081B", "VSA", waiver_amount=Decimal(105)),
        Violation(2, "23V301", "VSA", waiver_amount=Decimal("47.00")),
    ),
    attachment=Attachment("0" * 64),
)


def test_a_record_survives_the_way_to_json_and_back() -> None:
    assert decode(Kind.CITATION, encode(TICKET)) == TICKET


def test_json_leaves_absent_fields_out_and_writes_money_as_strings() -> None:
    plain = to_plain(TICKET)

    assert "guardian" not in plain
    assert plain["issued_at"] == "2026-02-14T10:53:00-05:00"
    assert plain["violations"][0]["waiver_amount"] == "105.00"
    assert plain["alcohol_level"] == 0.08
    assert plain["accident"] is False


def test_fingerprint_compares_numbers_by_value_and_instants_as_points_in_time() -> None:
    same = replace(
        TICKET,
        alcohol_level=Decimal("0.08"),
        issued_at=TICKET.issued_at.astimezone(UTC),
        violations=(
            replace(TICKET.violations[1], waiver_amount=Decimal(47)),
            replace(TICKET.violations[0], waiver_amount=Decimal("105.00")),
        ),
    )

    assert fingerprint(same) == fingerprint(TICKET)


def test_fingerprint_leaves_source_attachment_and_derived_fields_out() -> None:
    same = replace(TICKET, source="valcour", attachment=None, traffic=True)

    assert fingerprint(same) == fingerprint(TICKET)


def test_fingerprint_sees_case_and_accents() -> None:
    assert TICKET.defendant is not None
    for name in ("Mockly", "MÖCKLY"):
        other = replace(TICKET, defendant=replace(TICKET.defendant, last_name=name))

        assert fingerprint(other) != fingerprint(TICKET)

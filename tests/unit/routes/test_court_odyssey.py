"""What is rendered for the court, read back by a reader that shares nothing with the writer."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from hub.adapters.tracs import ADAPTER
from hub.domain.citation import Citation
from hub.domain.errors import Unreadable
from hub.domain.places import Address, Attachment
from hub.reference import enrich
from hub.routes.court_odyssey import ROUTE
from hub.routes.court_odyssey.facts import CONDITIONS
from hub.routes.court_odyssey.table import ROWS
from hub.testing.ecf_reader import Filing, read_filing
from tests.records import (
    EASTERN,
    a_citation,
    a_collision,
    a_criminal_citation,
    a_parking_ticket,
    a_person,
    a_vehicle,
    a_violation,
    a_washington_citation,
    an_organization_citation,
)
from tests.strategies import FILINGS
from tests.unit.routes.filings import (
    POSTED_AT,
    REFERENCE,
    a_shipment,
    read_values,
    statement_of,
    values_of,
)

ROOT = Path(__file__).parents[3]
FILES = sorted(
    [
        *ROOT.glob("tests/corpus/tracs/*.xml"),
        *ROOT.glob("tests/corpus/sequences/*.xml"),
        *ROOT.glob("hub/testing/samples/tracs/*.xml"),
    ]
)
PDF = b"%PDF-1.4 (synthetic)"
HOSTILE = """Å & <b>"O'Neil"</b> ]]> ; é: &amp;"""


def rendered(citation: Citation, attachment: bytes | None = None) -> bytes:
    return ROUTE.render(a_shipment(citation, attachment), REFERENCE)


def filed(citation: Citation, attachment: bytes | None = None) -> Filing:
    return read_filing(rendered(citation, attachment))


def all_texts(citation: Citation, name: str) -> list[str | None]:
    root = etree.fromstring(rendered(citation))
    return [one.text for one in root.iter(f"{{*}}{name}")]


def corpus_citations() -> Iterator[tuple[str, Citation, bytes | None]]:
    for file in FILES:
        try:
            documents = list(ADAPTER.read(file.read_bytes()))
        except Unreadable:
            continue
        for document in documents:
            record = document.record and enrich(document.record, REFERENCE)
            if isinstance(record, Citation):
                yield file.name, record, document.attachment


def test_every_readable_citation_of_the_corpus_arrives_value_by_value() -> None:
    citations = list(corpus_citations())

    assert len(citations) > 40
    for name, citation, attachment in citations:
        filing = filed(citation, attachment)
        assert read_values(filing, citation) == values_of(citation), name
        assert filing.statement == statement_of(citation), name
        assert filing.attachment == attachment, name


@given(FILINGS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_citation_arrives_value_by_value(filing: tuple[Citation, bytes | None]) -> None:
    citation, attachment = filing

    received = filed(citation, attachment)

    assert read_values(received, citation) == values_of(citation)
    assert received.statement == statement_of(citation)
    assert received.attachment == attachment


def canonical_fields(kind: Any, prefix: str = "") -> Iterator[str]:
    hints = get_type_hints(kind)
    for one in fields(kind):
        inner = [part for part in get_args(hints[one.name]) if is_dataclass(part)]
        name = f"{prefix}{one.name}"
        if not inner:
            yield name
            continue
        repeated = "[]" if "tuple" in str(hints[one.name]) else ""
        yield from canonical_fields(inner[0], f"{name}{repeated}.")


def test_every_canonical_field_has_a_place_in_the_table() -> None:
    placed = {row.field for row in ROWS}
    elsewhere = {
        "narrative",  # as `statement`
        "defendant.kind",  # by the element that stands for the party
    }

    assert set(canonical_fields(Citation)) - placed == elsewhere


def test_every_condition_of_the_table_is_known() -> None:
    assert {word for row in ROWS for word in row.when} == set(CONDITIONS)


def test_the_court_takes_vermont_citations_only() -> None:
    taken = [a_citation(), a_criminal_citation(), a_parking_ticket(), an_organization_citation()]

    assert [ROUTE.takes(record) for record in taken] == [True] * 4
    assert not ROUTE.takes(a_washington_citation())
    assert not ROUTE.takes(a_collision())


def test_a_record_that_is_no_citation_is_a_bug() -> None:
    shipment = replace(a_shipment(a_citation()), record=a_collision())

    with pytest.raises(TypeError, match="CollisionReport"):
        ROUTE.render(shipment, REFERENCE)


def test_the_same_shipment_gives_the_same_bytes() -> None:
    assert rendered(a_citation(), PDF) == rendered(a_citation(), PDF)


def test_the_message_names_its_delivery_and_when_it_was_posted() -> None:
    filing = filed(a_citation())

    assert (filing.message_id, filing.posted_at) == ("message-1", POSTED_AT.isoformat())


def test_hostile_text_is_escaped_wherever_it_stands() -> None:
    person = a_person(last_name=HOSTILE, birth_place=HOSTILE, address=Address(street=HOSTILE))
    citation = a_citation(
        defendant=person,
        relief_text=HOSTILE,
        vehicle=a_vehicle(model=HOSTILE),
        violations=(a_violation(narrative=HOSTILE, statute=HOSTILE),),
    )

    assert read_values(filed(citation), citation) == values_of(citation)


def test_a_printed_form_with_hostile_text_beside_it_arrives_whole() -> None:
    form = b"%PDF-" + bytes(range(256)) * 100
    citation = a_citation(narrative=HOSTILE)

    assert filed(citation, form).attachment == form


def test_a_ticket_without_printed_form_has_an_attachment_without_content() -> None:
    citation = a_citation(attachment=None)

    assert filed(citation).attachment is None
    assert all_texts(citation, "BinaryFormatStandardName") == []


def test_the_hash_of_the_printed_form_goes_along() -> None:
    citation = a_citation(attachment=Attachment("ab" * 32))

    assert all_texts(citation, "BinaryDescriptionText") == [f"SHA-256 {'ab' * 32}"]


def test_names_are_those_of_the_register() -> None:
    filing = filed(a_citation())

    assert filing.agency_name == "Rutland Police Department"
    assert filing.court_name == "Vermont Judicial Bureau"
    assert filing.town_name == "Brattleboro"


def test_a_name_that_was_not_valid_that_day_gives_way_to_the_code() -> None:
    before_all = datetime(1980, 6, 1, 12, 0, tzinfo=EASTERN)

    filing = filed(a_citation(issued_at=before_all, violation_at=before_all))

    assert (filing.agency_name, filing.court_name) == ("1119", "VTJB")
    assert filing.town_name == "1302"


@pytest.mark.parametrize(
    ("postal", "court"),
    [
        ("VT", "VT"),
        ("NE", "NB"),
        ("NB", "NK"),
        ("QC", "PQ"),
        ("NL", "NF"),
        ("SK", "SN"),
        ("NU", "CD"),
    ],
)
def test_licence_and_plate_states_are_spelled_as_ncic(postal: str, court: str) -> None:
    citation = a_citation(
        defendant=a_person(license_state=postal), vehicle=a_vehicle(plate_state=postal)
    )

    assert all_texts(citation, "IdentificationJurisdictionNCICLISCode") == [court, court]
    values = filed(citation).values
    assert (values["defendant.license_state"], values["vehicle.plate_state"]) == (postal, postal)


def test_a_canadian_address_has_no_american_state_code() -> None:
    address = Address("1 rue Fictive", "Montréal", "QC", "H2X 1Y4")
    citation = a_citation(defendant=a_person(address=address))

    assert all_texts(citation, "LocationStateName") == ["QC"]
    assert all_texts(citation, "LocationCountryName") == ["Canada"]
    # The state that is left is Vermont, where it happened.
    assert all_texts(citation, "LocationStateUSPostalServiceCode") == ["VT"]


def test_a_zip_plus_4_is_split() -> None:
    citation = a_citation(defendant=a_person(address=Address(postal_code="05401-1122")))

    assert all_texts(citation, "LocationPostalCode") == ["05401"]
    assert all_texts(citation, "LocationPostalExtensionCode") == ["1122"]


def test_codes_the_court_does_not_have_are_text_only() -> None:
    citation = a_citation(
        defendant=a_person(sex="X", license_class="D"),
        vehicle=a_vehicle(make_code="TESL", color_code="DBR", model="Model 3"),
    )

    for element in (
        "PersonSexCode",
        "DriverLicenseCommercialClassCode",
        "VehicleMakeCode",
        "VehicleColorPrimaryCode",
    ):
        assert all_texts(citation, element) == []
    assert all_texts(citation, "ConveyanceColorPrimaryText") == ["dark brown"]
    assert all_texts(citation, "ItemDescriptionText") == [
        "make: TESL; model: Model 3; commercial vehicle: no"
    ]


def test_an_unknown_make_is_text_only() -> None:
    citation = a_citation(vehicle=a_vehicle(make_code="ZZZZ", commercial=None))

    assert all_texts(citation, "VehicleMakeCode") == []
    assert all_texts(citation, "ItemDescriptionText") == ["make: ZZZZ"]


def test_what_ecf_has_no_element_for_is_said_in_words() -> None:
    citation = a_citation(
        fatality=True,
        seat_belt=True,
        relief_status="other",
        relief_text="deployed; see order",
        defendant=a_person(cdl=True),
        violations=(a_violation(related_criminal=True),),
    )

    said = all_texts(citation, "ActivityDescriptionText")

    assert said == [
        (
            "source: tracs; state: VT; traffic: yes; served by: in_hand; civil relief: other; "
            'civil relief text: "deployed; see order"; seat belt violation: yes; fatality: yes; '
            "municipality code: 1302; defendant license class: D; defendant commercial license: yes"
        ),
        (
            "points: 3; penalty minimum dollars: 47.00; penalty maximum dollars: 1197.00; "
            "waiver amount dollars: 178.00; related criminal charge: yes"
        ),
    ]


def test_every_violation_is_a_charge() -> None:
    violations = tuple(
        a_violation(sequence=number, violation_code=f"23V30{number}", narrative=f"Number {number}")
        for number in range(1, 4)
    )
    citation = a_citation(violations=violations)

    assert all_texts(citation, "ChargeDescriptionText") == ["Number 1", "Number 2", "Number 3"]
    assert filed(citation).statement == "Number 1; Number 2; Number 3"


def test_an_organization_is_no_person_and_the_person_beside_it_is_not_lost() -> None:
    organization = replace(
        an_organization_citation().defendant or a_person(),
        license_number="00000001",
        license_state="VT",
    )
    citation = an_organization_citation(defendant=organization)

    values = filed(citation).values

    assert values["defendant.kind"] == "organization"
    assert values["defendant.license_number"] == "00000001"
    assert "CitationSubject" not in rendered(citation).decode()


def test_a_ticket_for_an_unknown_owner_names_no_defendant() -> None:
    filing = filed(a_parking_ticket())

    assert filing.case_title == "State of Vermont v. registered owner"
    assert not [name for name in filing.values if name.startswith("defendant")]


def test_the_day_in_court_goes_before_the_day_to_answer() -> None:
    citation = a_citation(
        answer_by=date(2026, 3, 7), appearance_at=datetime(2026, 3, 16, 9, 0, tzinfo=EASTERN)
    )
    root = etree.fromstring(rendered(citation))

    (appearance,) = root.iter("{*}CourtAppearanceDate")

    assert [one.text for one in appearance] == ["2026-03-16T09:00:00-05:00"]
    assert filed(citation).values["answer_by"] == "2026-03-07"


def test_measures_carry_their_units() -> None:
    citation = a_citation(
        defendant=a_person(height_inches=67, weight_pounds=150), alcohol_level=Decimal("0.08")
    )

    assert all_texts(citation, "MeasureText") == ["67", "150", "69", "50"]
    assert all_texts(citation, "LengthUnitCode") == ["INH"]
    assert all_texts(citation, "WeightUnitCode") == ["LBR"]
    assert all_texts(citation, "MeasureUnitText") == ["mph", "mph"]
    assert all_texts(citation, "PersonBloodAlcoholNumber") == ["0.08"]

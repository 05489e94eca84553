"""Reads an ECF 4.01 CoreFilingMessage as a court would: by its own paths, from the bytes alone.

It shares nothing with the writer in `hub/routes`, so that tests can compare what was sent with
what arrives, and the toy court sees only what a court would see. Participants are found by
following the message's own references. Source: ECF 4.01 errata 01; profiles "canonical" section 1.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from lxml import etree

from hub.testing.ecf_places import (
    CHARGE,
    CITATION,
    CITATION_LABELS,
    FLAG_LABELS,
    INCIDENT,
    PERSON,
    VEHICLE,
    VEHICLE_LABELS,
    VIOLATION_LABELS,
)

Values = dict[str, str]

_ECF = "urn:oasis:names:tc:legalxml-courtfiling:schema:xsd"
_NAMESPACES = {
    "cfm": f"{_ECF}:CoreFilingMessage-4.0",
    "cit": f"{_ECF}:CitationCase-4.0",
    "ecf": f"{_ECF}:CommonTypes-4.0",
    "j": "http://niem.gov/niem/domains/jxdm/4.0",
    "nc": "http://niem.gov/niem/niem-core/2.0",
    "s": "http://niem.gov/niem/structures/2.0",
}
_ID = f"{{{_NAMESPACES['s']}}}id"
_REF = f"{{{_NAMESPACES['s']}}}ref"
_POSTAL_OF_LIS = {"NB": "NE", "NK": "NB", "PQ": "QC", "NF": "NL", "SN": "SK"}
_LABELED = re.compile(r'(?P<label>[^:]+): (?P<value>"(?:[^"]|"")*"|[^;"]*)(?:; |$)')

_FLAGS = {"yes": "true", "no": "false"}


class UnreadableFiling(ValueError):
    """The body is no filing a court could docket; `code` is a stable word."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True)
class Filing:
    """A citation as the court received it.

    `values` has canonical names (`defendant.address.city`, `violations[1].points`, indices from
    1) with the text that stood in the message, codes and state spellings brought back to the
    canonical ones, flags as `true` and `false`. The other parts have no field there.
    """

    message_id: str
    posted_at: str
    case_title: str
    agency_name: str
    court_name: str
    town_name: str | None
    statement: str | None
    attachment: bytes | None
    values: Values


def read_filing(body: bytes) -> Filing:
    """Read a filing.

    Raises:
        UnreadableFiling: not well-formed, not this message, a dangling reference, or a part
            without which no case can be opened is missing.
    """
    root = _Node(_parse(body))
    case = root.need("cit:CitationCase")
    incident = case.find("cit:CitationCaseAugmentation/cit:DrivingIncident") or case.need(
        "cit:CitationCaseAugmentation/cit:ParkingViolation"
    )
    binary = root.text("cfm:FilingLeadDocument//nc:BinaryBase64Object")
    attachment = _decoded(binary) if binary else None
    return Filing(
        message_id=root.need_text("nc:DocumentIdentification/nc:IdentificationID"),
        posted_at=root.need_text("nc:DocumentPostDate/nc:DateTime"),
        case_title=case.need_text("nc:CaseTitleText"),
        agency_name=case.need_text(".//j:CitationAgency/nc:OrganizationName"),
        court_name=case.need_text("j:CaseAugmentation/j:CaseCourt/j:CourtName"),
        town_name=incident.text("nc:IncidentLocation//nc:LocationCityName"),
        statement=incident.text("nc:ActivityDescriptionText"),
        attachment=attachment,
        values=dict(sorted(_values(case, incident, attachment))),
    )


class _Node:
    """An element, asked by paths with the prefixes above."""

    def __init__(self, element: etree._Element) -> None:
        self.element = element

    def find(self, path: str) -> "_Node | None":
        found = self.element.find(path, _NAMESPACES)
        return None if found is None else _Node(found)

    def all(self, path: str) -> "list[_Node]":
        return [_Node(one) for one in self.element.iterfind(path, _NAMESPACES)]

    def need(self, path: str) -> "_Node":
        found = self.find(path)
        if found is None:
            raise UnreadableFiling("incomplete", f"The filing has no {path}.")
        return found

    def text(self, path: str) -> str | None:
        return self.element.findtext(path, None, _NAMESPACES) or None

    def need_text(self, path: str) -> str:
        return self.need(path).element.text or ""

    def texts(self, paths: dict[str, str], prefix: str = "") -> Iterator[tuple[str, str]]:
        for name, path in paths.items():
            text = self.text(path)
            if text is not None:
                yield prefix + name, text

    def labeled(self, path: str, names: dict[str, str], prefix: str = "") -> Values:
        """The `label: value; label: value` text there, under canonical names."""
        text = self.text(path) or ""
        return {
            prefix + names[found["label"]]: _said(found["label"], found["value"])
            for found in _LABELED.finditer(text)
        }

    def follow(self, path: str) -> "_Node | None":
        """The element that the reference there points at."""
        reference = self.find(path)
        if reference is None:
            return None
        name = reference.element.get(_REF)
        for element in self.element.getroottree().iter():
            if element.get(_ID) == name:
                return _Node(element)
        raise UnreadableFiling("dangling-reference", "A reference of the filing has no target.")

    @property
    def is_person(self) -> bool:
        return etree.QName(self.element).localname == "EntityPerson"


def _parse(body: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        tree = etree.parse(BytesIO(body), parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableFiling("not-well-formed", "The filing is not well-formed XML.") from error
    if tree.docinfo.internalDTD is not None:
        raise UnreadableFiling("doctype", "A filing has no document type declaration.")
    root = tree.getroot()
    if root.tag != f"{{{_NAMESPACES['cfm']}}}CoreFilingMessage":
        raise UnreadableFiling("other-message", "This is no ECF 4.01 CoreFilingMessage.")
    return root


def _values(case: _Node, incident: _Node, attachment: bytes | None) -> Iterator[tuple[str, str]]:
    citation = case.need("cit:CitationCaseAugmentation/j:Citation")
    yield "document_kind", case.need_text("nc:CaseCategoryText")
    yield (
        "court_code",
        case.need_text(
            "j:CaseAugmentation/j:CaseCourt/nc:OrganizationIdentification/nc:IdentificationID"
        ),
    )
    citation.need_text(CITATION["citation_number"])
    yield from citation.texts(CITATION)
    yield from citation.labeled("nc:ActivityDescriptionText", CITATION_LABELS).items()
    yield from _appearance(case)
    yield from _officer(citation)
    yield from _parties(case)
    yield from _incident(incident)
    yield from _vehicle(incident)
    yield from _violations(case)
    if attachment is not None:
        yield "attachment.sha256", hashlib.sha256(attachment).hexdigest()
    alcohol = case.text(".//cit:CitationSubject/cit:PersonBloodAlcoholNumber")
    if alcohol is not None:
        yield "alcohol_level", alcohol


def _appearance(case: _Node) -> Iterator[tuple[str, str]]:
    names = {"appearance_at": "nc:DateTime", "answer_by": "nc:Date"}
    day = case.find(".//j:CourtAppearance/j:CourtAppearanceDate")
    if day is not None:
        yield from day.texts(names)


def _officer(citation: _Node) -> Iterator[tuple[str, str]]:
    officer = citation.follow("j:CitationIssuingOfficial/nc:RoleOfPersonReference")
    if officer is None:
        raise UnreadableFiling("incomplete", "The filing names no issuing official.")
    names = {
        "officer_id": "nc:PersonOtherIdentification/nc:IdentificationID",
        "officer_first_name": "nc:PersonName/nc:PersonGivenName",
        "officer_last_name": "nc:PersonName/nc:PersonSurName",
    }
    yield from officer.texts(names)


def _parties(case: _Node) -> Iterator[tuple[str, str]]:
    reference = case.find("j:CaseAugmentation/j:CaseDefendantParty/*")
    if reference is not None:
        defendant = case.follow("j:CaseAugmentation/j:CaseDefendantParty/*")
        yield from _party(case, defendant, "defendant") if defendant else ()
    for role, who in (
        ("Parent or guardian", "guardian"),
        ("Recipient of the citation", "recipient"),
        ("Person named with the defendant", "defendant"),
    ):
        for participant in case.all("ecf:CaseAugmentation/ecf:CaseParticipant"):
            if participant.text("ecf:CaseParticipantRoleCode") == role:
                yield from _person(participant.need("ecf:EntityPerson"), who)


def _party(case: _Node, party: _Node, who: str) -> Iterator[tuple[str, str]]:
    if party.is_person:
        yield f"{who}.kind", "person"
        subject = case.follow(".//j:CitationSubject/nc:RoleOfPersonReference")
        if subject is None or subject.element is not party.element:
            raise UnreadableFiling("subject", "The cited person is not the defendant.")
        yield from _person(party, who)
        return
    yield f"{who}.kind", "organization"
    yield from party.texts({"organization_name": "nc:OrganizationName"}, f"{who}.")
    yield from _contact(party, who)


def _person(person: _Node, who: str) -> Iterator[tuple[str, str]]:
    yield from person.texts(PERSON, f"{who}.")
    yield from _measured(person, "nc:PersonHeightMeasure", "INH", f"{who}.height_inches")
    yield from _measured(person, "nc:PersonWeightMeasure", "LBR", f"{who}.weight_pounds")
    yield from _issuer(person, ".//nc:DriverLicenseIdentification", f"{who}.license_state")
    yield from _contact(person, who)


def _measured(node: _Node, path: str, unit: str, name: str) -> Iterator[tuple[str, str]]:
    measure = node.find(path)
    if measure is None:
        return
    units = [one.element.text for one in measure.all("*")][1:]
    if units != [unit]:
        raise UnreadableFiling("unit", f"{path} is not measured in {unit}.")
    yield name, measure.need_text("nc:MeasureText")


def _issuer(node: _Node, path: str, name: str) -> Iterator[tuple[str, str]]:
    """The state that issued a licence or plate, in the postal spelling."""
    code = node.text(f"{path}/j:IdentificationJurisdictionNCICLISCode")
    if code is not None:
        exact = node.text(f"{path}/nc:IdentificationSourceText")
        yield name, exact or _POSTAL_OF_LIS.get(code, code)


def _contact(party: _Node, who: str) -> Iterator[tuple[str, str]]:
    address = party.find(".//nc:ContactInformation/nc:ContactMailingAddress/nc:StructuredAddress")
    if address is not None:
        yield from _address(address, f"{who}.address.")
    for contact in party.all(".//nc:ContactInformation"):
        number = contact.text(".//nc:TelephoneNumberFullID")
        if number is not None:
            use = contact.need_text("nc:ContactInformationDescriptionText")
            yield f"{who}.{use}_phone", number
    for association in party.all(".//nc:PersonContactInformationAssociation"):
        contact_of = association.follow("nc:ContactInformationReference")
        person = association.follow("nc:PersonReference")
        if contact_of is None or person is None or person.element is not party.element:
            raise UnreadableFiling("contact", "A telephone number belongs to nobody.")


def _address(address: _Node, prefix: str) -> Iterator[tuple[str, str]]:
    yield from address.texts(
        {
            "street": "nc:LocationStreet/nc:StreetFullText",
            "city": "nc:LocationCityName",
            "state": "nc:LocationStateUSPostalServiceCode",
        },
        prefix,
    )
    yield from address.texts({"state": "nc:LocationStateName"}, prefix)
    code = address.text("nc:LocationPostalCode")
    if code is not None:
        extension = address.text("nc:LocationPostalExtensionCode")
        yield f"{prefix}postal_code", f"{code}-{extension}" if extension else code


def _incident(incident: _Node) -> Iterator[tuple[str, str]]:
    yield from incident.texts(INCIDENT)
    for path, name in (
        ("j:DrivingIncidentRecordedSpeedRate", "speed.actual_mph"),
        ("j:DrivingIncidentLegalSpeedRate", "speed.posted_mph"),
    ):
        yield from _measured(incident, path, "mph", name)
    for device in ("Radar", "Laser"):
        if incident.text(f"j:DrivingIncident{device}DetectionIndicator") == "true":
            yield "speed.device", device.lower()
    hazmat = incident.text("j:DrivingIncidentHazMatCode")
    if hazmat is not None:
        yield "vehicle.hazmat", {"1": "true", "2": "false"}[hazmat]


def _vehicle(incident: _Node) -> Iterator[tuple[str, str]]:
    vehicle = incident.follow("nc:IncidentVehicleAssociation/nc:ConveyanceReference")
    if vehicle is None:
        return
    yield from vehicle.texts(VEHICLE, "vehicle.")
    yield from vehicle.labeled("nc:ItemDescriptionText", VEHICLE_LABELS).items()
    plate = "nc:ConveyanceRegistrationPlateIdentification"
    yield from _issuer(vehicle, plate, "vehicle.plate_state")
    color = vehicle.text("nc:ConveyanceColorPrimaryText")
    if color is not None:
        yield "vehicle.color_code", {"dark brown": "DBR"}.get(color, color)


def _violations(case: _Node) -> Iterator[tuple[str, str]]:
    charges = case.all("cit:CitationCaseAugmentation/j:CaseCharge")
    violations = case.all(".//j:Citation/j:CitationViolation")
    for number, (charge, violation) in enumerate(zip(charges, violations, strict=True), start=1):
        prefix = f"violations[{number}]."
        yield from charge.texts(CHARGE, prefix)
        path = "nc:ActivityDescriptionText"
        yield from violation.labeled(path, VIOLATION_LABELS, prefix).items()


def _said(label: str, value: str) -> str:
    """The value behind a label: a flag, or text that may stand in quotes."""
    if label in FLAG_LABELS:
        return _FLAGS[value]
    return value[1:-1].replace('""', '"') if value.startswith('"') else value


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise UnreadableFiling("attachment", "The attachment is not base64.") from error

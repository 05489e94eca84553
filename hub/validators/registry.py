"""Which function judges which criterion, and which finding switches which rule off.

Where a rule applies (kinds of document, sources) the catalogue itself says.
Codes that only an adapter can see (T507, T508, N605, N606, N610, N612) are not here.

Source: criteria, catalogue and "Order of evaluation" 4.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hub.domain.findings import Finding
from hub.validators import (
    agency_and_officer,
    collision,
    defendant,
    time,
    vehicle_and_place,
    violation,
)
from hub.validators.case import Case

Rule = Callable[[Case[Any]], Iterator[Finding]]

RULES: Mapping[str, Rule] = {
    "A201": agency_and_officer.agency_is_known,
    "A202": agency_and_officer.agency_was_valid,
    "A203": agency_and_officer.sender_may_send_for_agency,
    "A205": agency_and_officer.officer_is_known,
    "A206": agency_and_officer.officer_belongs_to_agency,
    "A207": agency_and_officer.officer_has_begun,
    "A208": agency_and_officer.officer_is_in_service,
    "A209": agency_and_officer.officer_name_is_registered,
    "A210": agency_and_officer.officer_is_not_monitored,
    "A211": agency_and_officer.ori_belongs_to_agency,
    "D301": defendant.defendant_is_one_party,
    "D302": defendant.birth_precedes_violation,
    "D304": defendant.minor_has_guardian,
    "D306": defendant.licence_has_number_and_state,
    "D307": defendant.person_can_be_identified,
    "D308": defendant.commercial_licence_fits_class,
    "D309": defendant.postal_code_fits_state,
    "D311": defendant.relief_statement_is_given,
    "D312": defendant.organization_has_recipient,
    "D313": defendant.service_fits_defendant,
    "D314": defendant.parties_are_complete,
    "V401": violation.violation_is_known,
    "V402": violation.violation_was_in_force,
    "V403": violation.violation_fits_ticket,
    "V404": violation.speeds_are_complete,
    "V406": violation.speed_exceeds_limit,
    "V407": violation.points_are_those_of_table,
    "V409": violation.waiver_is_within_range,
    "V410": violation.waiver_follows_from_rules,
    "V412": violation.violations_are_numbered,
    "V416": violation.fatality_has_accident,
    "V418": violation.parked_vehicle_has_plate,
    "T501": time.events_are_in_order,
    "T502": time.issue_is_not_in_future,
    "T503": time.upload_is_in_time,
    "T505": time.deadlines_follow_issue,
    "T506": time.answer_date_is_statutory,
    "T509": time.deadline_is_given,
    "N601": vehicle_and_place.vin_has_its_form,
    "N602": vehicle_and_place.vin_has_right_check_digit,
    "N603": vehicle_and_place.plate_has_number_and_state,
    "N607": vehicle_and_place.municipality_is_valid,
    "N608": vehicle_and_place.court_takes_ticket,
    "N609": vehicle_and_place.make_is_listed,
    "C701": collision.units_are_numbered,
    "C703": collision.totals_agree_with_persons,
    "C704": collision.persons_belong_to_units,
    "C705": collision.moving_vehicles_have_drivers,
    "C706": collision.severity_is_that_of_worst_injury,
    "C708": collision.placarded_unit_names_carrier,
}
"""In the order of the catalogue, which is the order of the findings."""

_UNKNOWN_OFFICER = ("A201", "A205", "A206")

SWITCHED_OFF_BY: Mapping[str, tuple[str, ...]] = {
    "A202": ("A201",),
    "A203": ("A201",),
    "A205": ("A201",),
    "A206": ("A201", "A205"),
    "A207": _UNKNOWN_OFFICER,
    "A208": _UNKNOWN_OFFICER,
    "A209": _UNKNOWN_OFFICER,
    "A210": _UNKNOWN_OFFICER,
    "A211": ("A201",),
    "D304": ("D302",),
    "V407": ("V404", "V406"),
    "V410": ("V404", "V406"),
    "T506": ("T505",),
}
"""What holds for the whole document. For one violation (V401) or one VIN (N601), the rules see."""

ALSO_FOR_KINDS: Mapping[str, str] = {"D301": "P"}
"""The catalogue lists I and K, but its example says that two parties are wrong in parking too."""

"""Family C: the units, persons, totals and severity of a collision report."""

from collections import Counter
from collections.abc import Iterator

from hub.domain.collision import CollisionReport
from hub.domain.criteria import finding
from hub.domain.findings import Finding
from hub.validators.case import Case

_DRIVER = "1"
_INJURED = ("1", "2", "3")
_KILLED = "4"
_UNKNOWN_SEVERITY = "9"
_SEVERITY_OF_WORST_INJURY = {"4": "1", "3": "2", "2": "3", "1": "4", "0": "5"}
"""MMUCC injury status of a person to D20 severity of the collision."""


def units_are_numbered(case: Case[CollisionReport]) -> Iterator[Finding]:
    """C701: units are numbered 1, 2, 3, ... and as many as the total says.

    Source: MMUCC; criteria, catalogue.
    """
    for number, unit in enumerate(case.record.units, start=1):
        if unit.unit_number != number:
            yield finding("C701", f"collision.units[{number}].unit_number")
    if len(case.record.units) != case.record.unit_count:
        yield finding("C701", "collision.unit_count")


def totals_agree_with_persons(case: Case[CollisionReport]) -> Iterator[Finding]:
    """C703: injured are the persons of injury 1-3, killed those of 4.

    Source: MMUCC; criteria, catalogue.
    """
    persons = Counter(person.injury_status for person in case.record.persons)
    injured = sum(persons[status] for status in _INJURED)
    if case.record.injured_count != injured:
        yield finding("C703", "collision.injured_count")
    if case.record.killed_count != persons[_KILLED]:
        yield finding("C703", "collision.killed_count")


def persons_belong_to_units(case: Case[CollisionReport]) -> Iterator[Finding]:
    """C704: every person's unit is in the report. Source: MMUCC; criteria, catalogue."""
    units = {unit.unit_number for unit in case.record.units}
    for number, person in enumerate(case.record.persons, start=1):
        if person.unit_number not in units:
            yield finding("C704", f"collision.persons[{number}].unit_number")


def moving_vehicles_have_drivers(case: Case[CollisionReport]) -> Iterator[Finding]:
    """C705: a motor vehicle in motion has a driver, unless it was a hit and run.

    Source: MMUCC; criteria, catalogue.
    """
    if case.record.hit_and_run:
        return
    persons = case.record.persons
    driven = {person.unit_number for person in persons if person.person_type == _DRIVER}
    for number, unit in enumerate(case.record.units, start=1):
        if unit.unit_type == "MV" and unit.unit_number not in driven:
            yield finding("C705", f"collision.units[{number}]")


def severity_is_that_of_worst_injury(case: Case[CollisionReport]) -> Iterator[Finding]:
    """C706: the severity follows from the worst injury; unknown (9) is never checked.

    Source: D20; MMUCC; criteria, catalogue.
    """
    worst = max((person.injury_status for person in case.record.persons), default="0")
    right = _SEVERITY_OF_WORST_INJURY[worst]
    if case.record.severity not in (right, _UNKNOWN_SEVERITY):
        yield finding("C706", "collision.severity").hinting(f"The persons give {right}.")


def placarded_unit_names_carrier(case: Case[CollisionReport]) -> Iterator[Finding]:
    """C708: a unit with a hazardous placard has a carrier name or a USDOT number.

    Source: MMUCC; criteria, catalogue.
    """
    for number, unit in enumerate(case.record.units, start=1):
        if unit.hazmat_placard and not (unit.carrier_name or unit.usdot_number):
            yield finding("C708", f"collision.units[{number}]")

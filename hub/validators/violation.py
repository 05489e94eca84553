"""Family V: the offences charged, speeds, points, amounts and flags."""

from collections.abc import Iterator

from hub.domain.citation import Citation
from hub.domain.criteria import finding
from hub.domain.findings import Finding
from hub.domain.reference import is_valid
from hub.validators.case import Case
from hub.validators.money import points, total


def violation_is_known(case: Case[Citation]) -> Iterator[Finding]:
    """V401: the code is in the court's table. Source: criteria, catalogue."""
    known = {number for number, _, _ in case.charges}
    for number, violation in enumerate(case.record.violations, start=1):
        if number not in known:
            yield finding(
                "V401",
                f"citation.violations[{number}].violation_code",
                code=violation.violation_code,
                state=case.record.state,
            )


def violation_was_in_force(case: Case[Citation]) -> Iterator[Finding]:
    """V402: the code was in force on the day of the violation. Source: criteria, catalogue."""
    for number, violation, offense in case.charges:
        if not is_valid(offense, case.event_day):
            yield finding(
                "V402",
                f"citation.violations[{number}].violation_code",
                code=violation.violation_code,
                date=case.event_day,
            )


def violation_fits_ticket(case: Case[Citation]) -> Iterator[Finding]:
    """V403: kind of ticket and statute type are those of the table. Source: criteria, catalogue."""
    kind = case.record.document_kind
    for number, violation, offense in case.charges:
        if offense.kind != kind or offense.statute_type != violation.statute_type:
            yield finding(
                "V403",
                f"citation.violations[{number}].violation_code",
                code=violation.violation_code,
            )


def speeds_are_complete(case: Case[Citation]) -> Iterator[Finding]:
    """V404: a speed offence has both speeds, another offence both or none.

    Source: ACD S92; criteria, catalogue.
    """
    speed = case.record.speed
    actual, posted = (speed.actual_mph, speed.posted_mph) if speed else (None, None)
    if (actual is None) != (posted is None) or (actual is None and _has_speed_offense(case)):
        yield finding("V404", "citation.speed")


def speed_exceeds_limit(case: Case[Citation]) -> Iterator[Finding]:
    """V406: with a speed offence the actual speed is above the limit. Source: criteria."""
    over = _over_mph(case.record)
    if over is not None and over <= 0 and _has_speed_offense(case):
        yield finding("V406", "citation.speed.actual_mph")


def points_are_those_of_table(case: Case[Citation]) -> Iterator[Finding]:
    """V407: points given are those of the speed band or the table.

    Source: 23 V.S.A. 2502; criteria, "Money".
    """
    over = _over_mph(case.record)
    for number, violation, offense in case.charges:
        if violation.points is None:
            continue
        right = points(offense, over, case.event_day, case.reference)
        if right is not None and violation.points != right:
            yield finding("V407", f"citation.violations[{number}].points").hinting(
                f"The table gives {right}."
            )


def waiver_is_within_range(case: Case[Citation]) -> Iterator[Finding]:
    """V409: minimum <= waiver amount <= maximum; limits that are absent are not checked.

    Source: criteria, catalogue.
    """
    for number, violation in enumerate(case.record.violations, start=1):
        given = (violation.penalty_min, violation.waiver_amount, violation.penalty_max)
        amounts = [amount for amount in given if amount is not None]
        if amounts != sorted(amounts):
            yield finding("V409", f"citation.violations[{number}].waiver_amount")


def waiver_follows_from_rules(case: Case[Citation]) -> Iterator[Finding]:
    """V410: the waiver amount is the one of base, surcharges and speed, or of the schedule.

    Source: 13 V.S.A. 7282; criteria, "Money".
    """
    over = _over_mph(case.record)
    for number, violation, offense in case.charges:
        if violation.waiver_amount is None:
            continue
        right = total(offense, over, case.event_day, case.reference)
        if right is not None and violation.waiver_amount != right:
            yield finding("V410", f"citation.violations[{number}].waiver_amount").hinting(
                f"The rules give {right:.2f}."
            )


def violations_are_numbered(case: Case[Citation]) -> Iterator[Finding]:
    """V412: violations are numbered 1, 2, 3, ... and no code stands twice.

    Source: criteria, catalogue.
    """
    seen: set[str] = set()
    for number, violation in enumerate(case.record.violations, start=1):
        if violation.sequence != number or violation.violation_code in seen:
            yield finding("V412", f"citation.violations[{number}].sequence")
        seen.add(violation.violation_code)


def fatality_has_accident(case: Case[Citation]) -> Iterator[Finding]:
    """V416: a fatality comes with an accident. Source: criteria, catalogue."""
    if case.record.fatality and case.record.accident is False:
        yield finding("V416", "citation.fatality")


def parked_vehicle_has_plate(case: Case[Citation]) -> Iterator[Finding]:
    """V418: a parking ticket has a plate; half a plate is N603. Source: criteria, catalogue."""
    if "vehicle" in case.broken:
        return
    vehicle = case.record.vehicle
    if vehicle is None or (vehicle.plate_number is None and vehicle.plate_state is None):
        yield finding("V418", "citation.vehicle.plate_number")


def _has_speed_offense(case: Case[Citation]) -> bool:
    return any(offense.needs_speed for _, _, offense in case.charges)


def _over_mph(citation: Citation) -> int | None:
    speed = citation.speed
    if speed is None or speed.actual_mph is None or speed.posted_mph is None:
        return None
    return speed.actual_mph - speed.posted_mph

"""What a ticket costs by the dated rules. Source: criteria, "Money (V410), dated"."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from hub.domain.reference import Offense, Reference

_DOLLAR = Decimal(1)


def total(
    offense: Offense, over_mph: int | None, day: date, reference: Reference
) -> Decimal | None:
    """The amount in dollars for an offence on `day`; None where the tables give none.

    Vermont: base and surcharges, rounded half up to whole dollars (13 V.S.A. 7282). Washington:
    the schedule's total, which knows no surcharge.
    """
    base = _base(offense, over_mph, day, reference)
    if base is None or not offense.surcharge:
        return base
    percent = reference.rule_on(offense.state, "surcharge_percent", day)
    flat = reference.rule_on(offense.state, "flat_surcharge", day)
    if percent is None or flat is None:
        return None
    amount = base * (1 + percent.value / 100) + flat.value
    return amount.quantize(_DOLLAR, ROUND_HALF_UP)


def points(offense: Offense, over_mph: int | None, day: date, reference: Reference) -> int | None:
    """The points of an offence on `day`, by speed band or fixed; None where there are none."""
    if not offense.is_speed:
        return offense.points
    if over_mph is None:
        return None
    band = reference.rule_on(offense.state, "speed_points", day, over_mph)
    return int(band.value) if band else None


def _base(
    offense: Offense, over_mph: int | None, day: date, reference: Reference
) -> Decimal | None:
    if not offense.is_speed:
        return offense.base_amount
    if over_mph is None:
        return None
    rate = reference.rule_on(offense.state, "speed_rate", day, over_mph)
    if rate:
        return rate.value * over_mph
    band = reference.rule_on(offense.state, "speed_total", day, over_mph)
    return band.value if band else None

"""Vermont's local date and time as one aware instant.

Source: profiles "tracs", Dates and times; "criteria", T507 and T508.
"""

from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

_VERMONT = ZoneInfo("America/New_York")
_MIDNIGHT = time()


def local_instant(day: date, clock: time = _MIDNIGHT) -> tuple[datetime, str | None]:
    """The instant with its fixed offset, and T507 or T508 when the clock changed around it.

    A time that the spring change skips gets the standard offset (T507); of one that the autumn
    change repeats the first is taken (T508).
    """
    naive = datetime.combine(day, clock)
    first, second = _offset(naive), _offset(naive.replace(fold=1))
    code = None if first == second else "T507" if first < second else "T508"
    return naive.replace(tzinfo=timezone(first)), code


def _offset(naive: datetime) -> timedelta:
    return _VERMONT.utcoffset(naive) or timedelta()

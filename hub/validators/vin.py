"""The vehicle identification number. Source: 49 CFR 565."""

from operator import mul

FIRST_STANDARD_YEAR = 1981
"""The model year from which a VIN has 17 characters and a check digit."""

_LENGTH = 17
_SHORTEST_OLD = 5
_NEVER_USED = frozenset("IOQ")
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VALUES = {digit: int(digit) for digit in "0123456789"} | dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", map(int, "12345678123457923456789"), strict=True)
)
_CHECK_DIGITS = "0123456789X"
_CHECK_POSITION = 8


def is_standard(model_year: int | None) -> bool:
    """Whether the standard holds for this model year; an unknown year counts as a recent one."""
    return model_year is None or model_year >= FIRST_STANDARD_YEAR


def is_vin(vin: str, model_year: int | None) -> bool:
    """Whether the VIN has the form of its time: before 1981 any 5 to 17 characters."""
    if not is_standard(model_year):
        return _SHORTEST_OLD <= len(vin) <= _LENGTH
    return len(vin) == _LENGTH and _NEVER_USED.isdisjoint(vin)


def check_digit(vin: str) -> str:
    """The character that belongs in the ninth place of a VIN of 17 characters.

    Raises:
        KeyError: a character has no value: a letter I, O or Q, a small letter or a sign.
    """
    return _CHECK_DIGITS[sum(map(mul, _WEIGHTS, map(_VALUES.__getitem__, vin))) % 11]


def has_right_check_digit(vin: str) -> bool:
    """Whether the ninth character is the check digit of the others."""
    return vin[_CHECK_POSITION] == check_digit(vin)

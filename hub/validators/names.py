"""How names are compared. Source: criteria, A209."""

import unicodedata

_IGNORED = frozenset(" .-'`\u2010\u2011\u2013\u2018\u2019\u02bc\u00b4")
"""Spaces, periods, hyphens and apostrophes, as keyboards and programs write them."""


def is_same_name(one: str, other: str) -> bool:
    """Whether the names agree without case, accents, periods, spaces, hyphens, apostrophes."""
    return one == other or _bare(one) == _bare(other)


def _bare(name: str) -> str:
    letters = unicodedata.normalize("NFD", name.casefold())
    return "".join(
        letter for letter in letters if letter not in _IGNORED and not unicodedata.combining(letter)
    )

"""Code lists: where the court's differ from the canonical ones.

The court's lists are the enumerations of ECF 4.01 (NIEM 2.0). A code that one of them lacks would
make the whole filing invalid, so it is never written as a code.
Source: profiles "canonical" section 5, States, and section 7.
"""

from collections.abc import Mapping

from hub.profiles.code_lists import CODE_LISTS

NOT_IN_COURT_LISTS: Mapping[str, Mapping[str, str]] = {
    "SEX": {"X": "X"},
    "COLOR": {"DBR": "dark brown"},
    "LICCLASS": {"D": "D"},
    "MAKE": {"RAM": "RAM", "TESL": "TESL"},
}
"""Canonical list to the codes that the court's list lacks, each with the text sent instead."""

COURT_MAKES = frozenset(CODE_LISTS["MAKE"].values) - NOT_IN_COURT_LISTS["MAKE"].keys()
"""Makes known to be in the court's list; canonical makes are open (N609 is a warning)."""

PROVINCES = frozenset(
    {"AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT"}
)
"""Canadian codes of STATE_POST: in an address they are no USPS state."""

POSTAL_TO_LIS: Mapping[str, str] = {
    "NE": "NB",
    "NB": "NK",
    "QC": "PQ",
    "NL": "NF",
    "SK": "SN",
    "NU": "CD",
}
"""Postal spelling to NCIC LIS where they differ; copied unchanged, NE would mean Holland.

Nunavut has no code of its own: CD is Canada, and the postal code goes beside it as text.
"""

LIS_IS_NOT_EXACT = frozenset({"NU"})

"""The code lists of the profiles, read once from `code_lists.csv`.

Source: profiles "canonical", section 5.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class CodeList:
    """A list of values; `is_ncic` lists are spelled with the letter O, never the digit 0."""

    name: str
    values: tuple[str, ...]
    is_ncic: bool

    def spell(self, text: str) -> str | None:
        """The list's spelling of a value (`BR0` is `BRO` in an NCIC list), None when foreign."""
        if text in self.values:
            return text
        letters = text.replace("0", "O")
        return letters if self.is_ncic and letters in self.values else None


def _read() -> dict[str, CodeList]:
    with files("hub.profiles").joinpath("code_lists.csv").open(encoding="utf-8") as table:
        lists = [
            CodeList(row["name"], tuple(row["values"].split()), row["ncic"] == "yes")
            for row in csv.DictReader(table)
        ]
    return {each.name: each for each in lists}


CODE_LISTS: Mapping[str, CodeList] = _read()

"""A finding: what a judgement says about one field of a document, and how to mend it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum


class Severity(StrEnum):
    """An error rejects the document; a warning travels with it."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One row of an answer to a sender.

    `field` is the canonical name with its record in front (`citation.issued_at`; indices from 1),
    or the path in the file for what maps to nothing. `path` and `line` are the place in the posted
    file. Neither `message` nor `hint` ever holds a personal value.
    """

    code: str
    severity: Severity
    field: str
    message: str
    hint: str
    path: str | None = None
    line: int | None = None

    def hinting(self, more: str) -> "Finding":
        """The same finding with a sentence added to its hint."""
        return replace(self, hint=f"{self.hint} {more}")


def has_error(findings: Iterable[Finding]) -> bool:
    """Whether any of the findings rejects the document."""
    return any(finding.severity is Severity.ERROR for finding in findings)

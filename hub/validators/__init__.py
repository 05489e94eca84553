"""The acceptance criteria as functions over canonical records, one for each code.

`check` runs those that apply. Pure: no clock, network, database or log.
Source: criteria, catalogue and "Order of evaluation" 4.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import cache

from hub.domain.citation import Citation
from hub.domain.criteria import CRITERIA
from hub.domain.findings import Finding
from hub.domain.judgement import Record
from hub.domain.reference import Reference, Sender
from hub.validators.case import open_case
from hub.validators.registry import ALSO_FOR_KINDS, RULES, SWITCHED_OFF_BY, Rule

__all__ = ["RULES", "check", "rules_for"]

_KINDS = {"infraction": "I", "criminal": "K", "parking": "P"}
_SOURCES = {"tracs": "t", "valcour": "v", "sector": "s", "service-tracking": "c"}


def check(
    record: Record,
    *,
    reference: Reference,
    sender: Sender | None,
    received_at: datetime,
    broken: frozenset[str],
) -> list[Finding]:
    """Everything the rules of A, D, V, T, N and C find, in the order of the catalogue.

    Without `sender` the client rule (A203) does not fire. `broken` names canonical fields whose
    value does not exist, such as a `vehicle` behind a dangling reference.
    """
    case = open_case(record, reference, sender, received_at, broken)
    kind = record.document_kind if isinstance(record, Citation) else "collision"
    findings: list[Finding] = []
    fired: set[str] = set()
    for code, rule, switched_off_by in rules_for(kind, record.source):
        if fired.isdisjoint(switched_off_by):
            for found in rule(case):
                findings.append(found)
                fired.add(code)
    return findings


@cache
def rules_for(kind: str, source: str) -> tuple[tuple[str, Rule, tuple[str, ...]], ...]:
    """The codes that apply to a kind of document from a source, with rule and what silences it.

    `kind` is a citation's document kind, or `collision`.
    """
    return tuple(_rules(_KINDS.get(kind, "C"), _SOURCES[source]))


def _rules(kind: str, source: str) -> Iterator[tuple[str, Rule, tuple[str, ...]]]:
    for code, rule in RULES.items():
        criterion = CRITERIA[code]
        kinds = criterion.kinds + ALSO_FOR_KINDS.get(code, "")
        if _covers(kinds, kind) and _covers(criterion.sources, source):
            yield code, rule, SWITCHED_OFF_BY.get(code, ())


def _covers(listed: str, letter: str) -> bool:
    return listed == "*" or letter in listed

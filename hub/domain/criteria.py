"""The acceptance criteria: every finding code the hub can give, and the words it gives it in.

The table is `criteria.csv` beside this file. The rules live in `hub/validators/`, one function per
criterion; the S findings of single fields in `hub/profiles/walker.py`; the X findings of whole
submissions in `hub/xml.py` and the adapters; L findings in `hub/intake.py`.

Source: profiles "criteria", catalogue.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib.resources import files

from hub.domain.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class Criterion:
    """One row of the catalogue.

    `field` names what the finding points at, `kinds` and `sources` say where it applies
    (`*` = everywhere; kinds I infraction, K criminal, P parking, C collision, S service return;
    sources t tracs, v valcour, s sector, c service-tracking), `origin` where it comes from.
    """

    code: str
    severity: Severity
    message: str
    hint: str
    field: str
    kinds: str
    sources: str
    origin: str
    example: str


def finding(
    code: str,
    field: str,
    /,
    *,
    path: str | None = None,
    line: int | None = None,
    **values: object,
) -> Finding:
    """Word a finding of the catalogue; `values` fill the `{...}` of its message.

    Raises:
        KeyError: the code is not in the catalogue, or a value of its message is missing.
    """
    row = CRITERIA[code]
    return Finding(
        code, row.severity, field, row.message.format(line=line, **values), row.hint, path, line
    )


def _read() -> dict[str, Criterion]:
    with files("hub.domain").joinpath("criteria.csv").open(encoding="utf-8") as table:
        rows = [_criterion(row) for row in csv.DictReader(table)]
    return {row.code: row for row in rows}


def _criterion(row: dict[str, str]) -> Criterion:
    cells = {field.name: row[field.name] for field in fields(Criterion)}
    return Criterion(**{**cells, "severity": Severity(cells["severity"])})  # type: ignore[arg-type]


CRITERIA: Mapping[str, Criterion] = _read()

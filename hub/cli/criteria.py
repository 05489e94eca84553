"""`hub criteria`: the acceptance criteria, and where in the code each one is decided."""

from typing import Annotated

import typer

from hub.cli import output
from hub.domain.criteria import CRITERIA
from hub.domain.errors import NotFound
from hub.validators import RULES


def criteria(
    code: Annotated[str | None, typer.Argument(help="A code, such as N602.")] = None,
    as_json: output.AsJson = False,
    as_csv: output.AsCsv = False,
) -> None:
    """List the finding codes, or explain one: what it says, how to mend it, which rule gives it."""
    if code is None:
        rows = [
            {"code": row.code, "severity": row.severity, "message": row.message}
            for row in CRITERIA.values()
        ]
        output.print_rows(rows, as_json=as_json, as_csv=as_csv)
        return
    row = CRITERIA.get(code.upper())
    if row is None:
        raise NotFound(f"There is no criterion {code}; 'hub criteria' lists them.")
    facts = {
        "code": row.code,
        "severity": row.severity,
        "message": row.message,
        "mend": row.hint,
        "field": row.field,
        "origin": row.origin,
        "example": row.example,
        "decided in": _place_of(row.code),
    }
    if as_json:
        output.print_json(facts)
        return
    for name, value in facts.items():
        output.console.print(f"[dim]{name:>10}[/]  {value}", soft_wrap=True, highlight=False)


_FAMILIES = {
    "X": "hub/xml.py and the source's adapter in hub/adapters/",
    "S": "hub/profiles/walker.py, from the source's field table beside it",
    "L": "hub/domain/ledger.py",
}


def _place_of(code: str) -> str:
    """Where in the code a criterion is decided."""
    rule = RULES.get(code)
    if rule is None:
        return _FAMILIES.get(code[0], "the source's adapter in hub/adapters/")
    path = rule.__module__.replace(".", "/")
    return f"{path}.py:{rule.__code__.co_firstlineno} {rule.__name__}"

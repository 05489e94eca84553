"""`hub submit`: post files to a hub over HTTP."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import httpx2
import typer
from rich.progress import track

from hub.cli import output
from hub.domain.errors import Invalid

_TIMEOUT_SECONDS = 60


def submit(
    files: Annotated[
        list[Path], typer.Argument(help="Files to post.", exists=True, dir_okay=False)
    ],
    source: Annotated[str, typer.Option(help="Source of the files, such as tracs.")],
    url: Annotated[str, typer.Option(help="Address of the hub.")] = "http://127.0.0.1:8080",
    key: Annotated[
        str, typer.Option(envvar="CITATION_HUB_KEY", help="API key of the client.")
    ] = "",
    as_json: output.AsJson = False,
) -> None:
    """Post files with a progress bar; exit status 1 when something was rejected or not taken."""
    if not key:
        raise Invalid("Give the API key with --key or in the variable CITATION_HUB_KEY.")
    rows = []
    with httpx2.Client(base_url=url, timeout=_TIMEOUT_SECONDS) as http:
        silent = as_json or not output.console.is_terminal
        for path in track(files, "Posting", disable=silent, transient=True):
            rows.extend(_post(http, path, source, key))
    output.print_rows(rows, as_json=as_json)
    outcomes = Counter(row["outcome"] for row in rows)
    if not as_json:
        output.console.print(", ".join(f"{count} {name}" for name, count in outcomes.items()))
    raise typer.Exit(1 if outcomes.keys() & {"rejected", "not taken"} else 0)


def _post(http: httpx2.Client, path: Path, source: str, key: str) -> list[dict[str, str]]:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/xml"}
    try:
        answer = http.post(f"/v1/submissions/{source}", content=path.read_bytes(), headers=headers)
    except httpx2.HTTPError as error:
        return [_row(path, "", "not taken", f"no answer from {http.base_url}: {error}")]
    if answer.status_code not in (200, 202, 422):
        detail = answer.json().get("detail", "") if "json" in answer.headers["content-type"] else ""
        return [_row(path, "", "not taken", f"{answer.status_code} {detail}")]
    receipt = answer.json()
    if not receipt["documents"]:
        codes = " ".join(found["code"] for found in receipt["findings"])
        outcome = "rejected" if answer.status_code == 422 else "held"  # noqa: PLR2004
        return [_row(path, "", outcome, codes)]
    return [
        _row(
            path,
            document["number"] or "",
            document["outcome"],
            " ".join(found["code"] for found in document["findings"]),
        )
        for document in receipt["documents"]
    ]


def _row(path: Path, number: str, outcome: str, findings: str) -> dict[str, str]:
    return {"file": path.name, "number": number, "outcome": outcome, "findings": findings}

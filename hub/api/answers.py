"""Answers: JSON, CSV and problem documents."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

Row = Mapping[str, Any]


def answer(data: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer; instants in UTC with `Z`."""
    body = orjson.dumps(data, option=orjson.OPT_UTC_Z)
    return Response(body, status, headers, "application/json")


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    **more: object,
) -> Response:
    """A problem document. Source: RFC 9457; `type` is stable."""
    title = code.replace("-", " ").capitalize()
    body = {"type": f"urn:citation-hub:problem:{code}", "title": title, "status": status}
    data = orjson.dumps({**body, "detail": detail, **more})
    return Response(data, status, headers, "application/problem+json")


def listing(request: Request, name: str, rows: Sequence[Row], limit: int) -> Response:
    """A page of a list: CSV for `Accept: text/csv`, else JSON with the cursor of the next page."""
    cursor = rows[-1]["id"] if len(rows) == limit else None
    if "text/csv" in request.headers.get("accept", ""):
        headers = {"X-Hub-Next-Cursor": cursor} if cursor else {}
        return Response(_csv(rows), headers=headers, media_type="text/csv; charset=utf-8")
    return answer({name: rows, "next_cursor": cursor})


def _csv(rows: Sequence[Row]) -> str:
    text = io.StringIO()
    if rows:
        writer = csv.DictWriter(text, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def _cell(value: object) -> object:
    """A cell no spreadsheet takes for a formula."""
    if isinstance(value, list | tuple):
        value = ";".join(str(item) for item in value)
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return value

"""The shapes of answers, for the OpenAPI document. Tests hold the answers to them."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from hub.domain.findings import Severity
from hub.domain.judgement import Kind
from hub.domain.states import DocumentStatus, Outcome


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class FoundFault(_Shape):
    """A finding: what is wrong, where, and how to mend it."""

    code: str = Field(description="criterion, see `/v1/criteria`")
    severity: Severity
    field: str = Field(description="canonical path with its record in front, indices from 1")
    path: str | None = Field(description="place in the posted file")
    line: int | None = Field(description="line in the posted file, from 1")
    message: str
    hint: str = Field(description="how to mend it")


class ReceiptDocument(_Shape):
    """One ticket or report of a submission."""

    document_id: str | None
    kind: Kind
    state: str | None
    agency: str | None
    number: str | None = Field(description="null when it could not be read")
    outcome: Outcome
    status: DocumentStatus
    version: int
    monitored: bool = Field(description="the officer is on probation; the court looks at it")
    late: bool = Field(description="received more than 48 hours after issue")
    first_document_id: str | None = Field(description="for a duplicate: the first of its kind")
    findings: list[FoundFault]


class Receipt(_Shape):
    """What a post is answered with, once it is stored; `/v1/check` gives it without ids."""

    submission_id: str | None
    source: str
    received_at: datetime
    sha256: str = Field(description="of the bytes as posted, inflated")
    findings: list[FoundFault] = Field(description="faults of the file as a whole")
    documents: list[ReceiptDocument]


class Problem(BaseModel):
    """Why a request was not served. Source: RFC 9457."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(description="stable: `urn:citation-hub:problem:<code>`")
    title: str
    status: int
    detail: str = Field(description="one sentence that says what to do")


PROBLEM: dict[str, Any] = {
    "description": "not served; the problem says why",
    "content": {"application/problem+json": {"schema": Problem.model_json_schema()}},
}
"""Said once for the whole application; without it FastAPI would promise answers of its own."""

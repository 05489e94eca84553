"""Stored values for tests, each complete and changeable: `a_document(status=...)`."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hub.clock import new_id
from hub.domain.delivery import Reply, ReplyType
from hub.domain.findings import Finding, Severity
from hub.domain.judgement import JudgedDocument, Kind
from hub.domain.ledger import Candidate
from hub.domain.states import DeliveryStatus, DocumentStatus, Outcome, SubmissionState
from hub.domain.stored import (
    Delivery,
    Document,
    ErrorEntry,
    ErrorKind,
    Event,
    Payload,
    StoredReply,
    Submission,
)
from hub.ports import Store
from tests.records import a_citation

NOW = datetime(2026, 2, 14, 18, 53, 7, 120_000, tzinfo=UTC)
LATE = Finding("T503", Severity.WARNING, "citation.issued_at", "It came late.", "Send daily.")
WRONG = Finding("D306", Severity.ERROR, "citation.defendant", "No such state.", "Mend it.", "/a", 4)


def after(seconds: float) -> datetime:
    """An instant so many seconds after NOW."""
    return NOW + timedelta(seconds=seconds)


def a_payload(body: bytes = b"<TraCSExport/>") -> Payload:
    """Bytes under their own sha256."""
    return Payload(hashlib.sha256(body).hexdigest(), body)


def a_submission(**changes: Any) -> Submission:
    """A processed TraCS submission."""
    payload = a_payload()
    submission = Submission(
        id=new_id(),
        source="tracs",
        client_id="client-1",
        received_at=NOW,
        stored_at=after(1),
        sha256=payload.sha256,
        body_bytes=len(payload.body),
        state=SubmissionState.PROCESSED,
        reference_version="r1",
    )
    return replace(submission, **changes)


def a_document(submission: Submission, **changes: Any) -> Document:
    """An accepted citation of that submission; its status follows a changed outcome."""
    record = a_citation()
    document = Document(
        id=new_id(),
        submission_id=submission.id,
        position=0,
        kind=Kind.CITATION,
        source=submission.source,
        client_id=submission.client_id,
        state="VT",
        agency="1119",
        number="08273401",
        officer_id="A1005",
        outcome=Outcome.ACCEPTED,
        status=DocumentStatus(changes.get("outcome", Outcome.ACCEPTED)),
        version=1,
        monitored=False,
        late=True,
        received_at=submission.received_at,
        stored_at=submission.stored_at,
        issued_at=record.issued_at,
        reference_version="r1",
        fingerprint="f" * 64,
        fingerprint_version=1,
        record=record,
        findings=(LATE,),
    )
    return replace(document, **changes)


def a_delivery(document: Document, **changes: Any) -> Delivery:
    """A pending delivery of that document to the Vermont court, due at NOW."""
    delivery = Delivery(
        id=new_id(),
        document_id=document.id,
        version=document.version,
        destination="court.odyssey",
        type="citation.v1",
        status=DeliveryStatus.PENDING,
        created_at=NOW,
        available_at=NOW,
    )
    return replace(delivery, **changes)


def an_event(**changes: Any) -> Event:
    """An event of the hub itself."""
    return replace(
        Event(new_id(), NOW, "document.accepted", "hub", detail={"codes": []}), **changes
    )


def an_error(**changes: Any) -> ErrorEntry:
    """A duplicate in the error log."""
    return replace(ErrorEntry(new_id(), NOW, ErrorKind.DUPLICATE, source="tracs"), **changes)


def a_reply(**changes: Any) -> StoredReply:
    """The court's acceptance, matched to nothing."""
    said = Reply("court.odyssey", "r-1", ReplyType.ACCEPTED, after(60), docket_number="42-2-26")
    return StoredReply(replace(said, **changes), after(61), None, None)


def a_candidate(number: str, content: str, **changes: Any) -> Candidate:
    """A judged citation of agency 0417; `is_rejected` gives it an error."""
    findings = (WRONG,) if changes.get("is_rejected") else ()
    judged = JudgedDocument(
        Kind.CITATION, "VT", number, changes.get("agency", "0417"), findings, fingerprint=content
    )
    return Candidate(new_id(), new_id(), judged)


async def keep(store: Store, submission: Submission, *documents: Document) -> None:
    """Store a submission with documents, in one transaction."""
    async with store.begin() as transaction:
        await transaction.add_submissions([submission])
        await transaction.add_documents(documents)


async def keep_deliveries(store: Store, count: int = 1, **changes: Any) -> list[Delivery]:
    """Store a document with so many deliveries; gives the deliveries."""
    submission = a_submission()
    document = a_document(submission)
    deliveries = [a_delivery(document, **changes) for _ in range(count)]
    async with store.begin() as transaction:
        await transaction.add_submissions([submission])
        await transaction.add_documents([document])
        await transaction.add_deliveries(deliveries)
    return deliveries

"""A submission with all the rows it brings, drawn up before anything is written.

Intake draws filings up, the store writes them in one transaction, the receipt repeats them.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from hub.clock import NewId
from hub.domain.codec import FINGERPRINT_VERSION
from hub.domain.criteria import finding
from hub.domain.findings import Finding
from hub.domain.judgement import DocumentRecord, Judged, JudgedDocument, Kind, LedgerKey
from hub.domain.ledger import Candidate, Verdict
from hub.domain.review import Review, ReviewKind
from hub.domain.states import DeliveryStatus, DocumentStatus, Outcome, SubmissionState
from hub.domain.stored import (
    Delivery,
    Document,
    ErrorEntry,
    ErrorKind,
    Event,
    Payload,
    Submission,
)

MESSAGE_TYPES: Mapping[Kind, str] = {
    Kind.CITATION: "citation.v1",
    Kind.COLLISION: "collision.v1",
    Kind.DISPOSITION: "disposition.v1",
    Kind.SERVICE_RETURN: "service-return.v1",
}
AMENDS = ".amend"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A judged submission that waits to be filed; `document_ids` in file order."""

    submission_id: str
    source: str
    client_id: str
    raw: bytes
    received_at: datetime
    judged: Judged
    document_ids: tuple[str, ...]

    @property
    def candidates(self) -> list[Candidate]:
        """Its documents as the ledger wants them."""
        pairs = zip(self.document_ids, self.judged.documents, strict=True)
        return [Candidate(id_, self.submission_id, document) for id_, document in pairs]

    @property
    def is_held(self) -> bool:
        """Whether the hub itself failed while judging (X099)."""
        return any(found.code == "X099" for found in self.judged.findings)


@dataclass(frozen=True, slots=True)
class Filing:
    """The rows of one or more submissions."""

    submissions: list[Submission] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    payloads: dict[str, Payload] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    errors: list[ErrorEntry] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)

    @property
    def news(self) -> list[LedgerKey]:
        """Keys of which something newer has come, sorted; a duplicate is no news."""
        keys = {one.key for one in self.documents if one.outcome is not Outcome.DUPLICATE}
        return sorted(key for key in keys if key is not None)

    @property
    def receipts(self) -> list["Receipt"]:
        """One receipt for each submission, in order."""
        documents: dict[str, list[Document]] = {one.id: [] for one in self.submissions}
        for document in self.documents:
            documents[document.submission_id].append(document)
        return [Receipt(one, tuple(documents[one.id])) for one in self.submissions]


@dataclass(frozen=True, slots=True)
class Drafter:
    """Draws up the rows of arrivals; `destinations_of` says where an accepted record goes.

    `version` is that of the documents, `sent_to` the destinations that had a lower one.
    """

    new_id: NewId
    stored_at: datetime
    destinations_of: Callable[[DocumentRecord], Sequence[str]]
    filing: Filing = field(default_factory=Filing)
    version: int = 1
    sent_to: Collection[str] = ()

    def add(
        self,
        arrival: Arrival,
        verdicts: Iterable[Verdict],
        *,
        event: str = "submission.received",
        actor: str | None = None,
    ) -> None:
        """Draw up one submission with its documents in file order; `actor` None = the client."""
        submission = self._submission(arrival)
        self.filing.submissions.append(submission)
        self._keep(arrival.raw, submission.sha256)
        self._tell(event, submission_id=submission.id, actor=actor or arrival.client_id)
        if submission.state is SubmissionState.HELD:
            self._open(ReviewKind.UNJUDGED, submission)
        for position, (candidate, verdict) in enumerate(
            zip(arrival.candidates, verdicts, strict=True)
        ):
            self._add_document(submission, position, candidate, verdict)

    def _add_document(
        self, submission: Submission, position: int, candidate: Candidate, verdict: Verdict
    ) -> None:
        document = replace(
            _document(submission, position, candidate, verdict), version=self.version
        )
        self.filing.documents.append(document)
        attachment = candidate.document.attachment
        if attachment is not None and document.attachment_sha256 is not None:
            self._keep(attachment, document.attachment_sha256)
        self._tell(
            f"document.{document.outcome}",
            submission_id=submission.id,
            document_id=document.id,
            codes=sorted({found.code for found in document.findings}),
        )
        if document.outcome is Outcome.ACCEPTED and document.record is not None:
            self._send(document, self.destinations_of(document.record))
        elif document.outcome is Outcome.DUPLICATE:
            self._log(ErrorKind.DUPLICATE, document)
        elif verdict.is_repass:
            self._log(ErrorKind.REPASS, document)
        kind = _review_kind(document, verdict)
        if kind is not None:
            self._open(kind, document)

    def _submission(self, arrival: Arrival) -> Submission:
        return Submission(
            id=arrival.submission_id,
            source=arrival.source,
            client_id=arrival.client_id,
            received_at=arrival.received_at,
            stored_at=self.stored_at,
            sha256=hashlib.sha256(arrival.raw).hexdigest(),
            body_bytes=len(arrival.raw),
            state=_state(arrival),
            reference_version=arrival.judged.reference_version,
            findings=arrival.judged.findings,
        )

    def _keep(self, body: bytes, sha256: str) -> None:
        self.filing.payloads.setdefault(sha256, Payload(sha256, body))

    def _send(self, document: Document, destinations: Iterable[str]) -> None:
        outbox = draft_deliveries(document, destinations, self.sent_to, self.new_id, self.stored_at)
        self.filing.deliveries.extend(outbox)

    def _open(self, kind: ReviewKind, subject: Submission | Document) -> None:
        self.filing.reviews.append(open_review(self.new_id(), kind, subject, self.stored_at))

    def _log(self, kind: ErrorKind, document: Document) -> None:
        self.filing.errors.append(
            ErrorEntry(
                id=self.new_id(),
                at=self.stored_at,
                kind=kind,
                source=document.source,
                client_id=document.client_id,
                agency=document.agency,
                number=document.number,
                submission_id=document.submission_id,
                document_id=document.id,
                detail={"first_document_id": document.first_document_id},
            )
        )

    def _tell(
        self,
        name: str,
        *,
        submission_id: str,
        actor: str = "hub",
        document_id: str | None = None,
        **detail: Any,
    ) -> None:
        self.filing.events.append(
            Event(
                self.new_id(), self.stored_at, name, actor, submission_id, document_id, None, detail
            )
        )


def draft_deliveries(
    document: Document,
    destinations: Iterable[str],
    sent_to: Collection[str],
    new_id: NewId,
    at: datetime,
) -> list[Delivery]:
    """The outbox rows of an accepted document; it amends what is in `sent_to` already."""
    return [
        Delivery(
            id=new_id(),
            document_id=document.id,
            version=document.version,
            destination=destination,
            type=MESSAGE_TYPES[document.kind] + (AMENDS if destination in sent_to else ""),
            status=DeliveryStatus.PENDING,
            created_at=at,
            available_at=at,
        )
        for destination in destinations
    ]


def open_review(
    review_id: str, kind: ReviewKind, subject: Submission | Document, at: datetime
) -> Review:
    """A review of this document or submission."""
    return Review(
        id=review_id,
        kind=kind,
        subject_id=subject.id,
        opened_at=at,
        document_kind=subject.kind.value if isinstance(subject, Document) else None,
        source=subject.source,
        agency=subject.agency if isinstance(subject, Document) else None,
        number=subject.number if isinstance(subject, Document) else None,
    )


def _review_kind(document: Document, verdict: Verdict) -> ReviewKind | None:
    """What a person has to look at, if anything."""
    if document.outcome is Outcome.REJECTED:
        return ReviewKind.REJECTED
    if verdict.is_repass:
        return ReviewKind.REPASS
    is_held_report = document.outcome is Outcome.HELD and document.kind is Kind.COLLISION
    return ReviewKind.COLLISION if is_held_report else None


def _state(arrival: Arrival) -> SubmissionState:
    if arrival.is_held:
        return SubmissionState.HELD
    if arrival.judged.findings:
        return SubmissionState.REJECTED
    return SubmissionState.PROCESSED


def _document(
    submission: Submission, position: int, candidate: Candidate, verdict: Verdict
) -> Document:
    judged = candidate.document
    findings = ledger_findings(judged, verdict)
    codes = {found.code for found in findings}
    attachment = judged.record.attachment if judged.record else None
    return Document(
        id=candidate.document_id,
        submission_id=submission.id,
        position=position,
        kind=judged.kind,
        source=submission.source,
        client_id=submission.client_id,
        state=judged.state,
        agency=judged.agency,
        number=judged.number,
        officer_id=judged.record.officer_id if judged.record else None,
        outcome=verdict.outcome,
        status=DocumentStatus(verdict.outcome.value),
        version=1,
        monitored="A210" in codes,
        late="T503" in codes,
        received_at=submission.received_at,
        stored_at=submission.stored_at,
        issued_at=judged.issued_at,
        reference_version=submission.reference_version,
        fingerprint=judged.fingerprint,
        fingerprint_version=FINGERPRINT_VERSION if judged.fingerprint else None,
        first_document_id=verdict.first.document_id if verdict.first else None,
        attachment_sha256=attachment.sha256 if attachment else None,
        record=judged.record,
        findings=findings,
    )


def ledger_findings(judged: JudgedDocument, verdict: Verdict) -> tuple[Finding, ...]:
    """The document's findings once the ledger has spoken (L901 stands alone, L902 is added)."""
    if verdict.first is not None and verdict.outcome is Outcome.DUPLICATE:
        return (finding("L901", "(document)", submission=verdict.first.submission_id),)
    if verdict.is_repass:
        return (*judged.findings, finding("L902", "(document)"))
    return judged.findings


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the sender is told after the commit, and whenever it asks again."""

    submission: Submission
    documents: tuple[Document, ...]

    @property
    def http_status(self) -> int:
        """202 newly accepted or held; else 200 a duplicate; else 422. Source: public interface."""
        outcomes = {document.outcome for document in self.documents}
        is_held = self.submission.state is SubmissionState.HELD
        if is_held or outcomes & {Outcome.ACCEPTED, Outcome.HELD}:
            return 202
        return 200 if Outcome.DUPLICATE in outcomes else 422

    @property
    def body(self) -> dict[str, Any]:
        """The receipt as the public interface shows it, with current states."""
        return {
            "submission_id": self.submission.id,
            "source": self.submission.source,
            "received_at": self.submission.received_at,
            "sha256": self.submission.sha256,
            "findings": [finding_row(found) for found in self.submission.findings],
            "documents": [_receipt_row(document) for document in self.documents],
        }


def _receipt_row(document: Document) -> dict[str, Any]:
    return {
        "document_id": document.id,
        "kind": document.kind,
        "state": document.state,
        "agency": document.agency,
        "number": document.number,
        "outcome": document.outcome,
        "status": document.status,
        "version": document.version,
        "monitored": document.monitored,
        "late": document.late,
        "first_document_id": document.first_document_id,
        "findings": [finding_row(found) for found in document.findings],
    }


def finding_row(found: Finding) -> dict[str, Any]:
    """A finding as the public interface words it."""
    return {
        "code": found.code,
        "severity": found.severity,
        "field": found.field,
        "path": found.path,
        "line": found.line,
        "message": found.message,
        "hint": found.hint,
    }

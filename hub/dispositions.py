"""Dispositions: what a court decided becomes a document of its own, in versions by report type.

Used by `hub/replies.py`. Its key is (state, court_code, docket_number); the same content again is
a duplicate. One for a ticket the hub does not know is held (L903) until the ticket comes.
Source: public interface, "AMQP", Reply; profiles "canonical" section 3.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

import orjson

from hub.clock import NewId
from hub.domain.codec import FINGERPRINT_VERSION, decode, encode, fingerprint
from hub.domain.criteria import finding
from hub.domain.delivery import Reply
from hub.domain.disposition import Disposition, ReportType
from hub.domain.errors import Busy
from hub.domain.filing import draft_deliveries
from hub.domain.judgement import Kind, LedgerKey
from hub.domain.ledger import Claim, Holder
from hub.domain.states import DocumentStatus, Outcome, SubmissionState
from hub.domain.stored import Document, Event, Payload, Submission
from hub.ports import Route, Transaction

NO_REFERENCE = "none"  # a disposition is judged by no table


class Entered(Enum):
    """What became of a disposition."""

    NEW = "new"
    KNOWN = "known"
    CONTRADICTORY = "contradictory"


@dataclass(frozen=True, slots=True)
class _Decision:
    """A disposition with all that its rows repeat; `ticket` is None while nobody knows it."""

    reply: Reply
    record: Disposition
    ticket: Document | None
    at: datetime

    @property
    def key(self) -> LedgerKey:
        record = self.record
        return LedgerKey(Kind.DISPOSITION, record.state, record.court_code, record.docket_number)


@dataclass(frozen=True, slots=True)
class Dispositions:
    """Enters dispositions within the transaction of their reply."""

    routes: Sequence[Route]
    new_id: NewId

    async def enter(
        self, reply: Reply, ticket: Document | None, at: datetime, transaction: Transaction
    ) -> Entered:
        """Make a document of the reply's disposition and send it where it goes.

        Raises:
            Busy: another one of the same docket number is being entered; the reply comes again.
        """
        decision = _Decision(reply, _record_of(reply, ticket), ticket, at)
        holder = await transaction.ledger.find_holder(decision.key)
        claim = Claim(decision.key, fingerprint(decision.record), self.new_id(), self.new_id())
        content = (claim.key, claim.fingerprint)
        if content in await transaction.ledger.find([content]):
            return Entered.KNOWN
        if holder is not None and decision.record.report_type == ReportType.ORIGINAL:
            return Entered.CONTRADICTORY
        await self._take_key(claim, holder, transaction)
        document = self._document(decision, claim, holder)
        await self._write(decision, document, transaction)
        if holder is not None:
            await _replace_lower(holder, transaction)
        await self._send(document, at, transaction)
        return Entered.NEW

    async def release(
        self, reply: Reply, ticket: Document, at: datetime, transaction: Transaction
    ) -> None:
        """Send a disposition that was held until its ticket came."""
        record = _record_of(reply, ticket)
        held_content = (_Decision(reply, record, ticket, at).key, fingerprint(record))
        entry = (await transaction.ledger.find([held_content])).get(held_content)
        document = await transaction.find_document(entry.document_id) if entry else None
        if document is None or document.status is not DocumentStatus.HELD:
            return
        accepted = replace(document, status=DocumentStatus.ACCEPTED, record=record)
        if await transaction.change_document(accepted):
            await self._send(accepted, at, transaction)
            await transaction.add_events(
                [self._event("document.accepted", accepted, reply.destination, at)]
            )

    async def _take_key(
        self, claim: Claim, holder: Holder | None, transaction: Transaction
    ) -> None:
        mine = Holder(claim.document_id, _version_after(holder))
        entered = await transaction.ledger.enter([claim])
        if not entered or not await transaction.ledger.pass_key(claim.key, holder, mine):
            raise Busy("This docket number is being changed just now: send the reply again.")

    async def _write(
        self, decision: _Decision, document: Document, transaction: Transaction
    ) -> None:
        body = encode(decision.record)
        submission = _submission(document, body)
        await transaction.add_payloads([Payload(submission.sha256, body)])
        await transaction.add_submissions([submission])
        await transaction.add_documents([document])
        name = f"document.{document.outcome}"
        event = self._event(name, document, decision.reply.destination, decision.at)
        await transaction.add_events([event])

    async def _send(self, document: Document, at: datetime, transaction: Transaction) -> None:
        if document.status is not DocumentStatus.ACCEPTED or document.record is None:
            return
        assert document.key is not None  # noqa: S101 - court and docket number are required
        destinations = [route.destination for route in self.routes if route.takes(document.record)]
        sent_to = await transaction.supersede_lower(document.key, document.version, at=at)
        outbox = draft_deliveries(document, destinations, sent_to, self.new_id, at)
        await transaction.add_deliveries(outbox)

    def _document(self, decision: _Decision, claim: Claim, holder: Holder | None) -> Document:
        record, ticket = decision.record, decision.ticket
        outcome = Outcome.ACCEPTED if ticket else Outcome.HELD
        unknown = finding("L903", "disposition.citation_number")
        return Document(
            id=claim.document_id,
            submission_id=claim.submission_id,
            position=0,
            kind=Kind.DISPOSITION,
            source=record.source or decision.reply.destination,
            client_id=decision.reply.destination,
            state=record.state,
            agency=record.court_code,
            number=record.docket_number,
            officer_id=None,
            outcome=outcome,
            status=DocumentStatus(outcome.value),
            version=_version_after(holder),
            monitored=False,
            late=False,
            received_at=decision.at,
            stored_at=decision.at,
            issued_at=decision.reply.at,
            reference_version=NO_REFERENCE,
            fingerprint=claim.fingerprint,
            fingerprint_version=FINGERPRINT_VERSION,
            record=record,
            findings=() if ticket else (unknown,),
            docket_number=record.docket_number,
        )

    def _event(self, name: str, document: Document, actor: str, at: datetime) -> Event:
        codes = [found.code for found in document.findings]
        detail = {"codes": codes, "version": document.version}
        ids = (document.submission_id, document.id)
        return Event(self.new_id(), at, name, actor, *ids, detail=detail)


async def _replace_lower(holder: Holder, transaction: Transaction) -> None:
    """The version before is corrected, or superseded if nobody ever got it."""
    before = await transaction.find_document(holder.document_id)
    if before is None:
        return
    was_held = before.status is DocumentStatus.HELD
    status = DocumentStatus.SUPERSEDED if was_held else DocumentStatus.CORRECTED
    await transaction.change_document(replace(before, status=status))


def _version_after(holder: Holder | None) -> int:
    return 1 if holder is None else holder.version + 1


def _record_of(reply: Reply, ticket: Document | None) -> Disposition:
    """The canonical record, with the key of the ticket it decides."""
    record = decode(Kind.DISPOSITION, orjson.dumps(reply.disposition))
    assert isinstance(record, Disposition)  # noqa: S101 - what the kind decodes to
    return replace(
        record,
        source=ticket.source if ticket else None,
        agency_code=ticket.agency if ticket else reply.agency,
        citation_number=ticket.number if ticket else reply.number,
    )


def _submission(document: Document, body: bytes) -> Submission:
    """What a disposition came in: its record as JSON, from the destination that said it."""
    return Submission(
        id=document.submission_id,
        source=document.client_id,
        client_id=document.client_id,
        received_at=document.received_at,
        stored_at=document.stored_at,
        sha256=hashlib.sha256(body).hexdigest(),
        body_bytes=len(body),
        state=SubmissionState.PROCESSED,
        reference_version=NO_REFERENCE,
    )

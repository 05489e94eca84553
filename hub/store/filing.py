"""Submissions, their documents, findings and bytes."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.domain.codec import decode, encode
from hub.domain.findings import Finding
from hub.domain.judgement import LedgerKey
from hub.domain.states import DocumentStatus, Outcome, SubmissionState
from hub.domain.stored import Document, DocumentFilter, Page, Payload, Submission
from hub.store.filters import conditions, has_key, paged
from hub.store.rows import Values, add_rows, dialect_insert, in_chunks, reader, values_of
from hub.store.tables import document, finding, payload, submission

_submission_row = reader(submission)
_document_attributes = reader(document, leave_out=["record"])
_payload_row = reader(payload)
_finding_attributes = reader(finding, leave_out=["subject_id", "position"])

_WITHOUT_RECORD = [column for column in document.c if column.name != "record"]
_EQUAL = {
    "status": document.c.status,
    "outcome": document.c.outcome,
    "kind": document.c.kind,
    "source": document.c.source,
    "agency": document.c.agency,
    "officer": document.c.officer_id,
    "number": document.c.number,
}
_OPEN = (DocumentStatus.REJECTED, DocumentStatus.RETURNED)


async def add_payloads(connection: AsyncConnection, payloads: Sequence[Payload]) -> None:
    """Insert bytes not kept yet, in the order of their sha256: nobody waits in a circle."""
    statement = dialect_insert(connection, payload).on_conflict_do_nothing()
    if payloads:
        rows = [_payload_row(one) for one in sorted(payloads, key=lambda one: one.sha256)]
        await connection.execute(statement, rows)


async def add_submissions(connection: AsyncConnection, submissions: Sequence[Submission]) -> None:
    """Insert submissions with their findings."""
    await add_rows(connection, submission, submissions, _submission_row)
    await _add_findings(connection, submissions)


async def add_documents(connection: AsyncConnection, documents: Sequence[Document]) -> None:
    """Insert documents with records and findings."""
    await add_rows(connection, document, documents, _document_row)
    await _add_findings(connection, documents)


async def _add_findings(
    connection: AsyncConnection, subjects: Iterable[Submission | Document]
) -> None:
    found = (
        (subject.id, position, one)
        for subject in subjects
        for position, one in enumerate(subject.findings)
    )
    await add_rows(connection, finding, found, _finding_row)


def _document_row(value: Document) -> Values:
    record = None if value.record is None else encode(value.record).decode()
    return {**_document_attributes(value), "record": record}


def _finding_row(placed: tuple[str, int, Finding]) -> Values:
    subject_id, position, value = placed
    return {"subject_id": subject_id, "position": position, **_finding_attributes(value)}


async def supersede(connection: AsyncConnection, keys: Sequence[LedgerKey]) -> list[str]:
    """Move the REJECTED and RETURNED documents that a newer one of their key has replaced."""
    ids = await _replaced(connection, set(keys))
    superseded: list[str] = []
    for chunk in in_chunks(sorted(ids)):
        # Rows are locked in the order of ids, so that nobody waits in a circle.
        locked = select(document.c.id).where(document.c.id.in_(chunk), document.c.status.in_(_OPEN))
        statement = (
            update(document)
            .where(document.c.id.in_(locked.order_by(document.c.id).with_for_update()))
            .values(status=DocumentStatus.SUPERSEDED, revision=document.c.revision + 1)
            .returning(document.c.id)
        )
        superseded.extend((await connection.execute(statement)).scalars())
    return sorted(superseded)


async def _replaced(connection: AsyncConnection, keys: set[LedgerKey]) -> list[str]:
    """Ids of open documents of these keys that are older than the newest of their key."""
    newest: dict[LedgerKey, str] = {}
    open_ids: list[tuple[LedgerKey, str]] = []
    columns = ("id", "kind", "state", "agency", "number", "status")
    for numbers in in_chunks({key.number for key in keys}):
        query = select(*(document.c[name] for name in columns)).where(
            document.c.number.in_(numbers), document.c.outcome != Outcome.DUPLICATE
        )
        for row in await connection.execute(query):
            key = LedgerKey(row.kind, row.state, row.agency, row.number)
            newest[key] = max(newest.get(key, ""), row.id)
            if row.status in _OPEN:
                open_ids.append((key, row.id))
    return [id_ for key, id_ in open_ids if key in keys and id_ < newest[key]]


async def supersede_held(connection: AsyncConnection, key: LedgerKey, before: str) -> list[str]:
    """Move the HELD documents of this key that came before document `before`; give their ids."""
    is_older = and_(document.c.status == DocumentStatus.HELD, document.c.id < before)
    held = select(document.c.id).where(has_key(document, key), is_older)
    statement = (
        update(document)
        .where(document.c.id.in_(held.order_by(document.c.id).with_for_update()))
        .values(status=DocumentStatus.SUPERSEDED, revision=document.c.revision + 1)
        .returning(document.c.id)
    )
    return sorted((await connection.execute(statement)).scalars())


async def change_document(connection: AsyncConnection, value: Document) -> bool:
    """Write status, version and record, if the revision is still the one that was read."""
    row = _document_row(value)
    statement = (
        update(document)
        .where(document.c.id == value.id, document.c.revision == value.revision)
        .values({name: row[name] for name in ("status", "version", "record")})
        .values(revision=value.revision + 1)
    )
    return (await connection.execute(statement)).rowcount == 1


async def change_submission(connection: AsyncConnection, value: Submission) -> bool:
    """Write what a new judgement says of a held submission; False when it is not held."""
    statement = (
        update(submission)
        .where(submission.c.id == value.id, submission.c.state == SubmissionState.HELD)
        .values(state=value.state, reference_version=value.reference_version)
    )
    if (await connection.execute(statement)).rowcount != 1:
        return False
    await connection.execute(delete(finding).where(finding.c.subject_id == value.id))
    await _add_findings(connection, [value])
    return True


async def find_submission(connection: AsyncConnection, submission_id: str) -> Submission | None:
    """The submission with its findings, or None."""
    query = select(submission).where(submission.c.id == submission_id)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    findings = await _findings_of(connection, [submission_id])
    return Submission(**values_of(row, submission), findings=findings.get(submission_id, ()))


async def find_payload(connection: AsyncConnection, sha256: str) -> bytes | None:
    """The bytes, or None."""
    query = select(payload.c.body).where(payload.c.sha256 == sha256)
    return (await connection.execute(query)).scalar_one_or_none()


async def list_documents(
    connection: AsyncConnection, wanted: DocumentFilter, page: Page
) -> list[Document]:
    """Documents newest first, with findings, without records."""
    query = paged(select(*_WITHOUT_RECORD).where(*_conditions(wanted)), page, document)
    rows = (await connection.execute(query)).all()
    findings = await _findings_of(connection, [row.id for row in rows])
    return [
        Document(
            **values_of(row, document, leave_out=["record"]), findings=findings.get(row.id, ())
        )
        for row in rows
    ]


def _conditions(wanted: DocumentFilter) -> Iterable[ColumnElement[bool]]:
    yield from conditions(wanted, _EQUAL, document.c.received_at, document)
    if wanted.ids is not None:
        yield document.c.id.in_(wanted.ids)
    if wanted.code is not None:
        with_code = select(finding.c.subject_id).where(finding.c.code == wanted.code)
        yield document.c.id.in_(with_code)


async def find_document(connection: AsyncConnection, document_id: str) -> Document | None:
    """The document with findings and record, or None."""
    found = await _list_whole(connection, document.c.id == document_id)
    return found[0] if found else None


async def list_submission_documents(
    connection: AsyncConnection, submission_id: str
) -> list[Document]:
    """The documents of a submission in file order, with findings and records."""
    return await _list_whole(connection, document.c.submission_id == submission_id)


async def _list_whole(
    connection: AsyncConnection, condition: ColumnElement[bool]
) -> list[Document]:
    query = select(document).where(condition).order_by(document.c.position)
    rows = (await connection.execute(query)).all()
    findings = await _findings_of(connection, [row.id for row in rows])
    return [_document(row, findings.get(row.id, ())) for row in rows]


def _document(row: Row[Any], findings: tuple[Finding, ...]) -> Document:
    values = values_of(row, document, leave_out=["record"])
    record = None if row.record is None else decode(row.kind, row.record)
    return Document(**values, record=record, findings=findings)


async def _findings_of(
    connection: AsyncConnection, subject_ids: Sequence[str]
) -> dict[str, tuple[Finding, ...]]:
    found: dict[str, tuple[Finding, ...]] = {}
    for ids in in_chunks(subject_ids):
        query = select(finding).where(finding.c.subject_id.in_(ids)).order_by(finding.c.position)
        for row in await connection.execute(query):
            values = values_of(row, finding, leave_out=["subject_id", "position"])
            found[row.subject_id] = (*found.get(row.subject_id, ()), Finding(**values))
    return found

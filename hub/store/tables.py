"""The tables. Ids are UUIDs of version 7 as text: their order is the order of time.

Source: docs/STATE_MACHINE.md for the states; `migrations/` creates the same tables.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from hub.domain.accounts import Role
from hub.domain.delivery import ReplyType
from hub.domain.findings import Severity
from hub.domain.judgement import Kind
from hub.domain.push import AttemptOutcome
from hub.domain.review import ReviewKind
from hub.domain.states import DeliveryStatus, DocumentStatus, Outcome, SubmissionState
from hub.domain.stored import ErrorKind
from hub.store.columns import WORD, Instant, Json, state

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)

IS_HELD = text("state = 'held'")
"""The condition of the index of unjudged submissions (X099): a handful among all."""

payload = Table(
    "payload",
    metadata,
    Column("sha256", WORD, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

# No foreign key leads to `payload`: retention removes bytes and keeps what was said of them.
submission = Table(
    "submission",
    metadata,
    Column("id", WORD, primary_key=True),
    Column("source", WORD, nullable=False),
    Column("client_id", WORD, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("stored_at", Instant, nullable=False),
    Column("sha256", WORD, nullable=False),
    Column("body_bytes", Integer, nullable=False),
    Column("state", state(SubmissionState, "state"), nullable=False),
    Column("reference_version", WORD, nullable=False),
    Index("ix_submission_held", "id", postgresql_where=IS_HELD, sqlite_where=IS_HELD),
)

document = Table(
    "document",
    metadata,
    Column("id", WORD, primary_key=True),
    Column("submission_id", WORD, ForeignKey("submission.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", state(Kind, "kind"), nullable=False),
    Column("source", WORD, nullable=False),
    Column("client_id", WORD, nullable=False),
    Column("state", WORD, nullable=False),
    Column("agency", WORD),
    Column("number", WORD),
    Column("officer_id", WORD),
    Column("outcome", state(Outcome, "outcome"), nullable=False),
    Column("status", state(DocumentStatus, "status"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("monitored", Boolean, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("stored_at", Instant, nullable=False),
    Column("issued_at", Instant),
    Column("reference_version", WORD, nullable=False),
    Column("fingerprint", WORD),
    Column("fingerprint_version", Integer),
    Column("first_document_id", WORD),
    Column("attachment_sha256", WORD),
    Column("record", Text),
    Column("revision", Integer, nullable=False),
    Column("docket_number", WORD),
    UniqueConstraint("submission_id", "position"),
    Index(None, "number"),
    Index(None, "status", "id"),
    Index(None, "agency", "id"),
    Index(None, "officer_id", "id"),
    Index(None, "received_at"),
)

# `subject_id` is a document, or a submission for findings on the whole file.
finding = Table(
    "finding",
    metadata,
    Column("subject_id", WORD, nullable=False),
    Column("position", Integer, nullable=False),
    Column("code", WORD, nullable=False),
    Column("severity", state(Severity, "severity"), nullable=False),
    Column("field", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("hint", Text, nullable=False),
    Column("path", Text),
    Column("line", Integer),
    PrimaryKeyConstraint("subject_id", "position"),
    Index(None, "code", "subject_id"),
)

# The ledger is written before the documents it names, and outlives them: no foreign keys. The
# number leads the primary keys, because rows are looked up by number alone.
ledger_key = Table(
    "ledger_key",
    metadata,
    Column("number", WORD, nullable=False),
    Column("agency", WORD, nullable=False),
    Column("state", WORD, nullable=False),
    Column("kind", WORD, nullable=False),
    Column("document_id", WORD, nullable=False),
    Column("version", Integer, nullable=False),
    PrimaryKeyConstraint("number", "agency", "state", "kind"),
)

ledger_entry = Table(
    "ledger_entry",
    metadata,
    Column("number", WORD, nullable=False),
    Column("agency", WORD, nullable=False),
    Column("state", WORD, nullable=False),
    Column("kind", WORD, nullable=False),
    Column("fingerprint", WORD, nullable=False),
    Column("document_id", WORD, nullable=False),
    Column("submission_id", WORD, nullable=False),
    PrimaryKeyConstraint("number", "agency", "state", "kind", "fingerprint"),
)

# `subject_id` is a document, a submission (kind unjudged) or a reply (kind orphan-reply).
review = Table(
    "review",
    metadata,
    Column("id", WORD, primary_key=True),
    Column("kind", state(ReviewKind, "kind"), nullable=False),
    Column("subject_id", WORD, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("document_kind", WORD),
    Column("source", WORD),
    Column("agency", WORD),
    Column("number", WORD),
    Column("closed_at", Instant),
    Column("closed_by", WORD),
    Column("closed_with", WORD),
    Index(None, "subject_id"),
    Index(None, "kind", "id"),
    Index(None, "agency", "id"),
)

# One row for each revision by staff; the document it corrects stays as it was.
correction = Table(
    "correction",
    metadata,
    Column("document_id", WORD, ForeignKey("document.id"), primary_key=True),
    Column("corrects_id", WORD, ForeignKey("document.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("author", WORD, nullable=False),
    Column("reason", Text, nullable=False),
    Column("fields", Json, nullable=False),
    Index(None, "corrects_id"),
)

IS_PENDING = text("status = 'pending'")
"""The condition of the relay's index; a query must spell it alike to be served by it."""

delivery = Table(
    "delivery",
    metadata,
    Column("id", WORD, primary_key=True),
    Column("document_id", WORD, ForeignKey("document.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("destination", WORD, nullable=False),
    Column("type", WORD, nullable=False),
    Column("status", state(DeliveryStatus, "status"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("available_at", Instant, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("cause", Text),
    Column("published_at", Instant),
    Column("settled_at", Instant),
    Column("claim", WORD),
    Column("claimed_until", Instant),
    Column("tried_since", Instant),
    Index(None, "document_id"),
    Index(None, "destination", "status"),
    Index(
        "ix_delivery_pending",
        "available_at",
        "id",
        postgresql_where=IS_PENDING,
        sqlite_where=IS_PENDING,
    ),
)

attempt = Table(
    "attempt",
    metadata,
    Column("id", WORD, primary_key=True),
    Column("delivery_id", WORD, ForeignKey("delivery.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("outcome", state(AttemptOutcome, "outcome"), nullable=False),
    Column("cause", Text),
    Column("text", Text),
    Column("duration_ms", Integer, nullable=False),
    Index(None, "delivery_id"),
)

# A destination without a row is open.
destination = Table(
    "destination",
    metadata,
    Column("name", WORD, primary_key=True),
    Column("paused_at", Instant),
    Column("paused_by", WORD),
    Column("down_until", Instant),
)

event = Table(
    "event",
    metadata,
    Column("id", WORD, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("name", WORD, nullable=False),
    Column("actor", WORD, nullable=False),
    Column("submission_id", WORD),
    Column("document_id", WORD),
    Column("delivery_id", WORD),
    Column("detail", Json, nullable=False),
    Index(None, "submission_id"),
    Index(None, "document_id"),
)

error_entry = Table(
    "error_entry",
    metadata,
    Column("id", WORD, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("kind", state(ErrorKind, "kind"), nullable=False),
    Column("source", WORD),
    Column("client_id", WORD),
    Column("agency", WORD),
    Column("number", WORD),
    Column("submission_id", WORD),
    Column("document_id", WORD),
    Column("detail", Json, nullable=False),
    Index(None, "kind", "id"),
    Index(None, "number"),
)

IS_ORPHAN = text("document_id IS NULL")
"""The condition of the index of replies that wait for their ticket."""

reply = Table(
    "reply",
    metadata,
    Column("destination", WORD, nullable=False),
    Column("reply_id", WORD, nullable=False),
    Column("type", state(ReplyType, "type"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("message_id", WORD),
    Column("state", WORD),
    Column("agency", WORD),
    Column("number", WORD),
    Column("docket_number", WORD),
    Column("code", WORD),
    Column("text", Text),
    Column("amount", WORD),
    Column("disposition", Json),
    Column("received_at", Instant, nullable=False),
    Column("delivery_id", WORD),
    Column("document_id", WORD),
    PrimaryKeyConstraint("destination", "reply_id"),
    Index(None, "document_id"),
    Index("ix_reply_unmatched", "number", postgresql_where=IS_ORPHAN, sqlite_where=IS_ORPHAN),
)

# The version with the highest position is the current one; importing an old one again moves it up.
reference_version = Table(
    "reference_version",
    metadata,
    Column("version", WORD, primary_key=True),
    Column("imported_at", Instant, nullable=False),
    Column("position", Integer, nullable=False),
)

reference_table = Table(
    "reference_table",
    metadata,
    Column("version", WORD, ForeignKey("reference_version.version"), nullable=False),
    Column("name", WORD, nullable=False),
    Column("content", Text, nullable=False),
    PrimaryKeyConstraint("version", "name"),
)

client = Table(
    "client",
    metadata,
    Column("id", WORD, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", state(Role, "role"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("sources", Json, nullable=False),
    Column("agencies", Json),
    Column("destination", WORD),
    Column("is_disabled", Boolean, nullable=False),
    Column("requests_per_second_max", Float),
    Column("burst_requests_max", Integer),
)

api_key = Table(
    "api_key",
    metadata,
    Column("id", WORD, primary_key=True),
    Column("client_id", WORD, ForeignKey("client.id"), nullable=False),
    Column("secret_sha256", WORD, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("may_backfill", Boolean, nullable=False),
    Column("last_used_at", Instant),
    Column("retired_at", Instant),
    Index(None, "client_id"),
)

IS_OPEN = text("closed_at IS NULL")

alarm = Table(
    "alarm",
    metadata,
    Column("id", WORD, primary_key=True),
    Column("name", WORD, nullable=False),
    Column("subject", WORD, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Index(
        "uq_alarm_open",
        "name",
        "subject",
        unique=True,
        postgresql_where=IS_OPEN,
        sqlite_where=IS_OPEN,
    ),
)

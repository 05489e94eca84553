"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# A revision says what the tables were on its day: it imports nothing from the hub.
metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)
WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def one_of(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, length=32, create_constraint=True)


sa.Table(
    "payload",
    metadata,
    sa.Column("sha256", WORD, primary_key=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
)

sa.Table(
    "submission",
    metadata,
    sa.Column("id", WORD, primary_key=True),
    sa.Column("source", WORD, nullable=False),
    sa.Column("client_id", WORD, nullable=False),
    sa.Column("received_at", INSTANT, nullable=False),
    sa.Column("stored_at", INSTANT, nullable=False),
    sa.Column("sha256", WORD, nullable=False),
    sa.Column("body_bytes", sa.Integer, nullable=False),
    sa.Column("state", one_of("state", "processed", "rejected", "held"), nullable=False),
    sa.Column("reference_version", WORD, nullable=False),
)

sa.Table(
    "document",
    metadata,
    sa.Column("id", WORD, primary_key=True),
    sa.Column("submission_id", WORD, sa.ForeignKey("submission.id"), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column(
        "kind",
        one_of("kind", "citation", "collision", "service-return", "disposition"),
        nullable=False,
    ),
    sa.Column("source", WORD, nullable=False),
    sa.Column("client_id", WORD, nullable=False),
    sa.Column("state", WORD, nullable=False),
    sa.Column("agency", WORD),
    sa.Column("number", WORD),
    sa.Column("officer_id", WORD),
    sa.Column(
        "outcome", one_of("outcome", "accepted", "held", "duplicate", "rejected"), nullable=False
    ),
    sa.Column(
        "status",
        one_of(
            "status",
            "accepted",
            "held",
            "duplicate",
            "rejected",
            "returned",
            "corrected",
            "discarded",
            "superseded",
        ),
        nullable=False,
    ),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("monitored", sa.Boolean, nullable=False),
    sa.Column("late", sa.Boolean, nullable=False),
    sa.Column("received_at", INSTANT, nullable=False),
    sa.Column("stored_at", INSTANT, nullable=False),
    sa.Column("issued_at", INSTANT),
    sa.Column("reference_version", WORD, nullable=False),
    sa.Column("fingerprint", WORD),
    sa.Column("fingerprint_version", sa.Integer),
    sa.Column("first_document_id", WORD),
    sa.Column("attachment_sha256", WORD),
    sa.Column("record", sa.Text),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.UniqueConstraint("submission_id", "position"),
    sa.Index(None, "number"),
    sa.Index(None, "status", "id"),
    sa.Index(None, "agency", "id"),
    sa.Index(None, "officer_id", "id"),
    sa.Index(None, "received_at"),
)

sa.Table(
    "finding",
    metadata,
    sa.Column("subject_id", WORD, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("code", WORD, nullable=False),
    sa.Column("severity", one_of("severity", "error", "warning"), nullable=False),
    sa.Column("field", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("hint", sa.Text, nullable=False),
    sa.Column("path", sa.Text),
    sa.Column("line", sa.Integer),
    sa.PrimaryKeyConstraint("subject_id", "position"),
    sa.Index(None, "code", "subject_id"),
)

sa.Table(
    "ledger_key",
    metadata,
    sa.Column("number", WORD, nullable=False),
    sa.Column("agency", WORD, nullable=False),
    sa.Column("state", WORD, nullable=False),
    sa.Column("kind", WORD, nullable=False),
    sa.Column("document_id", WORD, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("number", "agency", "state", "kind"),
)

sa.Table(
    "ledger_entry",
    metadata,
    sa.Column("number", WORD, nullable=False),
    sa.Column("agency", WORD, nullable=False),
    sa.Column("state", WORD, nullable=False),
    sa.Column("kind", WORD, nullable=False),
    sa.Column("fingerprint", WORD, nullable=False),
    sa.Column("document_id", WORD, nullable=False),
    sa.Column("submission_id", WORD, nullable=False),
    sa.PrimaryKeyConstraint("number", "agency", "state", "kind", "fingerprint"),
)

_IS_PENDING = sa.text("status = 'pending'")

sa.Table(
    "delivery",
    metadata,
    sa.Column("id", WORD, primary_key=True),
    sa.Column("document_id", WORD, sa.ForeignKey("document.id"), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("destination", WORD, nullable=False),
    sa.Column("type", WORD, nullable=False),
    sa.Column(
        "status",
        one_of(
            "status",
            "pending",
            "published",
            "delivered",
            "acknowledged",
            "refused",
            "dead",
            "superseded",
        ),
        nullable=False,
    ),
    sa.Column("created_at", INSTANT, nullable=False),
    sa.Column("available_at", INSTANT, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("cause", sa.Text),
    sa.Column("published_at", INSTANT),
    sa.Column("settled_at", INSTANT),
    sa.Column("claim", WORD),
    sa.Column("claimed_until", INSTANT),
    sa.Index(None, "document_id"),
    sa.Index(None, "destination", "status"),
    sa.Index(
        "ix_delivery_pending",
        "available_at",
        "id",
        postgresql_where=_IS_PENDING,
        sqlite_where=_IS_PENDING,
    ),
)

sa.Table(
    "event",
    metadata,
    sa.Column("id", WORD, primary_key=True),
    sa.Column("at", INSTANT, nullable=False),
    sa.Column("name", WORD, nullable=False),
    sa.Column("actor", WORD, nullable=False),
    sa.Column("submission_id", WORD),
    sa.Column("document_id", WORD),
    sa.Column("delivery_id", WORD),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Index(None, "submission_id"),
    sa.Index(None, "document_id"),
)

sa.Table(
    "error_entry",
    metadata,
    sa.Column("id", WORD, primary_key=True),
    sa.Column("at", INSTANT, nullable=False),
    sa.Column(
        "kind",
        one_of(
            "kind", "duplicate", "repass", "orphan-reply", "rms-rejected", "unroutable", "too-large"
        ),
        nullable=False,
    ),
    sa.Column("source", WORD),
    sa.Column("client_id", WORD),
    sa.Column("agency", WORD),
    sa.Column("number", WORD),
    sa.Column("submission_id", WORD),
    sa.Column("document_id", WORD),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Index(None, "kind", "id"),
    sa.Index(None, "number"),
)

sa.Table(
    "reply",
    metadata,
    sa.Column("destination", WORD, nullable=False),
    sa.Column("reply_id", WORD, nullable=False),
    sa.Column(
        "type",
        one_of(
            "type",
            "reply.received",
            "reply.accepted",
            "reply.rejected",
            "reply.docketed",
            "reply.disposed",
            "reply.paid",
        ),
        nullable=False,
    ),
    sa.Column("at", INSTANT, nullable=False),
    sa.Column("message_id", WORD),
    sa.Column("state", WORD),
    sa.Column("agency", WORD),
    sa.Column("number", WORD),
    sa.Column("docket_number", WORD),
    sa.Column("code", WORD),
    sa.Column("text", sa.Text),
    sa.Column("amount", WORD),
    sa.Column("disposition", sa.Text),
    sa.Column("received_at", INSTANT, nullable=False),
    sa.Column("delivery_id", WORD),
    sa.Column("document_id", WORD),
    sa.PrimaryKeyConstraint("destination", "reply_id"),
    sa.Index(None, "document_id"),
)

sa.Table(
    "reference_version",
    metadata,
    sa.Column("version", WORD, primary_key=True),
    sa.Column("imported_at", INSTANT, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
)

sa.Table(
    "reference_table",
    metadata,
    sa.Column("version", WORD, sa.ForeignKey("reference_version.version"), nullable=False),
    sa.Column("name", WORD, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("version", "name"),
)

sa.Table(
    "client",
    metadata,
    sa.Column("id", WORD, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column(
        "role",
        one_of(
            "role",
            "submitter",
            "contact",
            "desk",
            "court",
            "registry",
            "destination",
            "operator",
            "auditor",
            "admin",
        ),
        nullable=False,
    ),
    sa.Column("created_at", INSTANT, nullable=False),
    sa.Column("sources", sa.Text, nullable=False),
    sa.Column("agencies", sa.Text),
    sa.Column("destination", WORD),
    sa.Column("is_disabled", sa.Boolean, nullable=False),
)

sa.Table(
    "api_key",
    metadata,
    sa.Column("id", WORD, primary_key=True),
    sa.Column("client_id", WORD, sa.ForeignKey("client.id"), nullable=False),
    sa.Column("secret_sha256", WORD, nullable=False),
    sa.Column("created_at", INSTANT, nullable=False),
    sa.Column("may_backfill", sa.Boolean, nullable=False),
    sa.Column("last_used_at", INSTANT),
    sa.Index(None, "client_id"),
)

sa.Table(
    "queue_entry",
    metadata,
    sa.Column("message_id", WORD, primary_key=True),
    sa.Column("destination", WORD, nullable=False),
    sa.Column("enqueued_at", INSTANT, nullable=False),
    sa.Column("leased_until", INSTANT),
    sa.Column("delivery_count", sa.Integer, nullable=False),
    sa.Column("dead_at", INSTANT),
    sa.Column("dead_cause", sa.Text),
    sa.Index(None, "destination", "dead_at", "enqueued_at"),
)


def upgrade() -> None:
    metadata.create_all(op.get_bind(), checkfirst=False)


def downgrade() -> None:
    metadata.drop_all(op.get_bind(), checkfirst=False)

"""Reviews (what waits for a person) and corrections (what staff changed, and why)."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

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
KINDS = ("rejected", "repass", "collision", "court-refusal", "orphan-reply", "unjudged")

document = sa.Table("document", metadata, sa.Column("id", WORD, primary_key=True))

review = sa.Table(
    "review",
    metadata,
    sa.Column("id", WORD, primary_key=True),
    sa.Column(
        "kind",
        sa.Enum(*KINDS, name="kind", native_enum=False, length=32, create_constraint=True),
        nullable=False,
    ),
    sa.Column("subject_id", WORD, nullable=False),
    sa.Column("opened_at", INSTANT, nullable=False),
    sa.Column("document_kind", WORD),
    sa.Column("source", WORD),
    sa.Column("agency", WORD),
    sa.Column("number", WORD),
    sa.Column("closed_at", INSTANT),
    sa.Column("closed_by", WORD),
    sa.Column("closed_with", WORD),
    sa.Index(None, "subject_id"),
    sa.Index(None, "kind", "id"),
    sa.Index(None, "agency", "id"),
)

correction = sa.Table(
    "correction",
    metadata,
    sa.Column("document_id", WORD, sa.ForeignKey("document.id"), primary_key=True),
    sa.Column("corrects_id", WORD, sa.ForeignKey("document.id"), nullable=False),
    sa.Column("at", INSTANT, nullable=False),
    sa.Column("author", WORD, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("fields", sa.Text, nullable=False),
    sa.Index(None, "corrects_id"),
)

# What waited before there were reviews gets one now; it takes the id of its subject.
OPEN_FOR_DOCUMENTS = """
    INSERT INTO review (id, kind, subject_id, opened_at, document_kind, source, agency, number)
    SELECT id,
           CASE WHEN status = 'rejected' THEN 'rejected'
                WHEN EXISTS (SELECT 1 FROM finding
                             WHERE subject_id = document.id AND code = 'L902') THEN 'repass'
                ELSE 'collision' END,
           id, stored_at, kind, source, agency, number
    FROM document
    WHERE status = 'rejected' OR (status = 'held' AND kind IN ('citation', 'collision'))
"""
OPEN_FOR_SUBMISSIONS = """
    INSERT INTO review (id, kind, subject_id, opened_at, source)
    SELECT id, 'unjudged', id, stored_at, source FROM submission WHERE state = 'held'
"""


def upgrade() -> None:
    metadata.create_all(op.get_bind(), tables=[review, correction], checkfirst=False)
    op.execute(OPEN_FOR_DOCUMENTS)
    op.execute(OPEN_FOR_SUBMISSIONS)


def downgrade() -> None:
    metadata.drop_all(op.get_bind(), tables=[correction, review], checkfirst=False)

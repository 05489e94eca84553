"""Alarms, keys that can be retired, rates of clients, docket numbers, and replies to be matched."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

metadata = sa.MetaData(naming_convention={"pk": "pk_%(table_name)s"})
WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)

alarm = sa.Table(
    "alarm",
    metadata,
    sa.Column("id", WORD, primary_key=True),
    sa.Column("name", WORD, nullable=False),
    sa.Column("subject", WORD, nullable=False),
    sa.Column("opened_at", INSTANT, nullable=False),
    sa.Column("closed_at", INSTANT),
)

COLUMNS = (
    ("document", sa.Column("docket_number", WORD)),
    ("client", sa.Column("requests_per_second_max", sa.Float)),
    ("client", sa.Column("burst_requests_max", sa.Integer)),
    ("api_key", sa.Column("retired_at", INSTANT)),
)
PARTIAL_INDEXES = (
    ("uq_alarm_open", "alarm", ["name", "subject"], "closed_at IS NULL"),
    ("ix_reply_unmatched", "reply", ["number"], "document_id IS NULL"),
    ("ix_submission_held", "submission", ["id"], "state = 'held'"),
)


def upgrade() -> None:
    alarm.create(op.get_bind())
    for table, column in COLUMNS:
        op.add_column(table, column)
    for name, table, columns, condition in PARTIAL_INDEXES:
        where = sa.text(condition)
        op.create_index(
            name,
            table,
            columns,
            unique=name.startswith("uq_"),
            sqlite_where=where,
            postgresql_where=where,
        )


def downgrade() -> None:
    for name, table, *_ in reversed(PARTIAL_INDEXES):
        op.drop_index(name, table)
    for table, column in reversed(COLUMNS):
        op.drop_column(table, column.name)
    alarm.drop(op.get_bind())

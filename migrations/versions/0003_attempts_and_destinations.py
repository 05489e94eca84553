"""Attempts (every try of a delivery that the hub pushes) and destinations (paused, down)."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
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
OUTCOMES = ("delivered", "try-later", "refused")

delivery = sa.Table("delivery", metadata, sa.Column("id", WORD, primary_key=True))

attempt = sa.Table(
    "attempt",
    metadata,
    sa.Column("id", WORD, primary_key=True),
    sa.Column("delivery_id", WORD, sa.ForeignKey("delivery.id"), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("at", INSTANT, nullable=False),
    sa.Column(
        "outcome",
        sa.Enum(*OUTCOMES, name="outcome", native_enum=False, length=32, create_constraint=True),
        nullable=False,
    ),
    sa.Column("cause", sa.Text),
    sa.Column("text", sa.Text),
    sa.Column("duration_ms", sa.Integer, nullable=False),
    sa.Index(None, "delivery_id"),
)

destination = sa.Table(
    "destination",
    metadata,
    sa.Column("name", WORD, primary_key=True),
    sa.Column("paused_at", INSTANT),
    sa.Column("paused_by", WORD),
    sa.Column("down_until", INSTANT),
)


def upgrade() -> None:
    op.add_column("delivery", sa.Column("tried_since", INSTANT))
    metadata.create_all(op.get_bind(), tables=[attempt, destination], checkfirst=False)


def downgrade() -> None:
    metadata.drop_all(op.get_bind(), tables=[destination, attempt], checkfirst=False)
    op.drop_column("delivery", "tried_since")

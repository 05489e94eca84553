"""Runs revisions in the transaction that `hub.store.migration` has opened; logs nothing."""

from alembic import context
from sqlalchemy import Connection, text

from hub.store.tables import metadata

MIGRATION_LOCK = 7_201_913_042  # any number; the same in every process of the hub


def run(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        # Processes that start together take turns; SQLite's write lock does the same.
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    context.run_migrations()


run(context.config.attributes["connection"])

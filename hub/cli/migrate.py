"""`hub migrate`: bring the database to this version of the hub."""

import typer

from hub.bootstrap.opening import migrate_database


def migrate() -> None:
    """Bring the database to this version of the hub."""
    migrate_database()
    typer.echo("The database is up to date.")

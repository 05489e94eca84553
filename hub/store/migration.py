"""Bringing a database to the newest revision, or back. Synchronous: run it in a thread."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Engine, NullPool, create_engine, event

from hub.shipped import shipped
from hub.store.engine import (
    POSTGRES_OPTIONS,
    SQLITE_OPTIONS,
    begin_immediate,
    database_url,
    driver_needed,
    is_sqlite,
    set_pragmas,
    told_apart,
)


def migrate(url: str, revision: str = "head") -> None:
    """Upgrade to `revision`; nothing happens when the database is there already.

    Raises:
        Busy: the database does not answer.
        Misconfigured: the address cannot be understood.
    """
    with _config(url) as config:
        command.upgrade(config, revision)


def downgrade(url: str, revision: str) -> None:
    """Go back to `revision`; `base` is the empty database.

    Raises:
        Busy: the database does not answer.
        Misconfigured: the address cannot be understood.
    """
    with _config(url) as config:
        command.downgrade(config, revision)


def is_current(url: str) -> bool:
    """Whether the database is at the newest revision.

    Raises:
        Busy: the database does not answer.
        Misconfigured: the address cannot be understood.
    """
    newest = set(ScriptDirectory.from_config(_empty_config()).get_heads())
    with told_apart(), _engine(url).connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads()) == newest


@contextmanager
def _config(url: str) -> Iterator[Config]:
    """Alembic's configuration with an open transaction, which `migrations/env.py` runs in."""
    config = _empty_config()
    engine = _engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "begin", begin_immediate)
    with told_apart(), engine.begin() as connection:
        config.attributes["connection"] = connection
        yield config


def _engine(url: str) -> Engine:
    """An engine for one synchronous connection; SQLite creates the file."""
    address = database_url(url)
    if not is_sqlite(address):
        return _postgres_engine(address)
    engine = create_engine(
        address.set(drivername="sqlite+pysqlite"),
        poolclass=NullPool,
        hide_parameters=True,
        connect_args=SQLITE_OPTIONS,
    )
    event.listen(engine, "connect", set_pragmas)
    return engine


def _postgres_engine(address: URL) -> Engine:
    with driver_needed():
        return create_engine(
            address, poolclass=NullPool, hide_parameters=True, connect_args=POSTGRES_OPTIONS
        )


def _empty_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")).replace("%", "%%"))
    return config

"""Opening a database: drivers, connections, limits, and what its errors mean to the hub."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from hub.domain.errors import Busy, Misconfigured

POSTGRES_CONNECTIONS_MAX = 10
SQLITE_READERS_MAX = 4
WAIT_SECONDS_MAX = 15
"""How long a caller waits for a connection, for SQLite's writer, or for a server's answer."""

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}
SQLITE_OPTIONS = {"isolation_level": None}  # the driver begins nothing by itself
POSTGRES_OPTIONS = {
    "connect_timeout": WAIT_SECONDS_MAX,
    "tcp_user_timeout": WAIT_SECONDS_MAX * 1000,
}
_SQLITE_PRAGMAS = (
    f"PRAGMA busy_timeout={WAIT_SECONDS_MAX * 1000}",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
)


class StatementRefused(Exception):
    """The database refused a statement: a bug of the hub. The text quotes no value of a row."""


class Database:
    """One database with its connections; knows nothing of the tables.

    On SQLite the pool of the writer holds a single connection: whoever wants to write waits for
    it, in order of asking. Readers have their own connections and never wait for the writer.
    """

    def __init__(self, writer: AsyncEngine, reader: AsyncEngine) -> None:
        self._writer = writer
        self._reader = reader

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._writer.dialect.name

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """A write transaction: committed when the block ends, rolled back when it raises.

        Raises:
            Busy: the database does not answer; whether a commit under way happened is unknown.
            StatementRefused: a statement broke a constraint or cannot be run.
        """
        with told_apart():
            async with self._writer.begin() as connection:
                yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection for reading; each statement sees what is committed when it starts.

        Raises:
            Busy: the database does not answer.
            StatementRefused: a statement cannot be run.
        """
        with told_apart():
            async with self._reader.connect() as connection:
                yield connection

    async def close(self) -> None:
        """Close all connections. May be called twice."""
        await self._writer.dispose()
        await self._reader.dispose()


def open_database(url: str) -> Database:
    """Prepare the connections; the first one is made on first use.

    `sqlite:///hub.db`, `postgresql://user@host:5432/db`, or over a Unix socket
    `postgresql://user@/db?host=/run/postgresql`.

    Raises:
        Misconfigured: the address cannot be understood, or PostgreSQL's driver is not installed.
    """
    address = database_url(url)
    return _open_sqlite(address) if is_sqlite(address) else _open_postgres(address)


def database_url(url: str) -> URL:
    """The address with the hub's own drivers in it.

    Raises:
        Misconfigured: it is no address of a PostgreSQL database, or of a file in a folder that
            exists.
    """
    try:
        address = make_url(url)
    except ArgumentError:
        raise Misconfigured(_HOW_TO_WRITE_IT) from None
    driver = _DRIVERS.get(address.drivername)
    if driver is None:
        raise Misconfigured(_HOW_TO_WRITE_IT)
    address = address.set(drivername=driver)
    if is_sqlite(address):
        _check_file(address.database)
    return address


def _check_file(file: str | None) -> None:
    """A file that cannot be opened would look like a database in trouble."""
    if not file or file == ":memory:":
        raise Misconfigured(_HOW_TO_WRITE_IT)
    if not Path(file).parent.is_dir():
        raise Misconfigured(f"The folder of the database file {file} does not exist; create it.")


_HOW_TO_WRITE_IT = (
    "The database address must look like sqlite:///hub.db or postgresql://user@host:5432/database."
)


def is_sqlite(address: URL) -> bool:
    """Whether the address names a SQLite file."""
    return address.get_backend_name() == "sqlite"


def _open_sqlite(address: URL) -> Database:
    writer, reader = (
        create_async_engine(
            address,
            hide_parameters=True,
            connect_args=SQLITE_OPTIONS,
            pool_size=size,
            max_overflow=0,
            pool_timeout=WAIT_SECONDS_MAX,
        )
        for size in (1, SQLITE_READERS_MAX)
    )
    event.listen(writer.sync_engine, "connect", set_pragmas)
    event.listen(reader.sync_engine, "connect", set_pragmas)
    event.listen(writer.sync_engine, "begin", begin_immediate)
    return Database(writer, reader)


def set_pragmas(connection: Any, _record: Any) -> None:
    """Make a new SQLite connection durable and strict."""
    cursor = connection.cursor()
    for pragma in _SQLITE_PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def begin_immediate(connection: Connection) -> None:
    """Take SQLite's write lock at once: a lock taken later cannot be waited for."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _open_postgres(address: URL) -> Database:
    with driver_needed():
        engine = create_async_engine(
            address,
            hide_parameters=True,
            connect_args=POSTGRES_OPTIONS,
            pool_size=POSTGRES_CONNECTIONS_MAX,
            max_overflow=0,
            pool_timeout=WAIT_SECONDS_MAX,
        )
    return Database(engine, engine.execution_options(isolation_level="AUTOCOMMIT"))


@contextmanager
def driver_needed() -> Iterator[None]:
    """Turn a missing driver into a sentence that says what to install."""
    try:
        yield
    except ModuleNotFoundError:
        raise Misconfigured(
            "PostgreSQL needs its driver: install citation-hub[postgres]."
        ) from None


@contextmanager
def told_apart() -> Iterator[None]:
    """Tell a database in trouble from a statement that is wrong, and quote neither's values.

    The driver's own text may quote a whole row (PostgreSQL: "Failing row contains ..."), so it is
    not passed on, not even as a cause.
    """
    try:
        yield
    except SQLAlchemyError as fault:
        if _is_trouble(fault):
            raise Busy("The database does not answer just now; try again in a moment.") from None
        raise StatementRefused(_description(fault)) from None


def _is_trouble(fault: SQLAlchemyError) -> bool:
    if isinstance(fault, PoolTimeoutError):
        return True
    if not isinstance(fault, DBAPIError):
        return False
    # SQLite calls a missing table an operational error too.
    is_ours = getattr(fault.orig, "sqlite_errorname", None) == "SQLITE_ERROR"
    is_operational = isinstance(fault, OperationalError | InterfaceError) and not is_ours
    return fault.connection_invalidated or is_operational


def _description(fault: SQLAlchemyError) -> str:
    """What was refused, in words that come from the schema and never from a row."""
    original = getattr(fault, "orig", None)
    diagnosis = getattr(original, "diag", None)
    facts = (
        getattr(original, "sqlstate", None),
        getattr(original, "sqlite_errorname", None),
        getattr(diagnosis, "table_name", None),
        getattr(diagnosis, "column_name", None),
        getattr(diagnosis, "constraint_name", None),
    )
    name = type(original or fault).__name__
    return " ".join(["The database refused a statement:", name, *filter(None, facts)])

"""The migrated database is the one the tables describe, and every revision goes both ways."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, NullPool, create_engine, inspect
from sqlalchemy.exc import IntegrityError

from hub.broker.embedded import metadata as broker_metadata
from hub.domain.errors import Busy, Misconfigured
from hub.domain.review import ReviewFilter
from hub.domain.stored import Page
from hub.store.engine import StatementRefused, database_url, told_apart
from hub.store.migration import downgrade, is_current, migrate
from hub.store.sql_store import open_store
from hub.store.tables import delivery, metadata

EVERY_TABLE = [metadata, broker_metadata]  # they share one chain of revisions


def _engine(url: str) -> Engine:
    address = database_url(url)
    if address.get_backend_name() == "sqlite":
        address = address.set(drivername="sqlite+pysqlite")
    return create_engine(address, poolclass=NullPool)


def _checks(engine: Engine) -> dict[str, set[str | None]]:
    return {
        table: {check["name"] for check in inspect(engine).get_check_constraints(table)}
        for table in metadata.tables
    }


def test_the_migrated_database_has_exactly_the_tables_described(database: str) -> None:
    with _engine(database).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, EVERY_TABLE) == []  # type: ignore[arg-type]


def test_the_migrated_database_checks_the_same_words(database: str) -> None:
    described = create_engine("sqlite://")
    metadata.create_all(described)

    assert _checks(_engine(database)) == _checks(described)
    assert "ck_delivery_status" in _checks(described)["delivery"]


def test_a_word_outside_the_states_is_refused(database: str) -> None:
    columns = [column.name for column in delivery.c if not column.nullable]
    values = ", ".join(
        "1" if name in {"version", "attempt"} else "'2026-02-14'" for name in columns
    )
    statement = f"INSERT INTO delivery ({', '.join(columns)}) VALUES ({values})"  # noqa: S608

    with (
        _engine(database).begin() as connection,
        pytest.raises(IntegrityError, match="ck_delivery"),
    ):
        connection.exec_driver_sql(statement)


def test_the_whole_chain_goes_up_down_and_up_again(empty_database: str) -> None:
    assert not is_current(empty_database)

    migrate(empty_database)
    migrate(empty_database)
    assert is_current(empty_database)
    downgrade(empty_database, "base")
    assert not is_current(empty_database)
    assert inspect(_engine(empty_database)).get_table_names() == ["alembic_version"]
    migrate(empty_database)

    assert is_current(empty_database)


def test_a_migration_that_fails_leaves_the_database_as_it_was(empty_database: str) -> None:
    with _engine(empty_database).begin() as connection:
        connection.exec_driver_sql("CREATE TABLE reply (id integer)")

    with pytest.raises(StatementRefused):
        migrate(empty_database)

    assert inspect(_engine(empty_database)).get_table_names() == ["reply"]


def test_migrating_prints_and_logs_nothing(
    empty_database: str, capfd: pytest.CaptureFixture[str]
) -> None:
    migrate(empty_database)

    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "url", ["", "mysql://host/db", "sqlite://", "sqlite:///:memory:", "no address", "hub.db"]
)
def test_an_address_that_is_none_is_refused_with_a_sentence(url: str) -> None:
    with pytest.raises(Misconfigured, match="must look like sqlite:///hub"):
        migrate(url)


def test_a_database_file_in_no_folder_is_refused_with_a_sentence() -> None:
    with pytest.raises(Misconfigured, match=r"folder of the database file /no/such/hub\.db"):
        migrate("sqlite:////no/such/hub.db")


async def test_a_server_that_does_not_answer_is_busy() -> None:
    url = "postgresql://hub:secret@127.0.0.1:1/hub"

    with pytest.raises(Busy) as trouble:
        await open_store(url)
    assert "secret" not in str(trouble.value)
    with pytest.raises(Busy):
        migrate(url)


def test_a_locked_file_is_busy_and_a_wrong_statement_is_not(tmp_path: Path) -> None:
    file = tmp_path / "hub.db"
    options = {"isolation_level": None, "timeout": 0}
    engine = create_engine(f"sqlite:///{file}", poolclass=NullPool, connect_args=options)
    with closing(sqlite3.connect(file, isolation_level=None)) as other, engine.connect() as ours:
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(Busy), told_apart():
            ours.exec_driver_sql("BEGIN IMMEDIATE")
        with pytest.raises(StatementRefused, match="SQLITE_ERROR"), told_apart():
            ours.exec_driver_sql("SELECT * FROM nowhere")


async def test_what_waited_before_there_were_reviews_gets_one(empty_database: str) -> None:
    migrate(empty_database, "0001")
    instant, columns = "'2026-02-14 18:53:07'", "id, source, client_id, received_at, stored_at"
    words = {"rejected": "rejected", "repass": "held", "crash": "held", "sent": "accepted"}
    with _engine(empty_database).begin() as connection:
        connection.exec_driver_sql(
            f"INSERT INTO submission ({columns}, sha256, body_bytes, state, reference_version)"  # noqa: S608
            f" VALUES ('s', 'tracs', 'c', {instant}, {instant}, 'x', 1, 'held', 'r')"
        )
        for place, (name, word) in enumerate(words.items()):
            connection.exec_driver_sql(
                f"INSERT INTO document ({columns}, submission_id, position, kind, state, outcome,"  # noqa: S608
                " status, version, monitored, late, reference_version, revision)"
                f" VALUES ('{name}', 'tracs', 'c', {instant}, {instant}, 's', {place},"
                f" '{'collision' if name == 'crash' else 'citation'}', 'VT', '{word}', '{word}',"
                " 1, false, false, 'r', 1)"
            )
        connection.exec_driver_sql(
            "INSERT INTO finding (subject_id, position, code, severity, field, message, hint)"
            " VALUES ('repass', 0, 'L902', 'warning', '(document)', 'm', 'h')"
        )

    migrate(empty_database)

    store = await open_store(empty_database)
    waiting = await store.list_reviews(ReviewFilter(is_open=True), Page())
    await store.close()
    assert {one.subject_id: one.kind.value for one in waiting} == {
        "rejected": "rejected",
        "repass": "repass",
        "crash": "collision",
        "s": "unjudged",
    }

"""The log: what reaches standard error holds no personal value, whoever wrote the line."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from hub.observability import configure_logging


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level, shows_errors = root.handlers[:], root.level, logging.raiseExceptions
    configure_logging("json", "debug")
    handler = root.handlers[-1]
    assert isinstance(handler, logging.StreamHandler)
    written = io.StringIO()
    handler.setStream(written)
    yield written
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.raiseExceptions = shows_errors
    structlog.reset_defaults()


def _fail() -> None:
    raise ValueError("Surname Testerly, licence 77166641")


def test_a_librarys_line_shows_its_text_without_the_values_it_was_given(
    log: io.StringIO,
) -> None:
    logging.getLogger("driver").debug("fetched %r", ("Testerly", "77166641"))

    line = log.getvalue()
    assert json.loads(line)["event"] == "fetched %r"
    assert "Testerly" not in line


def test_an_exception_that_a_library_logs_shows_type_and_places_only(
    log: io.StringIO,
) -> None:
    try:
        _fail()
    except ValueError:
        logging.getLogger("server").exception("Exception in application\n")

    line = log.getvalue()
    assert json.loads(line)["bug"] == "ValueError"
    assert json.loads(line)["where"][0].startswith("test_observability.py:")
    assert "Testerly" not in line


def test_of_what_asyncio_tells_about_a_lost_task_only_the_first_line_is_shown(
    log: io.StringIO,
) -> None:
    logging.getLogger("asyncio").error("Task exception was never retrieved\nValueError('Testerly')")

    line = log.getvalue()
    assert json.loads(line)["event"] == "Task exception was never retrieved"
    assert "Testerly" not in line

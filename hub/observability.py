"""Logs: one line an event, with the ids that tie it to a ticket and no personal value.

Only words of `_ALLOWED` pass as keys: a new key is added here on purpose, not by accident.
"""

import logging
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any, Literal

import structlog
from structlog.typing import Processor

_ALLOWED = frozenset(
    {
        "event", "level", "logger", "timestamp",
        "request", "submission", "document", "delivery", "destination", "client", "source",
        "method", "route", "status", "microseconds", "bug", "error", "cause", "where", "codes",
        "submissions", "documents", "count", "address", "queue", "attempt", "version", "database",
        "broker", "seconds", "reason", "server", "alarm", "subject", "chore",
    }
)  # fmt: skip
REDACTED = "[redacted]"


def places(bug: BaseException) -> list[str]:
    """Where a bug arose, without its message: that may quote a personal value."""
    frames = traceback.extract_tb(bug.__traceback__)
    return [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames[-4:]]


def redact(_: Any, __: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Replace the value of every key that is not known to be free of personal data."""
    return {key: value if key in _ALLOWED else REDACTED for key, value in event.items()}


def name_bug(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Show an exception that a library logs by its type and places, never by its text."""
    about = event.pop("exc_info", None)
    bug = about[1] if isinstance(about, tuple) else about
    if isinstance(bug, BaseException):
        event.update(bug=type(bug).__name__, where=places(bug))
    return event


def first_line(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep of a library's text its first line: asyncio adds the exception's own text below."""
    event["event"] = str(event["event"]).partition("\n")[0]
    return event


def configure_logging(style: Literal["console", "json"], level: str) -> None:
    """Send structlog's and the libraries' lines through the same redaction to standard error.

    Of a library's line only the text it was written with is shown, without the values it was
    given: a driver may log a row.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        name_bug,
        redact,
    ]
    is_console = style == "console"
    shape = structlog.dev.ConsoleRenderer() if is_console else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[first_line, *shared],
            use_get_message=False,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, shape],
        )
    )
    logging.raiseExceptions = False  # else a line that cannot be written is shown with its values
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for quiet in ("uvicorn.access", "httpx2", "aiosqlite", "alembic"):
        logging.getLogger(quiet).setLevel(logging.WARNING)

"""What the toy court does with a message: read it, docket it once, answer.

Effects live in one SQLite table, written in one commit with the answer, so that a copy of a
message changes nothing and gets the same answer, whatever died in between.
Source: public interface, "AMQP", To receivers and Reply.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from hub.clock import Clock, system_clock
from hub.ports import Leased
from hub.testing.ecf_reader import Filing, UnreadableFiling, read_filing

DESTINATION = "court.odyssey"

Reply = dict[str, Any]
"""A reply as JSON. Source: public interface, Reply."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS docket_entry (
    message_id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    agency TEXT NOT NULL,
    number TEXT NOT NULL,
    version INTEGER NOT NULL,
    is_applied INTEGER NOT NULL,
    docket_number TEXT NOT NULL,
    replies TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS coming (
    message_id TEXT PRIMARY KEY,
    count INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS owed_reply (
    reply_id TEXT PRIMARY KEY,
    due_at TEXT NOT NULL,
    reply TEXT NOT NULL
)
"""
_KEY = "state = :state AND agency = :agency AND number = :number"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the clerk sends a filing back; `text` names no personal value."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class DocketEntry:
    """A version of a ticket that the court has taken into its docket."""

    message_id: str
    state: str
    agency: str
    number: str
    version: int
    docket_number: str


Review = Callable[[Filing], Refusal | None]
"""The clerk: None accepts the filing."""


def accept_all(_: Filing) -> Refusal | None:
    """A clerk without objections."""
    return None


class ToyOdyssey:
    """The court. What it docketed is in the file at `path`; close it when done."""

    def __init__(
        self, path: Path, *, review: Review = accept_all, clock: Clock = system_clock
    ) -> None:
        self._review = review
        self._clock = clock
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=FULL")
        self._database.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def receive(self, message: Leased) -> list[Reply]:
        """Take a message; the replies to send for it, the same ones for each copy of it.

        A filing is docketed only if its version is higher than the court's. A refused one leaves
        no trace, so that it may come again.
        """
        if not message.type.startswith("citation.v1"):
            other = Refusal("other-type", f"The court takes no {message.type or 'untyped'}.")
            return [self._refused(message, other)]
        try:
            filing = read_filing(message.body)
        except UnreadableFiling as unreadable:
            return [self._refused(message, Refusal(unreadable.code, str(unreadable)))]
        refusal = self._review(filing)
        if refusal is not None:
            return [
                self._reply(message, "received", _key_of(filing)),
                self._refused(message, refusal),
            ]
        return self._docket(message, filing)

    def note_coming(self, message_id: str) -> int:
        """Remember that a copy of a message came; how many have come so far."""
        row: tuple[int] = self._database.execute(
            "INSERT INTO coming VALUES (?, 1)"
            " ON CONFLICT (message_id) DO UPDATE SET count = count + 1 RETURNING count",
            [message_id],
        ).fetchone()
        return row[0]

    def comings(self) -> dict[str, int]:
        """How many copies of each message came, by message id."""
        return dict(self._database.execute("SELECT message_id, count FROM coming"))

    def owe(self, replies: Sequence[Reply], seconds: float) -> None:
        """Put replies off: `due_replies` has them after so many seconds."""
        due_at = (self._clock() + timedelta(seconds=seconds)).isoformat()
        rows = [(reply["reply_id"], due_at, json.dumps(reply)) for reply in replies]
        with self._transaction() as database:
            database.executemany("INSERT OR IGNORE INTO owed_reply VALUES (?, ?, ?)", rows)

    def due_replies(self) -> list[Reply]:
        """Replies that were put off until now, in order; `forget_owed` each once it is sent."""
        rows = self._database.execute(
            "SELECT reply FROM owed_reply WHERE due_at <= ? ORDER BY rowid",
            [self._clock().isoformat()],
        )
        return [json.loads(row[0]) for row in rows]

    def forget_owed(self, reply: Reply) -> None:
        """The reply is sent."""
        self._database.execute("DELETE FROM owed_reply WHERE reply_id = ?", [reply["reply_id"]])

    def entries(self) -> list[DocketEntry]:
        """What was taken into the docket, in order."""
        rows = self._database.execute(
            "SELECT message_id, state, agency, number, version, docket_number"
            " FROM docket_entry WHERE is_applied ORDER BY rowid"
        )
        return [DocketEntry(*row) for row in rows]

    def _docket(self, message: Leased, filing: Filing) -> list[Reply]:
        with self._transaction() as database:
            known = database.execute(
                "SELECT replies FROM docket_entry WHERE message_id = ?", [message.message_id]
            ).fetchone()
            if known is not None:
                return _replies(known[0])
            key = _key_of(filing)
            docket_number, version = self._current(key) or (_docket_number(filing), 0)
            said: dict[str, Any] = {"docket_number": docket_number}
            is_newer = _version(message) > version
            if not is_newer:
                said["text"] = f"Version {version} is in the docket already; nothing was changed."
            replies = [
                self._reply(message, "received", key),
                self._reply(message, "accepted", key, **said),
            ]
            entry = (_version(message), is_newer, docket_number, json.dumps(replies))
            database.execute(
                "INSERT INTO docket_entry VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [message.message_id, *key.values(), *entry],
            )
        return replies

    def _current(self, key: dict[str, str]) -> tuple[str, int] | None:
        """Docket number and version of the ticket, if the court has it."""
        row: tuple[str, int] | None = self._database.execute(
            f"SELECT docket_number, max(version) FROM docket_entry WHERE is_applied AND {_KEY}"  # noqa: S608 - our own words
            " GROUP BY docket_number",
            key,
        ).fetchone()
        return row

    def _refused(self, message: Leased, refusal: Refusal) -> Reply:
        agency, number = message.headers.get("x-hub-agency"), message.headers.get("x-hub-number")
        key = {"state": "VT", "agency": str(agency), "number": str(number)} if number else None
        return self._reply(message, "rejected", key, code=refusal.code, text=refusal.text)

    def _reply(self, message: Leased, word: str, key: dict[str, str] | None, **said: str) -> Reply:
        reply: Reply = {
            "reply_id": f"{message.message_id}.{word}",
            "type": f"reply.{word}",
            "at": self._clock().isoformat(),
            "message_id": message.message_id,
        }
        if key is not None:
            reply["citation"] = key
        return reply | said

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield self._database
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")


def _replies(text: str) -> list[Reply]:
    replies: list[Reply] = json.loads(text)
    return replies


def _version(message: Leased) -> int:
    return int(message.headers.get("x-hub-version", 1))


def _key_of(filing: Filing) -> dict[str, str]:
    values = filing.values
    return {
        "state": values["state"],
        "agency": values["agency_code"],
        "number": values["citation_number"],
    }


def _docket_number(filing: Filing) -> str:
    """Made from the ticket alone: `08273401-26-Vt1119`."""
    values = filing.values
    year = values["issued_at"][2:4]
    return f"{values['citation_number']}-{year}-Vt{values['agency_code']}"

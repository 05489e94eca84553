"""`hub check`: judge files offline, exactly as the hub would."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from hub.bootstrap.offline import Offline, open_offline
from hub.bootstrap.registry import adapter_of
from hub.cli import output
from hub.cli.quotation import lines_of, quote
from hub.clock import system_clock
from hub.domain.codec import to_plain
from hub.domain.errors import HubError, Invalid, NotFound
from hub.domain.filing import finding_row, ledger_findings
from hub.domain.findings import Finding, Severity
from hub.domain.judgement import Judged
from hub.domain.ledger import Candidate, MemoryLedger, Verdict, settle
from hub.domain.states import Outcome
from hub.judge import judge

_REJECTED = 1
_WRONG_USAGE = 2
_NOT_JUDGED = "not judged"


@dataclass(frozen=True, slots=True)
class Task:
    """A file to judge, as `name` in the answer."""

    name: str
    path: Path
    source: str
    client: str | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """A judged file with what the ledger said of its documents."""

    task: Task
    raw: bytes
    judged: Judged
    verdicts: list[Verdict]

    @property
    def outcomes(self) -> list[str]:
        """One for each document; a file refused as a whole counts as one that is rejected."""
        if self.judged.findings:
            return [Outcome.REJECTED.value]
        return [verdict.outcome.value for verdict in self.verdicts]


def check(
    files: Annotated[list[Path] | None, typer.Argument(help="Files to judge.")] = None,
    source: Annotated[str | None, typer.Option(help="Source of the files, such as tracs.")] = None,
    client: Annotated[str | None, typer.Option(help="Judge as this client of clients.csv.")] = None,
    received_at: Annotated[
        str | None, typer.Option(help="Time of receipt, RFC 3339; now without it.")
    ] = None,
    reference: Annotated[Path | None, typer.Option(help="Folder of reference tables.")] = None,
    manifest: Annotated[
        Path | None,
        typer.Option(
            help="JSON lines: file, source, client, received_at.", exists=True, dir_okay=False
        ),
    ] = None,
    records: Annotated[bool, typer.Option("--records", help="Add each canonical record.")] = False,
    as_json: output.AsJson = False,
) -> None:
    """Judge files offline: no database; what is wrong, where, why, and how to mend it.

    Each file meets a fresh ledger; with --manifest one ledger serves all, so that duplicates and
    repasses show. Exit status 0: nothing rejected, 1: something rejected, 2: wrong usage.
    """
    try:
        hub = open_offline(reference)
        tasks = (
            _manifest_tasks(manifest) if manifest else _tasks(files, source, client, received_at)
        )
    except HubError as error:
        raise typer.BadParameter(str(error)) from None
    wants_json = as_json or records or (manifest is not None and not sys.stdout.isatty())
    show = partial(_print_json, with_records=records) if wants_json else _print_report
    outcomes = _check_all(tasks, hub, MemoryLedger() if manifest else None, show)
    if not wants_json:
        _print_summary(outcomes)
    if outcomes[_NOT_JUDGED]:
        raise typer.Exit(_WRONG_USAGE)
    raise typer.Exit(_REJECTED if outcomes[Outcome.REJECTED] else 0)


def _check_all(
    tasks: Iterable[Task],
    hub: Offline,
    shared: MemoryLedger | None,
    show: Callable[[Answer], None],
) -> Counter[str]:
    """Show each answer as soon as it is there; gives how many documents had each outcome.

    A file that cannot be judged at all is named on standard error, and the others go on.
    """
    outcomes: Counter[str] = Counter()
    for task in tasks:
        try:
            answer = output.run(_judge(task, hub, shared or MemoryLedger()))
        except HubError as error:
            typer.echo(f"hub: {task.name}: {error}", err=True)
            outcomes[_NOT_JUDGED] += 1
        else:
            show(answer)
            outcomes.update(answer.outcomes)
    return outcomes


def _print_json(answer: Answer, *, with_records: bool) -> None:
    output.print_json(_row(answer, with_records=with_records))


def _print_report(answer: Answer) -> None:
    _Report(output.console, answer).show()


def _print_summary(outcomes: Counter[str]) -> None:
    counts = ", ".join(f"{count} {name}" for name, count in sorted(outcomes.items()))
    output.console.print(f"[dim]{outcomes.total()} in all:[/] {counts}", highlight=False)


def _tasks(
    files: list[Path] | None, source: str | None, client: str | None, received_at: str | None
) -> list[Task]:
    if not files or source is None:
        raise Invalid("Name the files to check and their --source, or a --manifest.")
    at = _instant(received_at) if received_at else system_clock()
    return [Task(str(path), path, source, client, at) for path in files]


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise Invalid(f"{text} is not an RFC 3339 instant such as 2026-02-14T18:53:00Z.")
    return instant


def _manifest_tasks(manifest: Path) -> list[Task]:
    tasks = []
    for number, line in enumerate(_read(manifest).decode().splitlines(), 1):
        try:
            row = json.loads(line)
            path = manifest.parent / row["file"]
            at = _instant(row["received_at"])
            tasks.append(Task(row["file"], path, row["source"], row.get("client"), at))
        except (ValueError, KeyError, TypeError):
            raise Invalid(
                f"{manifest}, line {number}: wanted a JSON object with file, source, client and "
                "received_at."
            ) from None
    return tasks


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise NotFound(f"The file cannot be read: {error.strerror}.") from None


async def _judge(task: Task, hub: Offline, ledger: MemoryLedger) -> Answer:
    raw = _read(task.path)
    adapter = adapter_of(task.source)
    judged = judge(adapter, raw, hub.reference, hub.sender(task.client), task.received_at)
    candidates = [
        Candidate(f"{task.name}#{place}", task.name, document)
        for place, document in enumerate(judged.documents)
    ]
    return Answer(task, raw, judged, await settle(candidates, ledger))


def _row(answer: Answer, *, with_records: bool) -> dict[str, Any]:
    documents = []
    for document, verdict in zip(answer.judged.documents, answer.verdicts, strict=True):
        row: dict[str, Any] = {
            "number": document.number,
            "kind": document.kind,
            "outcome": verdict.outcome,
            "findings": [finding_row(found) for found in ledger_findings(document, verdict)],
        }
        if with_records and document.record is not None:
            row["record"] = to_plain(document.record)
        documents.append(row)
    findings = [finding_row(found) for found in answer.judged.findings]
    return {"file": answer.task.name, "findings": findings, "documents": documents}


@dataclass(frozen=True, slots=True)
class _Report:
    """Shows an answer to a person."""

    console: Console
    answer: Answer

    def show(self) -> None:
        judged = self.answer.judged
        lines = lines_of(self.answer.raw)
        if judged.findings:
            self._head(self.answer.task.name, "rejected", "the whole file")
        for found in judged.findings:
            self._finding(found, lines)
        for document, verdict in zip(judged.documents, self.answer.verdicts, strict=True):
            title = f"{document.kind} {document.number or '(number not readable)'}"
            self._head(self.answer.task.name, verdict.outcome, title)
            for found in ledger_findings(document, verdict):
                self._finding(found, lines)

    def _head(self, file: str, outcome: str, title: str) -> None:
        line = Text.assemble(
            (f" {outcome} ", f"bold reverse {output.style_of(outcome)}"),
            "  ",
            (title, "bold"),
            (f"  {file}", "dim"),
        )
        self.console.print(line, soft_wrap=True)

    def _finding(self, found: Finding, lines: list[str]) -> None:
        colour = "red" if found.severity is Severity.ERROR else "yellow"
        self._prose(Text(f"  {found.code} ", f"bold {colour}"), Text(found.message))
        line = f"line {found.line}" if found.line else None
        place = "  ".join(filter(None, (line, found.path)))
        for label, text, style in (
            ("field", found.field, "dim"),
            ("where", place, "dim"),
            ("", quote(found, lines), "cyan"),
        ):
            if text:
                row = Text.assemble((f"       {label:<6}", "dim"), (text, style))
                self.console.print(row, soft_wrap=True)
        self._prose(Text("       mend  ", "dim"), Text(found.hint, "green"))

    def _prose(self, label: Text, text: Text) -> None:
        """Words wrap beside their label; a place or a quotation is left to the terminal."""
        row = Table.grid()
        row.add_column(no_wrap=True)
        row.add_row(label, text)
        self.console.print(row)

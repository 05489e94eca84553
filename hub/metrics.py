"""Prometheus metrics of this process: what is counted where it happens, in one registry.

Labels are names of sources, destinations, clients' roles and codes: never a person's value, never
free text. Gauges of the database are read when someone asks (`hub/figures.py`).
Source: docs/OPERATING.md, "Metrics".
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    start_http_server,
)

from hub.domain.findings import Finding
from hub.domain.stored import Document, Submission

Labels = tuple[str, ...]
"""The values of a metric's labels, in their order."""

REGISTRY = CollectorRegistry()
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_SIZES = (1, 2, 5, 10, 20, 50, 100, 200)


def _counter(name: str, meaning: str, *labels: str) -> Counter:
    return Counter(f"hub_{name}", meaning, labels, registry=REGISTRY)


def _gauge(name: str, meaning: str, *labels: str) -> Gauge:
    return Gauge(f"hub_{name}", meaning, labels, registry=REGISTRY)


def _histogram(name: str, meaning: str, buckets: tuple[float, ...]) -> Histogram:
    return Histogram(f"hub_{name}", meaning, registry=REGISTRY, buckets=buckets)


SUBMISSIONS = _counter("submissions", "Submissions stored, by state", "source", "state")
DOCUMENTS = _counter("documents", "Documents stored, by outcome", "source", "kind", "outcome")
FINDINGS = _counter("findings", "Findings given, by code", "code")
RECEIPTS = _counter("receipts", "Answers to posts, by HTTP status", "source", "status")
BATCH_SUBMISSIONS = _histogram("commit_submissions", "Submissions in one commit", _SIZES)
COMMIT_SECONDS = _histogram("commit_seconds", "Time to store one batch", _SECONDS)
JUDGED_SECONDS = _histogram("judged_seconds", "Time to judge one submission", _SECONDS)
PUBLISHED = _counter(
    "published", "Messages given to the broker, by result", "destination", "result"
)
ATTEMPTS = _counter("attempts", "Attempts of workers, by outcome", "destination", "outcome")
REPLIES = _counter("replies", "Replies taken, by type", "destination", "type", "taken")
REFUSED_CALLS = _counter("calls_refused", "Calls over a client's rate limit", "role")

DELIVERIES = _gauge("deliveries", "Deliveries not settled for good", "destination", "status")
OLDEST_SECONDS = _gauge(
    "oldest_delivery_seconds", "Age of the oldest delivery", "destination", "status"
)
QUEUE_MESSAGES = _gauge("queue_messages", "Messages in the broker", "destination", "state")
ALARMS = _gauge("alarms_open", "Alarms that are open", "name", "subject")


def place(gauge: Gauge, rows: Mapping[Labels, float]) -> None:
    """Let a gauge say this and nothing else: what has gone is not shown any more."""
    gauge.clear()
    for labels, value in rows.items():
        gauge.labels(*labels).set(value)


def stored(submissions: Collection[Submission], documents: Iterable[Document]) -> None:
    """Count what one commit has stored."""
    BATCH_SUBMISSIONS.observe(len(submissions))
    for submission in submissions:
        SUBMISSIONS.labels(submission.source, submission.state.value).inc()
        _count_findings(submission.findings)
    for document in documents:
        DOCUMENTS.labels(document.source, document.kind.value, document.outcome.value).inc()
        _count_findings(document.findings)


def _count_findings(findings: Iterable[Finding]) -> None:
    for found in findings:
        FINDINGS.labels(found.code).inc()


def exposition() -> bytes:
    """All metrics as Prometheus reads them."""
    return generate_latest(REGISTRY)


@contextmanager
def shown(host: str, port: int) -> Iterator[None]:
    """Show the metrics of a process without a door at this port; 0 shows them nowhere.

    Raises:
        OSError: the port cannot be listened on.
    """
    if port == 0:
        yield
        return
    server, thread = start_http_server(port, addr=host, registry=REGISTRY)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

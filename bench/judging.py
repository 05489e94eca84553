"""What judging a citation costs, beside a raw twin in the same run: lxml parse and XSD alone."""

import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree

from hub.adapters import tracs
from hub.bootstrap.offline import open_offline
from hub.domain.delivery import Shipment
from hub.judge import judge
from hub.routes import court_odyssey
from hub.shipped import shipped
from hub.testing import samples

ROUNDS = 9
AT = datetime(2026, 2, 14, 18, 53, tzinfo=UTC)
REFERENCE = open_offline().reference
ACCEPTED = samples.read("tracs/02-criminal.xml")
REJECTED = samples.read("tracs/13-rejected-by-fields.xml")
LARGE_COUNT = 5_000

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
_SCHEMA = etree.XMLSchema(etree.parse(str(shipped("xsd") / "tracs/2.1/tracs.xsd")))


@dataclass(frozen=True)
class Scenario:
    """A task and its raw twin; `documents` in one call, `calls` in one round."""

    name: str
    hub: Callable[[], object]
    twin: Callable[[], object]
    documents: int
    calls: int


def parse_and_validate(raw: bytes) -> bool:
    """The raw twin: what any program must at least do with a posted file."""
    return _SCHEMA.validate(etree.fromstring(raw, _PARSER))


def judged(raw: bytes) -> object:
    return judge(tracs.ADAPTER, raw, REFERENCE, None, AT)


def rendered() -> Callable[[], bytes]:
    (document,) = judge(tracs.ADAPTER, ACCEPTED, REFERENCE, None, AT).documents
    if document.record is None:
        raise SystemExit("the accepted sample is rejected: 'hub check' tells why")
    shipment = Shipment("m", "d", 1, AT, document.record, document.attachment)
    return lambda: court_odyssey.ROUTE.render(shipment, REFERENCE)


def scenarios() -> list[Scenario]:
    large = samples.many(LARGE_COUNT)
    return [
        Scenario(
            "accepted", lambda: judged(ACCEPTED), lambda: parse_and_validate(ACCEPTED), 1, 200
        ),
        Scenario(
            "rejected", lambda: judged(REJECTED), lambda: parse_and_validate(REJECTED), 1, 200
        ),
        Scenario("render", rendered(), lambda: parse_and_validate(ACCEPTED), 1, 200),
        Scenario(
            "file-of-5000",
            lambda: judged(large),
            lambda: parse_and_validate(large),
            LARGE_COUNT,
            1,
        ),
    ]


def cpu_microseconds(work: Callable[[], object], calls: int) -> float:
    started = time.process_time_ns()
    for _ in range(calls):
        work()
    return (time.process_time_ns() - started) / 1000 / calls


def measure(scenario: Scenario) -> dict[str, object]:
    scenario.hub()
    scenario.twin()
    rounds = [
        (
            cpu_microseconds(scenario.hub, scenario.calls) / scenario.documents,
            cpu_microseconds(scenario.twin, scenario.calls) / scenario.documents,
        )
        for _ in range(ROUNDS if scenario.calls > 1 else 3)
    ]
    ratios = [hub / twin for hub, twin in rounds]
    ratio = statistics.median(ratios)
    return {
        "microseconds_per_document": round(statistics.median(hub for hub, _ in rounds), 1),
        "twin_microseconds_per_document": round(statistics.median(twin for _, twin in rounds), 1),
        "cpu_ratio": round(ratio, 2),
        "throughput_ratio": round(1 / ratio, 3),
        "spread": [round(min(ratios), 2), round(max(ratios), 2)],
    }


def measure_all() -> dict[str, dict[str, object]]:
    results = {one.name: measure(one) for one in scenarios()}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    results["memory"] = {"peak_mebibytes": round(peak, 1)}
    return results

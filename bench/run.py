"""The benchmarks: a table, and `bench/results.json` with the medians of this run.

Each number stands beside a twin measured in the same run in alternating rounds, so that a machine
that changes speed changes both: trust ratios, not absolutes. `cpu_ratio` is hub / twin (below 1 the
hub needs less), `throughput_ratio` is hub / twin too (above 1 the hub takes more); `spread` is the
least and the greatest `cpu_ratio` of a round, `throughput_spread` the same of throughput.
"""

import json
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench import intake, judging

Results = dict[str, dict[str, object]]

PARTS = (judging.measure_all, intake.measure_sqlite, intake.measure_postgresql)
JUDGING = ("scenario", "hub µs", "twin µs", "hub / twin", "spread")
JUDGING_KEYS = (
    "microseconds_per_document",
    "twin_microseconds_per_document",
    "cpu_ratio",
    "spread",
)
INTAKE = ("scenario", "hub/s", "twin/s", "ratio", "spread", "CPU", "spread")
INTAKE_KEYS = (
    "tickets_per_second",
    "twin_tickets_per_second",
    "throughput_ratio",
    "throughput_spread",
    "cpu_ratio",
    "spread",
)


def main() -> None:
    results: Results = {}
    for part in track(PARTS, "Measuring", transient=True):
        results |= part()
    show(results)
    Path(__file__).with_name("results.json").write_text(json.dumps(results, indent=2) + "\n")


def show(results: Results) -> None:
    console = Console()
    console.print(
        table("CPU per document, beside lxml parse + XSD", JUDGING, JUDGING_KEYS, results),
        table(
            "Tickets taken from 32 connections: rates, and CPU hub / twin",
            INTAKE,
            INTAKE_KEYS,
            results,
        ),
    )
    if not any(name.startswith("intake-postgresql") for name in results):
        console.print("PostgreSQL was left out: neither its programs nor a Docker engine are here.")
    console.print(f"peak memory of judging: {results['memory']['peak_mebibytes']} MiB")


def table(title: str, headings: tuple[str, ...], keys: tuple[str, ...], results: Results) -> Table:
    """The rows of `results` that have all these keys."""
    shown = Table(title=title, box=None)
    for heading in headings:
        shown.add_column(
            heading, justify="left" if heading == "scenario" else "right", no_wrap=True
        )
    for name, row in results.items():
        if all(key in row for key in keys):
            shown.add_row(name, *(cell(row[key]) for key in keys))
    return shown


def cell(value: object) -> str:
    """A number, or a spread as least-greatest."""
    return "-".join(map(str, value)) if isinstance(value, list) else str(value)


if __name__ == "__main__":
    main()

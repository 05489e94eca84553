"""`hub queues`: what waits in each destination's queue."""

from collections.abc import Mapping

from hub.bootstrap.node import open_broker
from hub.bootstrap.opening import open_hub
from hub.cli import output


def queues(as_json: output.AsJson = False, as_csv: output.AsCsv = False) -> None:
    """Show how many messages are ready, and how many dead, in each destination's queue."""

    async def work() -> Mapping[str, tuple[int, int]]:
        async with open_hub() as hub, open_broker(hub) as broker:
            return await broker.depths()

    rows = [
        {"queue": name, "ready": ready, "dead": dead}
        for name, (ready, dead) in output.run(work()).items()
    ]
    output.print_rows(rows, as_json=as_json, as_csv=as_csv)

"""`hub deliveries`: documents on their way to destinations."""

from datetime import timedelta
from typing import Annotated, Any

import typer

from hub.bootstrap.node import operations_of
from hub.bootstrap.opening import open_hub
from hub.cli import output
from hub.cli.destinations import ACTOR
from hub.domain.states import DeliveryStatus
from hub.domain.stored import DeliveryFilter, ListedDelivery, Page

app = typer.Typer(no_args_is_help=True)

_DAY = timedelta(days=1)


@app.command("list")
def list_deliveries(
    destination: Annotated[str | None, typer.Option(help="Only to this destination.")] = None,
    status: Annotated[DeliveryStatus | None, typer.Option(help="Only in this state.")] = None,
    number: Annotated[str | None, typer.Option(help="Only of this ticket.")] = None,
    cause: Annotated[str | None, typer.Option(help="Only with this cause.")] = None,
    limit: output.Limit = 50,
    as_json: output.AsJson = False,
    as_csv: output.AsCsv = False,
) -> None:
    """List deliveries, newest first."""
    wanted = DeliveryFilter(destination=destination, status=status, number=number, cause=cause)

    async def work() -> list[ListedDelivery]:
        async with open_hub() as hub:
            return await hub.store.pushes.list_outbox(wanted, Page(limit))

    output.print_rows([_row(one) for one in output.run(work())], as_json=as_json, as_csv=as_csv)


@app.command("republish")
def republish(
    destination: Annotated[str, typer.Option(help="The destination, such as court.odyssey.")],
    older_than_seconds: Annotated[
        int, typer.Option(min=0, help="Only what was published so long ago.")
    ] = int(_DAY.total_seconds()),
) -> None:
    """Send again, with the same message ids, what was published and never settled."""

    async def work() -> int:
        async with open_hub() as hub:
            return await operations_of(hub).republish(
                destination, older_than_seconds=older_than_seconds, by=ACTOR
            )

    print(f"{output.run(work())} deliveries to {destination} will be sent again.")


def _row(listed: ListedDelivery) -> dict[str, Any]:
    delivery = listed.delivery
    return {
        "id": delivery.id,
        "destination": delivery.destination,
        "agency": listed.agency,
        "number": listed.number,
        "version": delivery.version,
        "status": delivery.status.value,
        "attempt": delivery.attempt,
        "cause": delivery.cause,
        "created_at": delivery.created_at,
        "available_at": delivery.available_at,
    }

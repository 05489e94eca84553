"""`hub demo`: the main job on the embedded default, with real sample documents."""

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated, Any

import httpx2
import typer

from hub.bootstrap.node import assemble
from hub.bootstrap.opening import Hub, open_hub
from hub.cli import output
from hub.domain.accounts import Client, Role
from hub.domain.errors import Conflict
from hub.testing import samples
from hub.testing.odyssey import MailboxReceiver, Taken, ToyOdyssey
from hub.testing.rms import ToyRms, serving

_WAIT_SECONDS = 60
_KEPT_PORT = 8080
_COURT = "court.odyssey"

Row = dict[str, Any]


def demo(
    keep: Annotated[bool, typer.Option("--keep", help="Leave the hub running.")] = False,
) -> None:
    """Post sample tickets over HTTP and watch them judged, queued, and docketed by a toy court."""
    with tempfile.TemporaryDirectory(prefix="hub-demo-") as folder:
        output.run(_demo(Path(folder), keep=keep))


async def _demo(folder: Path, *, keep: bool) -> None:
    settings: dict[str, Any] = {
        "database_url": f"sqlite:///{folder / 'hub.db'}",
        "broker_url": "embedded:",
        "port": _KEPT_PORT if keep else 0,
        "log_level": "error",
    }
    pushed: asyncio.Queue[str] = asyncio.Queue()
    records = ToyRms(folder / "rms.db")
    async with (
        serving(records, on_answer=lambda key, _: pushed.put_nowait(key)) as url,
        open_hub(**settings, rms_spillman_url=url) as hub,
    ):
        address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        stop = asyncio.Event()
        hub_serving = asyncio.create_task(assemble(hub).serve(address.set_result, stop))
        async with httpx2.AsyncClient(base_url=await address, timeout=_WAIT_SECONDS) as http:
            tour = _Tour(hub, http, ToyOdyssey(folder / "court.db"), records, pushed)
            await tour.run()
            if not keep:
                stop.set()
            else:
                await tour.say_how_to_go_on(await address)
            await hub_serving
            tour.court.close()
    records.close()


class _Tour:
    """Posts the samples, lets the court answer, and shows what became of each."""

    def __init__(
        self,
        hub: Hub,
        http: httpx2.AsyncClient,
        court: ToyOdyssey,
        records: ToyRms,
        pushed: asyncio.Queue[str],
    ) -> None:
        self._hub = hub
        self._http = http
        self.court = court
        self._records = records
        self._pushed = pushed
        self._dockets: dict[str, str] = {}
        self._copies: set[str] = set()

    async def run(self) -> None:
        console = output.console
        console.print(f"\n[bold]The hub listens on {self._http.base_url}[/]\n")
        rows = await self._post_samples()
        accepted = sum(row["outcome"] == "accepted" for row in rows)
        console.print(
            f"{len(rows)} documents judged and stored; {accepted} go to {_COURT}, "
            "with a copy to rms.spillman ..."
        )
        receiver = MailboxReceiver(
            self.court, self._http, await self._destination_key(), on_taken=self._note
        )
        await asyncio.wait_for(receiver.run_until(accepted), _WAIT_SECONDS)
        copied = await asyncio.wait_for(self._copied(accepted), _WAIT_SECONDS)
        self._show_documents(rows)
        self._show_rejected(next(row for row in rows if row["outcome"] == "rejected"))
        await self._show_errors()
        docketed = [entry.number for entry in self.court.entries()]
        if sorted(docketed) != sorted(r["number"] for r in rows if r["outcome"] == "accepted"):
            raise Conflict("The toy court's docket is not what the hub accepted.")
        if copied != set(docketed):
            raise Conflict("The toy RMS has not the copies of what the court docketed.")
        console.print(
            f"[bold green]Done:[/] {accepted} tickets accepted, {len(docketed)} docketed by the "
            f"toy court and {len(copied)} copied to the toy RMS, each once.\n"
        )

    async def _copied(self, count: int) -> set[str]:
        """The numbers of the tickets the RMS has, once so many were pushed to it."""
        for _ in range(count):
            await self._pushed.get()
        self._copies = {effect.number for effect in self._records.effects()}
        return self._copies

    async def say_how_to_go_on(self, address: str) -> None:
        """Address and log-in, for whoever wants to look around."""
        key = (await self._hub.accounts.issue_key("vt-dps-tracs")).key
        output.console.print(
            f"The hub keeps running on [bold]{address}[/] (documentation: {address}/docs).\n"
            f"Post and read as vt-dps-tracs:\n  curl -H 'Authorization: Bearer {key}' "
            f"{address}/v1/documents\nStop it with Ctrl-C.",
            soft_wrap=True,
        )

    async def _post_samples(self) -> list[Row]:
        keys: dict[str, str] = {}
        rows: list[Row] = []
        for sample in samples.tour():
            if sample.client not in keys:
                issued = await self._hub.accounts.issue_key(sample.client, may_backfill=True)
                keys[sample.client] = issued.key
            headers = {
                "Authorization": f"Bearer {keys[sample.client]}",
                "Content-Type": "application/xml",
                "X-Hub-Received-At": sample.received_at.isoformat(),
            }
            path = f"/v1/submissions/{sample.source}"
            answer = await self._http.post(path, content=sample.raw, headers=headers)
            rows += [{"file": sample.name, **one} for one in answer.json()["documents"]]
        return rows

    async def _destination_key(self) -> str:
        client = Client(
            "toy-odyssey", "Toy Odyssey", Role.DESTINATION, self._hub.clock(), destination=_COURT
        )
        return (await self._hub.accounts.create(client)).key

    def _note(self, taken: Taken) -> None:
        number = str(taken.message.headers["x-hub-number"])
        self._dockets[number] = taken.replies[-1].get("docket_number", "refused")

    def _show_documents(self, rows: list[Row]) -> None:
        output.console.print("\n[bold]What went where[/]")
        output.print_rows([self._summary(row) for row in rows])

    def _summary(self, row: Row) -> Row:
        is_accepted = row["outcome"] == "accepted"
        return {
            "posted_file": row["file"],
            "document": f"{row['kind']} {row['number']}",
            "outcome": row["outcome"],
            "findings": sorted({found["code"] for found in row["findings"]}),
            "court's_docket_number": self._dockets.get(row["number"]) if is_accepted else None,
            "police's_copy": "pushed" if row["number"] in self._copies and is_accepted else None,
        }

    def _show_rejected(self, row: Row) -> None:
        output.console.print(f"\n[bold]What the sender of {row['file']} is told[/]")
        for found in row["findings"]:
            colour = "red" if found["severity"] == "error" else "yellow"
            output.console.print(
                f"  [bold {colour}]{found['code']}[/] line {found['line']}: {found['message']} "
                f"[green]{found['hint']}[/]",
                soft_wrap=True,
                highlight=False,
            )

    async def _show_errors(self) -> None:
        auditor = Client("demo-auditor", "Demo auditor", Role.AUDITOR, self._hub.clock())
        key = (await self._hub.accounts.create(auditor)).key
        answer = await self._http.get("/v1/error-log", headers={"Authorization": f"Bearer {key}"})
        output.console.print("\n[bold]The error log[/]")
        wanted = ("kind", "agency", "number", "client")
        output.print_rows([{name: row[name] for name in wanted} for row in answer.json()["errors"]])
        output.console.print()

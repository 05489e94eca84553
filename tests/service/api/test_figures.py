"""Metrics for Prometheus and figures for a person."""

import re
from collections.abc import Mapping

from hub.figures import SECONDS_MAX
from tests.desk_road import wrong
from tests.living import LivingHub, accepted_ticket
from tests.service.flow.test_replies import said, say, sent

ALLOWED_LABELS = {
    "alarm", "code", "destination", "kind", "le", "name", "outcome", "result", "role", "source",
    "state", "status", "subject", "taken", "type",
}  # fmt: skip


async def read(hub: LivingHub) -> Mapping[str, float]:
    """Every sample by its name with labels, fresh."""
    hub.clock.forward(SECONDS_MAX)
    answer = await hub.http.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def grown(before: Mapping[str, float], after: Mapping[str, float], sample: str) -> float:
    return after.get(sample, 0) - before.get(sample, 0)


async def test_what_goes_through_is_counted(hub: LivingHub) -> None:
    before = await read(hub)

    await hub.post(wrong(73_900_005))
    _, message_id = await sent(hub)
    await say(hub, said("accepted", message_id))
    after = await read(hub)

    for sample, count in {
        'hub_submissions_total{source="tracs",state="processed"}': 2,
        'hub_documents_total{kind="citation",outcome="accepted",source="tracs"}': 1,
        'hub_documents_total{kind="citation",outcome="rejected",source="tracs"}': 1,
        'hub_findings_total{code="A205"}': 1,
        'hub_receipts_total{source="tracs",status="422"}': 1,
        "hub_commit_submissions_count": 2,
        "hub_commit_seconds_count": 2,
        "hub_judged_seconds_count": 2,
        'hub_published_total{destination="court.odyssey",result="sent"}': 1,
        'hub_replies_total{destination="court.odyssey",taken="recorded",type="reply.accepted"}': 1,
    }.items():
        assert grown(before, after, sample) == count, sample


async def test_gauges_say_what_is_open_now_and_forget_what_is_not(hub: LivingHub) -> None:
    published = 'hub_deliveries{destination="court.odyssey",status="published"}'
    pending = 'hub_deliveries{destination="court.odyssey",status="pending"}'
    ready = 'hub_queue_messages{destination="court.odyssey",state="ready"}'
    await hub.post(accepted_ticket())
    before = await read(hub)
    await hub.node.exchange.relay.step()
    after = await read(hub)

    assert (before[pending], before.get(published), before[ready]) == (1, None, 0)
    assert (after.get(pending), after[published], after[ready]) == (None, 1, 1)
    age = 'hub_oldest_delivery_seconds{destination="court.odyssey",status="published"}'
    assert after[age] >= SECONDS_MAX


async def test_labels_are_names_and_codes(hub: LivingHub) -> None:
    await sent(hub)

    labels = {name for sample in await read(hub) for name in re.findall(r'(\w+)="', sample)}

    assert labels <= ALLOWED_LABELS


async def test_figures_tell_a_person_the_same(hub: LivingHub) -> None:
    await hub.post(accepted_ticket())

    figures = (await hub.get("/v1/stats", key="operator")).json()

    counts = {(one["destination"], one["status"]): one["count"] for one in figures["deliveries"]}
    assert counts["court.odyssey", "pending"] == 1
    assert {one["destination"] for one in figures["queues"]} >= {"court.odyssey"}
    assert figures["alarms"] == []


async def test_asking_again_at_once_asks_no_database(hub: LivingHub) -> None:
    first = (await hub.get("/v1/stats", key="operator")).json()
    await hub.post(accepted_ticket())
    second = (await hub.get("/v1/stats", key="operator")).json()
    hub.clock.forward(SECONDS_MAX)
    third = (await hub.get("/v1/stats", key="operator")).json()

    assert second == first
    assert third["deliveries"] != first["deliveries"]

"""The chores of a hub."""

from collections.abc import Awaitable, Callable

from hub.bootstrap.exchange import endpoints_named
from hub.bootstrap.opening import Hub
from hub.bootstrap.registry import ROUTES
from hub.chores import (
    Alarms,
    Chore,
    MatchReplies,
    WatchBroker,
    WatchJudging,
    WatchReplies,
    WatchSending,
)
from hub.replies import Replies


def chores_of(
    hub: Hub, replies: Replies, ask_broker: Callable[[], Awaitable[object]]
) -> tuple[Chore, ...]:
    """All chores; destinations that the hub pushes to answer at once and are not waited for."""
    pushed = endpoints_named(hub.settings)
    answering = [destination for destination in ROUTES if destination not in pushed]
    alarms = Alarms(hub.store.watch, hub.clock, hub.new_id)
    return (
        MatchReplies(replies),
        WatchReplies(alarms, answering, hub.settings.reply_overdue_seconds),
        WatchSending(alarms),
        WatchBroker(alarms, ask_broker),
        WatchJudging(alarms),
    )

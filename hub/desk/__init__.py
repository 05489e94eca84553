"""The desk: what people do with tickets that wait for them.

Read first `rights.py` (who may do what), then `desk.py` (what every action has in common),
`moves.py` (return, release, discard), `correction.py`, `rejudging.py` and `tasks.py` (the list of
what waits).
"""

from hub.desk.correction import correct
from hub.desk.desk import Desk, Order, Person
from hub.desk.moves import take_action
from hub.desk.rejudging import rejudge
from hub.desk.rights import actions_of
from hub.desk.tasks import Task, find_task, list_tasks

__all__ = [
    "Desk",
    "Order",
    "Person",
    "Task",
    "actions_of",
    "correct",
    "find_task",
    "list_tasks",
    "rejudge",
    "take_action",
]

"""Alarms: something an operator must know, said once when it begins and once when it ends."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AlarmName(StrEnum):
    """What is wrong. Source: docs/OPERATING.md, "Alarms"."""

    REPLY_OVERDUE = "reply-overdue"
    NOT_SENT = "not-sent"
    BROKER_UNREACHABLE = "broker-unreachable"
    UNJUDGED = "unjudged"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm, open until `closed_at`; `subject` is a destination, or `hub`."""

    id: str
    name: str
    subject: str
    opened_at: datetime
    closed_at: datetime | None = None

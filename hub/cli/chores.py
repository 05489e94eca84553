"""`hub chores`: only what is done by the clock: waiting replies are matched, alarms raised."""

from hub.bootstrap.node import Part
from hub.cli.run import work


def chores() -> None:
    """Run only the chores, which match waiting replies and raise alarms, until told to stop."""
    work(Part.CHORES)

"""How the toy court misbehaves with one message, as its faults say."""

from dataclasses import dataclass

from hub.testing.ecf_reader import Filing
from hub.testing.faults import Died, Fault, Faults
from hub.testing.odyssey.court import Refusal, Reply, Review

FAULTS = (Fault.SLOW, Fault.REFUSE, Fault.TWICE, Fault.LATE, Fault.DIE)
"""Those a court can have."""

REFUSALS = (
    Refusal("wrong-court", "This court does not hear violations of this town."),
    Refusal("fee-schedule", "The amount is not the one of the schedule in force."),
    Refusal("illegible-form", "The printed form cannot be read; file it again."),
)
_MOMENTS = ("before the work", "after the work", "after the replies")


def clerk(faults: Faults) -> Review:
    """A clerk who sends some filings back, each copy of one for the same reason."""

    def review(filing: Filing) -> Refusal | None:
        if not faults.strikes(Fault.REFUSE, filing.message_id):
            return None
        return REFUSALS[int(faults.draw("reason", filing.message_id) * len(REFUSALS))]

    return review


@dataclass(frozen=True, slots=True)
class Conduct:
    """What happens to a message that comes for the `coming`th time."""

    faults: Faults
    message_id: str
    coming: int

    def maybe_die(self, moment: str) -> None:
        """Die here, if this is the message and the moment.

        Raises:
            Died: it is.
        """
        if not self.faults.strikes(Fault.DIE, self.message_id, self.coming):
            return
        drawn = self.faults.draw("moment", self.message_id, self.coming)
        if moment == _MOMENTS[int(drawn * len(_MOMENTS))]:
            raise Died(f"The court died {moment}.")

    def arrange(self, replies: list[Reply]) -> tuple[list[Reply], list[Reply]]:
        """Which replies to send now, in this order, and which to put off."""
        now, later = replies, list[Reply]()
        if self.faults.strikes(Fault.LATE, self.message_id):
            if self.faults.draw("turned", self.message_id) < 0.5:  # noqa: PLR2004 - half of them
                now = replies[::-1]
            else:
                now, later = replies[:-1], replies[-1:]
        if self.faults.strikes(Fault.TWICE, self.message_id):
            now = now * 2
        return now, later

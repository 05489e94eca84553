"""What the store keeps of replies, as protocols for the ports."""

from typing import Protocol

from hub.domain.delivery import Reply
from hub.domain.stored import Delivery, StoredReply


class ReplyRows(Protocol):
    """Rows of replies, within a transaction."""

    async def find_addressee(self, reply: Reply) -> Delivery | None:
        """The delivery to the reply's destination of the ticket it names by citation key.

        The current version of the ticket; None when it was never sent there.
        """
        ...

    async def match(self, stored: StoredReply) -> bool:
        """Write what a reply without a ticket belongs to; False when it has one already."""
        ...

    async def note_docket(self, document_id: str, docket_number: str) -> None:
        """Keep the court's docket number on the document."""
        ...


class ReplyLists(Protocol):
    """What is asked of replies outside of any transaction."""

    async def list_matchable(self, limit: int) -> list[StoredReply]:
        """Replies kept without a ticket whose ticket has come since, oldest first."""
        ...

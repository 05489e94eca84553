"""Filing: what was drawn up is written, in one transaction, in the one order everybody keeps.

Used by intake and by the desk. Claims in the ledger come before (`hub/domain/ledger.py`).
"""

from hub.domain.filing import Filing
from hub.domain.review import Closing
from hub.ports import Transaction


async def write_filing(transaction: Transaction, filing: Filing) -> None:
    """Write every row of a filing."""
    await transaction.add_payloads(list(filing.payloads.values()))
    await transaction.add_submissions(filing.submissions)
    await write_documents(transaction, filing)


async def write_documents(transaction: Transaction, filing: Filing) -> None:
    """Write all of a filing but its submissions; what it replaces waits for nobody any more."""
    await transaction.add_documents(filing.documents)
    await transaction.add_deliveries(filing.deliveries)
    await transaction.add_events(filing.events)
    await transaction.add_errors(filing.errors)
    await transaction.add_reviews(filing.reviews)
    superseded = await transaction.supersede(filing.news)
    if superseded:
        closing = Closing(filing.documents[0].stored_at, "hub", "superseded")
        await transaction.close_reviews(superseded, closing)

"""Bringing documents of a living hub into each state, as people and posts would."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx2

from hub.domain.states import DocumentStatus
from hub.testing import samples
from tests.living import LivingHub

REASON = "the test wants it so"

_UNKNOWN_OFFICER = (b"<OfficerID>A1002<", b"<OfficerID>A9999<")
_COLLISION = next(one for one in samples.tour() if one.name == "17-collision.xml")


def wrong(number: int) -> bytes:
    """A ticket that breaks A205 and nothing else."""
    return samples.ticket(number).replace(*_UNKNOWN_OFFICER)


def altered(number: int, highway: str = "US Rt. 7") -> bytes:
    """A clean ticket of the same number with other content."""
    return samples.ticket(number).replace(b"US Rt. 2", highway.encode())


async def post(hub: LivingHub, raw: bytes, **how: Any) -> dict[str, Any]:
    """Post a file with one document; gives its row of the receipt."""
    answer = await hub.post(raw, **how)
    (document,) = answer.json()["documents"]
    return dict(document)


async def posted(hub: LivingHub, raw: bytes, **how: Any) -> str:
    """Post a file with one document; gives its id."""
    return str((await post(hub, raw, **how))["document_id"])


async def collision(hub: LivingHub, content: bytes = b"") -> str:
    """A collision report held for its review; `content` goes into its narrative."""
    raw = _COLLISION.raw
    if content:
        raw = raw.replace(b"<Narrative>", b"<Narrative>" + content, 1)
    return await posted(hub, raw, received_at=_COLLISION.received_at.isoformat())


async def order(
    hub: LivingHub, action: str, document_id: str, *, key: str = "desk", **body: Any
) -> httpx2.Response:
    """Order a staff action, on the revision the document has now unless said otherwise."""
    if "revision" not in body:
        body["revision"] = await revision(hub, document_id)
    path = f"/v1/documents/{document_id}/{action}"
    return await hub.say(path, {"reason": REASON, **body}, key=key)


async def done(hub: LivingHub, action: str, document_id: str, **body: Any) -> dict[str, Any]:
    """Order a staff action that is carried out; gives the document it answers with."""
    answer = await order(hub, action, document_id, **body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def revision(hub: LivingHub, document_id: str) -> int:
    """The revision of a document now."""
    document = await hub.hub.store.find_document(document_id)
    return document.revision if document else 1


async def status(hub: LivingHub, document_id: str) -> DocumentStatus:
    """The status of a document now."""
    document = await hub.hub.store.find_document(document_id)
    assert document is not None
    return document.status


async def open_reviews(hub: LivingHub, **wanted: Any) -> list[dict[str, Any]]:
    """The open reviews as an auditor sees them."""
    answer = await hub.get("/v1/reviews", key=wanted.pop("key", "auditor"), **wanted)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["reviews"])


async def _held(hub: LivingHub, number: int) -> str:
    await post(hub, samples.ticket(number))
    return await posted(hub, altered(number))


async def _duplicate(hub: LivingHub, number: int) -> str:
    await post(hub, samples.ticket(number))
    return await posted(hub, samples.ticket(number))


async def _returned(hub: LivingHub, number: int) -> str:
    document_id = await posted(hub, wrong(number))
    await done(hub, "return", document_id)
    return document_id


async def _corrected(hub: LivingHub, number: int) -> str:
    document_id = await posted(hub, wrong(number))
    await done(hub, "correct", document_id, document=samples.ticket(number).decode())
    return document_id


async def _discarded(hub: LivingHub, number: int) -> str:
    document_id = await posted(hub, wrong(number))
    await done(hub, "discard", document_id)
    return document_id


async def _superseded(hub: LivingHub, number: int) -> str:
    document_id = await posted(hub, wrong(number))
    await post(hub, samples.ticket(number))
    return document_id


MADE: Mapping[DocumentStatus, Callable[[LivingHub, int], Awaitable[str]]] = {
    DocumentStatus.ACCEPTED: lambda hub, number: posted(hub, samples.ticket(number)),
    DocumentStatus.HELD: _held,
    DocumentStatus.DUPLICATE: _duplicate,
    DocumentStatus.REJECTED: lambda hub, number: posted(hub, wrong(number)),
    DocumentStatus.RETURNED: _returned,
    DocumentStatus.CORRECTED: _corrected,
    DocumentStatus.DISCARDED: _discarded,
    DocumentStatus.SUPERSEDED: _superseded,
}
"""How a citation comes into each state; gives its id."""

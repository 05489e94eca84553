"""The toy court over HTTPS: leases from its mailbox, posts replies, settles.

Source: public interface, "HTTP", messages/lease and replies.
"""

import asyncio
from typing import Any

import httpx2

from hub.ports import Leased
from hub.testing.faults import Faults
from hub.testing.odyssey.court import DESTINATION, Reply, ToyOdyssey
from hub.testing.odyssey.receiver import OnTaken, Patience, Receiver, ignore

_MESSAGES = f"/v1/destinations/{DESTINATION}/messages"
_LEASE = {"max": 50, "lease_seconds": 60}
_POLL_SECONDS = 0.2
_NO_LONGER_LEASED = frozenset({404, 409})


class MailboxReceiver(Receiver):
    """Receives over `http`, a client whose base URL is the hub's. The caller closes it.

    Outages, 429 and 5xx are waited out for `patience_seconds`. Any other answer than the
    interface promises ends `listen` with `httpx2.HTTPStatusError`.
    """

    def __init__(
        self,
        court: ToyOdyssey,
        http: httpx2.AsyncClient,
        key: str,
        *,
        on_taken: OnTaken = ignore,
        faults: Faults | None = None,
        patience_seconds: float = 60.0,
    ) -> None:
        super().__init__(court, on_taken, faults or Faults())
        self._http = http
        self._headers = {"Authorization": f"Bearer {key}"}
        self._patience = Patience(patience_seconds)

    async def listen(self) -> None:  # noqa: D102 - as in Receiver
        while True:
            await self._send_due(self._send)
            answer = await self._post(f"{_MESSAGES}/lease", _LEASE)
            messages = answer.raise_for_status().json()["messages"]
            for message in messages:
                await self._take(_leased(message))
            if not messages:
                await asyncio.sleep(_POLL_SECONDS)

    async def _take(self, message: Leased) -> None:
        """Answer, then the ack."""
        conduct = await self._begin(message)
        replies = await self._answer(message, conduct, self._send)
        answer = await self._post(f"{_MESSAGES}/{message.message_id}/ack")
        if answer.status_code in _NO_LONGER_LEASED:
            return  # the lease ran out: it comes again, and gets the same replies
        answer.raise_for_status()
        await self._note(message, replies)

    async def _send(self, reply: Reply) -> None:
        answer = await self._post(f"/v1/replies/{DESTINATION}", reply)
        answer.raise_for_status()

    async def _post(self, path: str, body: Any = None) -> httpx2.Response:
        while True:
            try:
                answer = await self._http.post(path, json=body, headers=self._headers)
                if answer.status_code == httpx2.codes.TOO_MANY_REQUESTS or answer.is_server_error:
                    answer.raise_for_status()
            except (httpx2.TransportError, httpx2.HTTPStatusError) as trouble:
                await self._patience.wait(trouble)
            else:
                self._patience.reset()
                return answer


def _leased(message: dict[str, Any]) -> Leased:
    return Leased(
        message["message_id"], message["type"], message["headers"], message["body"].encode()
    )

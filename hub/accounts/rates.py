"""Rate limits: a bucket of tokens for each client, in this process."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from hub import metrics
from hub.domain.accounts import Client
from hub.domain.errors import TooMany


@dataclass(frozen=True, slots=True)
class Rate:
    """Requests a second in the long run, and at once after a rest."""

    requests_per_second: float
    burst_requests: int


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at_seconds: float


@dataclass(slots=True)
class Rates:
    """Lets a client's calls in as fast as its rate allows. `seconds` is a clock that never jumps.

    Each process counts for itself: with several doors a client may have its rate at each.
    """

    default: Rate
    seconds: Callable[[], float] = time.monotonic
    _buckets: dict[str, _Bucket] = field(default_factory=dict)

    def admit(self, client: Client) -> None:
        """Take a token of the client.

        Raises:
            TooMany: it has none left; the error says when there is one again.
        """
        rate = self.rate_of(client)
        bucket = self._filled(client.id, rate)
        if bucket.tokens < 1:
            metrics.REFUSED_CALLS.labels(client.role.value).inc()
            raise TooMany(
                f"This client may send {rate.requests_per_second:g} requests a second: slow down.",
                (1 - bucket.tokens) / rate.requests_per_second,
            )
        bucket.tokens -= 1

    def rate_of(self, client: Client) -> Rate:
        """The client's own rate, or the hub's."""
        return Rate(
            client.requests_per_second_max or self.default.requests_per_second,
            client.burst_requests_max or self.default.burst_requests,
        )

    def _filled(self, client_id: str, rate: Rate) -> _Bucket:
        now = self.seconds()
        bucket = self._buckets.setdefault(client_id, _Bucket(rate.burst_requests, now))
        gained = (now - bucket.at_seconds) * rate.requests_per_second
        bucket.tokens = min(bucket.tokens + gained, rate.burst_requests)
        bucket.at_seconds = now
        return bucket

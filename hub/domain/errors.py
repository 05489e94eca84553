"""Errors the hub expects. Each reaches its reader as one sentence, never as a traceback."""

import math

from hub.domain.findings import Finding


class HubError(Exception):
    """Something expected went wrong; `str(error)` says what, and what to do next.

    `code` is the stable problem type, `http_status` what the API answers.
    """

    code = "error"
    http_status = 500


class NotFound(HubError):
    """The thing asked for does not exist, or not for this client."""

    code = "not-found"
    http_status = 404


class Forbidden(HubError):
    """The client may not do this."""

    code = "forbidden"
    http_status = 403


class Unauthenticated(HubError):
    """No key was given, or it is not valid."""

    code = "unauthenticated"
    http_status = 401


class Conflict(HubError):
    """The state of things does not allow this now."""

    code = "conflict"
    http_status = 409


class IllegalMove(Conflict):
    """The state machine has no such move."""

    code = "illegal-move"


class Stale(Conflict):
    """The thing was changed since it was read; the sentence names its revision."""

    code = "stale"


class NotMended(HubError):
    """A correction still breaks the criteria; nothing was saved. `findings` say what and where."""

    code = "not-mended"
    http_status = 422

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        codes = ", ".join(sorted({found.code for found in findings}))
        super().__init__(f"The corrected document was not saved: it has findings {codes}.")
        self.findings = findings


class Invalid(HubError):
    """The request cannot be understood; the sentence says what to mend."""

    code = "invalid"
    http_status = 400


class TooLarge(HubError):
    """The body is larger than the hub takes."""

    code = "too-large"
    http_status = 413


class TooSlow(HubError):
    """The body did not arrive in time."""

    code = "too-slow"
    http_status = 408


class Busy(HubError):
    """The hub cannot take this now; try again after `retry_after_seconds`."""

    code = "busy"
    http_status = 503
    retry_after_seconds = 5


class TooMany(HubError):
    """The client sends faster than it may; its next call is let in after `retry_after_seconds`."""

    code = "too-many-requests"
    http_status = 429

    def __init__(self, sentence: str, retry_after_seconds: float) -> None:
        super().__init__(sentence)
        self.retry_after_seconds = max(1, math.ceil(retry_after_seconds))


class BrokerUnavailable(HubError):
    """The broker cannot be reached, or gave no answer in time."""

    code = "broker-unavailable"
    http_status = 503


class Misconfigured(HubError):
    """A setting is unknown, invalid or missing; the start stops here."""

    code = "misconfigured"
    http_status = 503


class Unreadable(HubError):
    """The submission is refused as a whole; `finding` (family X) says why."""

    code = "unreadable"
    http_status = 422

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


class Unsupported(HubError):
    """The media type or encoding is not one the hub takes."""

    code = "unsupported-media-type"
    http_status = 415

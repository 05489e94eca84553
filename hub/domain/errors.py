"""Errors the hub expects. Each reaches its reader as one sentence, never as a traceback."""

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


class Invalid(HubError):
    """The request cannot be understood; the sentence says what to mend."""

    code = "invalid"
    http_status = 400


class TooLarge(HubError):
    """The body is larger than the hub takes."""

    code = "too-large"
    http_status = 413


class Busy(HubError):
    """The hub cannot take this now; try again after `retry_after_seconds`."""

    code = "busy"
    http_status = 503
    retry_after_seconds = 5


class BrokerUnavailable(HubError):
    """The broker cannot be reached, or gave no answer in time."""

    code = "broker-unavailable"
    http_status = 503


class Misconfigured(HubError):
    """A setting is unknown, invalid or missing; the start stops here."""

    code = "misconfigured"


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

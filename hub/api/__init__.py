"""The HTTP doors. No decisions here: a handler reads the request and calls one use case."""

from hub.api.app import create_app
from hub.api.services import Services

__all__ = ["Services", "create_app"]

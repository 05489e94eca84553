"""Every setting of the hub, in one class; units stand in the names.

Environment `HUB_...` over `hub.toml` over the defaults here. docs/SETTINGS.md shows the same table.
"""

import os
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

_PREFIX = "HUB_"
_CONFIG = "HUB_CONFIG"


class SettingsError(ValueError):
    """A setting is unknown, invalid or missing; one sentence says which."""


class Settings(BaseSettings):
    """What can be set. A value may come from a file by the same name with `_FILE` appended."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, extra="forbid", hide_input_in_errors=True)

    database_url: str = Field(
        "sqlite:///hub.db",
        repr=False,
        description="`sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/NAME`",
    )
    broker_url: str = Field(
        "embedded:",
        repr=False,
        description="`embedded:` or `amqp://USER:PASSWORD@HOST/VHOST` (`amqps://`)",
    )
    host: str = Field("127.0.0.1", description="address the HTTP door listens on")
    port: int = Field(8080, ge=0, le=65535, description="port the HTTP door listens on")
    metrics_port: int = Field(
        0, ge=0, le=65535, description="port where a part without a door shows its metrics; 0: none"
    )
    broker_timeout_seconds: float = Field(
        10, gt=0, le=120, description="longest wait for the broker to connect or confirm"
    )
    claim_seconds: int = Field(
        60, ge=1, le=3600, description="how long a relay that died keeps its deliveries to itself"
    )
    queue_length_max: int = Field(
        100_000, ge=1, description="messages a destination's queue takes before it refuses more"
    )
    client_requests_per_second: float = Field(
        1_000, gt=0, description="requests a client may send in the long run, at each door process"
    )
    client_burst_requests: int = Field(
        2_000, ge=1, description="requests a client may send at once after a rest"
    )
    reply_overdue_seconds: int = Field(
        3_600, ge=1, description="how long a destination may leave a message unanswered: alarm"
    )
    rms_spillman_url: str = Field(
        "", description="where rms.spillman takes pushed copies; empty = it fetches them"
    )
    rms_spillman_token: str = Field(
        "", repr=False, description="bearer token for rms.spillman; empty = none"
    )
    rms_spillman_ca_path: str = Field(
        "", description="PEM file of certificates to trust there; empty = the system's"
    )
    rms_spillman_certificate_path: str = Field(
        "", description="PEM file of the hub's certificate for mutual TLS; empty = none"
    )
    rms_spillman_key_path: str = Field(
        "", description="PEM file of its key; empty = in the certificate's file"
    )
    push_timeout_seconds: float = Field(
        30, gt=0, le=45, description="longest wait for a receiver to take a pushed message"
    )
    push_concurrency: int = Field(
        8, ge=1, le=100, description="messages pushed to one destination at once"
    )
    push_retry_seconds: float = Field(
        5, gt=0, le=3600, description="wait after the first failed push; it doubles up to an hour"
    )
    push_tries_max: int = Field(
        20, ge=1, le=1000, description="pushes of one delivery before it is dead"
    )
    push_age_seconds_max: int = Field(
        259_200, ge=1, description="time since its first push after which a delivery is dead"
    )
    log_format: Literal["console", "json"] = Field(
        "json", description="JSON lines, or coloured text for a person"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="least level that is written"
    )

    @model_validator(mode="after")
    def _know_the_urls(self) -> Self:
        if not self.database_url.startswith(("sqlite:///", "postgresql://")):
            raise ValueError("database_url must begin with sqlite:/// or postgresql://")
        if not self.broker_url.startswith(("embedded:", "amqp://", "amqps://")):
            raise ValueError("broker_url must be embedded: or begin with amqp:// or amqps://")
        if not self.rms_spillman_url.startswith(("https://", "http://")) and self.rms_spillman_url:
            raise ValueError("rms_spillman_url must begin with https:// (or http://) or be empty")
        return self

    @property
    def is_embedded(self) -> bool:
        """Whether the hub keeps its truth in a file of its own."""
        return self.database_url.startswith("sqlite:")

    @property
    def has_own_broker(self) -> bool:
        """Whether messages wait in the hub's database instead of RabbitMQ."""
        return self.broker_url.startswith("embedded:")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the library's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment over `hub.toml` over defaults."""
        path = Path(os.environ.get(_CONFIG, "hub.toml"))
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, path)


def describe_settings() -> list[dict[str, str]]:
    """Every setting with its default and what it means, for docs and `hub settings`."""
    rows = [
        {
            "setting": _PREFIX + name.upper(),
            "default": str(field.default) or "(empty)",
            "meaning": field.description or "",
        }
        for name, field in Settings.model_fields.items()
    ]
    config = "file with the same settings in lower case, without the prefix"
    return [{"setting": _CONFIG, "default": "hub.toml", "meaning": config}, *rows]


def load_settings(**overrides: Any) -> Settings:
    """The settings in force; `overrides` (from the command line) win.

    Raises:
        SettingsError: a setting is unknown or invalid; the sentence names it, never its value.
    """
    _refuse_unknown()
    try:
        return Settings(**_from_files(), **overrides)
    except ValidationError as invalid:
        first = invalid.errors(include_input=False, include_url=False)[0]
        name = ".".join(str(part) for part in first["loc"]) or "settings"
        raise SettingsError(f"Setting {name}: {first['msg']}. See docs/SETTINGS.md.") from None


def _refuse_unknown() -> None:
    config = os.environ.get(_CONFIG)
    if config is not None and not Path(config).is_file():
        raise SettingsError(f"{_CONFIG} names a file that does not exist: {config}.")
    known = {_PREFIX + name.upper() for name in Settings.model_fields}
    known |= {f"{name}_FILE" for name in known} | {_CONFIG}
    for name in os.environ:
        if name.startswith(_PREFIX) and name not in known:
            raise SettingsError(f"{name} is not a setting of the hub. See docs/SETTINGS.md.")


def _from_files() -> dict[str, Any]:
    """Values whose variable names a file: secrets that must not lie in the environment."""
    values = {}
    for name in Settings.model_fields:
        path = os.environ.get(f"{_PREFIX}{name.upper()}_FILE")
        if path is not None:
            values[name] = _read_secret(name, Path(path))
    return values


def _read_secret(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError:
        raise SettingsError(f"The file that should hold {name} cannot be read: {path}.") from None

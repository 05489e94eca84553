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
        "sqlite:///hub.db", description="`sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/NAME`"
    )
    broker_url: str = Field(
        "embedded:", description="`embedded:` or `amqp://USER:PASSWORD@HOST/VHOST` (`amqps://`)"
    )
    host: str = Field("127.0.0.1", description="address the HTTP door listens on")
    port: int = Field(8080, ge=0, le=65535, description="port the HTTP door listens on")
    broker_timeout_seconds: float = Field(
        10, gt=0, le=120, description="longest wait for the broker to connect or confirm"
    )
    claim_seconds: int = Field(
        60, ge=1, le=3600, description="how long a relay that died keeps its deliveries to itself"
    )
    queue_length_max: int = Field(
        100_000, ge=1, description="messages a destination's queue takes before it refuses more"
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
            "default": str(field.default),
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

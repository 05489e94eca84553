"""Parts that citations and collision reports share: places, parties, vehicles, attachments."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Address:
    """A mailing address; `state` in the postal spelling (code list STATE_POST)."""

    street: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """A person or an organisation: defendant, guardian, recipient, person in a collision.

    Source: profiles "canonical" section 1. `kind` is `person` or `organization`.
    """

    kind: str | None = None
    last_name: str | None = None
    first_name: str | None = None
    middle_name: str | None = None
    suffix: str | None = None
    organization_name: str | None = None
    address: Address | None = None
    home_phone: str | None = None
    business_phone: str | None = None
    birth_date: date | None = None
    sex: str | None = None
    birth_place: str | None = None
    height_inches: int | None = None
    weight_pounds: int | None = None
    hair_code: str | None = None
    eye_code: str | None = None
    race_code: str | None = None
    license_number: str | None = None
    license_state: str | None = None
    license_class: str | None = None
    cdl: bool | None = None
    fish_wildlife_number: str | None = None


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle; codes are NCIC's in the letter-O spelling."""

    vin: str | None = None
    plate_number: str | None = None
    plate_state: str | None = None
    model_year: int | None = None
    make_code: str | None = None
    model: str | None = None
    color_code: str | None = None
    style_code: str | None = None
    commercial: bool | None = None
    hazmat: bool | None = None


@dataclass(frozen=True, slots=True)
class Location:
    """Where it happened; latitude and longitude in decimal degrees."""

    municipality_code: str | None = None
    highway: str | None = None
    landmark: str | None = None
    latitude: Decimal | None = None
    longitude: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """The printed form, kept apart from the record: `sha256` in lower-case hex of its bytes."""

    sha256: str

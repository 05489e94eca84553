"""Canonical Vermont citations for hypothesis: any mixture of fields that a profile lets through."""

import hashlib
import unicodedata
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from hub.domain.citation import Citation, Speed, Violation
from hub.domain.places import Address, Attachment, Location, Party, Vehicle
from hub.profiles.code_lists import CODE_LISTS

_CHARACTERS = st.one_of(
    st.sampled_from("&<>\"';:- abcé"),
    st.characters(exclude_categories=("C", "Z"), max_codepoint=0xFFFD),
)


def texts(size: int) -> st.SearchStrategy[str]:
    """Text as the profiles leave it: NFC, trimmed, single spaces, no control characters."""
    raw = st.text(_CHARACTERS, min_size=1, max_size=size)
    return raw.map(lambda text: " ".join(unicodedata.normalize("NFC", text).split())).filter(bool)


def codes(name: str) -> st.SearchStrategy[str]:
    """A value of a canonical code list."""
    return st.sampled_from(CODE_LISTS[name].values)


def tokens(pattern: str) -> st.SearchStrategy[str]:
    """A token that matches the whole expression."""
    return st.from_regex(pattern, fullmatch=True)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A value or its absence."""
    return st.none() | strategy


def dollars() -> st.SearchStrategy[Decimal]:
    """An amount of money."""
    return st.integers(0, 999999).map(lambda cents: Decimal(cents) / 100)


def degrees(limit: int) -> st.SearchStrategy[Decimal]:
    """A latitude or longitude."""
    return st.decimals(-limit, limit, places=7, allow_nan=False)


INSTANTS = st.builds(
    lambda naive, hours: naive.replace(tzinfo=timezone(timedelta(hours=hours)), microsecond=0),
    st.datetimes(datetime(2015, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 - zone comes after
    st.sampled_from([-4, -5]),
)
"""Instants with an offset that Vermont has; whether on that day does not matter here."""
DAYS = st.dates(date(1910, 1, 1), date(2030, 1, 1))
POSTAL_CODES = st.sampled_from(["05401", "05401-1122", "H2X 1Y4", "H2X1Y4"])

ADDRESSES = st.builds(
    Address,
    street=maybe(texts(60)),
    city=maybe(texts(30)),
    state=maybe(codes("STATE_POST")),
    postal_code=maybe(POSTAL_CODES),
)


def parties(kinds: st.SearchStrategy[Any]) -> st.SearchStrategy[Party]:
    """A party with any part of what is known of people and organisations."""
    return st.builds(
        Party,
        kind=kinds,
        last_name=maybe(texts(50)),
        first_name=maybe(texts(30)),
        middle_name=maybe(texts(30)),
        suffix=maybe(texts(10)),
        organization_name=maybe(texts(80)),
        address=maybe(ADDRESSES),
        home_phone=maybe(tokens("[0-9]{10}")),
        business_phone=maybe(tokens("[0-9]{10}")),
        birth_date=maybe(DAYS),
        sex=maybe(codes("SEX")),
        birth_place=maybe(texts(40)),
        height_inches=maybe(st.integers(0, 107)),
        weight_pounds=maybe(st.integers(1, 999)),
        hair_code=maybe(codes("HAIR")),
        eye_code=maybe(codes("EYE")),
        race_code=maybe(codes("RACE")),
        license_number=maybe(tokens("[A-Z0-9]{1,25}")),
        license_state=maybe(codes("STATE_POST")),
        license_class=maybe(codes("LICCLASS")),
        cdl=maybe(st.booleans()),
        fish_wildlife_number=maybe(tokens("[A-Z0-9-]{1,20}")),
    )


VEHICLES = st.builds(
    Vehicle,
    vin=maybe(tokens("[A-HJ-NPR-Z0-9]{17}")),
    plate_number=maybe(tokens("[A-Z0-9]{1,10}")),
    plate_state=maybe(codes("STATE_POST")),
    model_year=maybe(st.integers(1900, 2099)),
    make_code=maybe(codes("MAKE") | tokens("[A-Z0-9]{2,5}")),
    model=maybe(texts(20)),
    color_code=maybe(codes("COLOR")),
    style_code=maybe(codes("STYLE")),
    commercial=maybe(st.booleans()),
    hazmat=maybe(st.booleans()),
)
LOCATIONS = st.builds(
    Location,
    municipality_code=maybe(tokens("[0-9]{4}")),
    highway=maybe(texts(40)),
    landmark=maybe(texts(60)),
    latitude=maybe(degrees(90)),
    longitude=maybe(degrees(180)),
)
SPEEDS = st.builds(
    Speed,
    actual_mph=maybe(st.integers(0, 199)),
    posted_mph=maybe(st.integers(5, 85)),
    device=maybe(st.sampled_from(["radar", "laser", "pace", "visual"])),
)
VIOLATIONS = st.builds(
    Violation,
    sequence=st.integers(1, 20),
    violation_code=tokens("[0-9A-Z]{5,10}"),
    statute_type=codes("STATUTE_VT"),
    statute=maybe(texts(40)),
    narrative=maybe(texts(200)),
    points=maybe(st.integers(0, 10)),
    penalty_min=maybe(dollars()),
    penalty_max=maybe(dollars()),
    waiver_amount=maybe(dollars()),
    related_criminal=maybe(st.booleans()),
)
PRINTED_FORMS = st.binary(max_size=40).map(lambda tail: b"%PDF-" + tail)
_KINDS = st.sampled_from(["person", "organization"])


def _with_form(citation: Citation, form: bytes | None) -> tuple[Citation, bytes | None]:
    if form is None:
        return citation, None
    attachment = Attachment(hashlib.sha256(form).hexdigest())
    return Citation(**{**_fields(citation), "attachment": attachment}), form


def _fields(citation: Citation) -> dict[str, Any]:
    return {name: getattr(citation, name) for name in citation.__slots__}


CITATIONS = st.builds(
    Citation,
    source=st.sampled_from(["tracs", "valcour"]),
    state=st.just("VT"),
    citation_number=tokens("[0-9]{8}"),
    document_kind=codes("KIND"),
    agency_code=tokens("[0-9]{4}"),
    officer_id=tokens("[A-Z][0-9]{4}"),
    court_code=tokens("[A-Z0-9]{3,8}"),
    issued_at=INSTANTS,
    violation_at=INSTANTS,
    traffic=maybe(st.booleans()),
    agency_ori=maybe(tokens("VT[0-9A-Z]{7}")),
    officer_badge=maybe(texts(10)),
    officer_last_name=maybe(texts(50)),
    officer_first_name=maybe(texts(30)),
    served_by=maybe(st.sampled_from(["in_hand", "mailed", "organization", "vehicle"])),
    answer_by=maybe(DAYS),
    appearance_at=maybe(INSTANTS),
    incident_number=maybe(texts(20)),
    defendant=maybe(parties(_KINDS)),
    guardian=maybe(parties(maybe(_KINDS))),
    recipient=maybe(parties(maybe(_KINDS))),
    relief_status=maybe(st.sampled_from(["not_active_duty", "under_17", "other"])),
    relief_text=maybe(texts(100)),
    vehicle=maybe(VEHICLES),
    location=maybe(LOCATIONS),
    speed=maybe(SPEEDS),
    accident=maybe(st.booleans()),
    fatality=maybe(st.booleans()),
    seat_belt=maybe(st.booleans()),
    alcohol_level=maybe(st.decimals(0, "0.60", places=3, allow_nan=False)),
    narrative=maybe(texts(200)),
    violations=st.lists(VIOLATIONS, max_size=4).map(tuple),
)
"""Citations without printed form."""

FILINGS: st.SearchStrategy[tuple[Citation, bytes | None]] = st.builds(
    _with_form, CITATIONS, maybe(PRINTED_FORMS)
)
"""Citations with the bytes of their printed form, if any."""

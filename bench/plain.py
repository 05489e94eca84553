"""The plain build: what a good developer writes in a day, to measure the hub against.

A FastAPI route parses with lxml, validates by the hub's own XSD, fills a pydantic model, and writes
citation, event and outbox row in one transaction of its own with SQLAlchemy Core. The unique key
tells duplicates. Connections, durability and drivers are the hub's (`hub.store.engine`).

It does less than the hub: no key of the caller, no rules, no reference tables, no bytes of rejected
files, no receipt to look up. So it flatters itself.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime

from fastapi import FastAPI, Request, Response
from lxml import etree
from pydantic import BaseModel, Field, ValidationError
from sqlalchemy import (
    Column,
    DateTime,
    ForeignKey,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects import postgresql, sqlite

from hub.clock import new_id, system_clock
from hub.shipped import shipped
from hub.store.engine import Database

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
_SCHEMA = etree.XMLSchema(etree.parse(str(shipped("xsd") / "tracs/2.1/tracs.xsd")))
_INSERT_OF: dict[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}

METADATA = MetaData()
CITATION = Table(
    "plain_citation",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("number", String(8), nullable=False),
    Column("agency", String(4), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("stored_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("number", "agency"),
)
EVENT = Table(
    "plain_event",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("citation_id", ForeignKey("plain_citation.id"), nullable=False),
    Column("name", String(40), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
OUTBOX = Table(
    "plain_outbox",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("citation_id", ForeignKey("plain_citation.id"), nullable=False),
    Column("body", Text, nullable=False),
    Column("sent_at", DateTime(timezone=True)),
)


class Citation(BaseModel):
    """A ticket as the plain build keeps it: 41 fields, named by the elements they come from."""

    number: str = Field(alias="CitationNumber", pattern=r"^\d{8}$")
    agency: str = Field(alias="AgencyCode", min_length=4, max_length=4)
    agency_ori: str = Field("", alias="AgencyORI", max_length=9)
    officer: str = Field(alias="OfficerID", max_length=20)
    officer_badge: str = Field("", alias="OfficerBadge", max_length=20)
    officer_last_name: str = Field(alias="OfficerLastName", max_length=60)
    officer_first_name: str = Field("", alias="OfficerFirstName", max_length=60)
    violated_on: str = Field(alias="ViolationDate", pattern=r"^\d\d/\d\d/\d{4}$")
    violated_at: str = Field(alias="ViolationTime", pattern=r"^\d\d:\d\d$")
    issued_on: str = Field(alias="IssueDate", pattern=r"^\d\d/\d\d/\d{4}$")
    issued_at: str = Field(alias="IssueTime", pattern=r"^\d\d:\d\d$")
    is_in_hand: bool = Field(alias="InHand")
    is_mailed: bool = Field(alias="USMail")
    court: str = Field(alias="CourtCode", max_length=10)
    appears_on: str = Field("", alias="AppearanceDate", max_length=10)
    incident: str = Field("", alias="IncidentNumber", max_length=30)
    violation: str = Field(alias="ViolationCode", max_length=20)
    statute_type: str = Field("", alias="StatuteType", max_length=10)
    statute: str = Field("", alias="StatuteText", max_length=200)
    narrative: str = Field("", alias="Narrative", max_length=2000)
    is_accident: bool = Field(alias="Accident")
    is_fatal: bool = Field(alias="Fatality")
    last_name: str = Field(alias="LastName", min_length=1, max_length=60)
    first_name: str = Field("", alias="FirstName", max_length=60)
    street: str = Field("", alias="StreetAddress", max_length=100)
    city: str = Field("", alias="City", max_length=60)
    state: str = Field("", alias="State", max_length=2)
    zip_code: str = Field("", alias="ZipCode", max_length=10)
    home_phone: str = Field("", alias="HomePhone", max_length=20)
    born_on: str = Field("", alias="DateOfBirth", max_length=10)
    sex: str = Field("", alias="Sex", max_length=1)
    height_feet: int = Field(alias="HeightFeet", ge=0, le=9)
    height_inches: int = Field(alias="HeightInches", ge=0, le=11)
    weight: int = Field(alias="Weight", ge=0, le=999)
    licence: str = Field("", alias="DLNumber", max_length=25)
    licence_state: str = Field("", alias="DLState", max_length=2)
    plate: str = Field("", alias="PlateNumber", max_length=10)
    plate_state: str = Field("", alias="PlateState", max_length=2)
    vehicle_year: int = Field(alias="VehicleYear", ge=1900, le=2100)
    vehicle_make: str = Field("", alias="VehicleMake", max_length=10)
    municipality: str = Field("", alias="MunicipalityCode", max_length=4)


def read(raw: bytes) -> Citation:
    """The ticket in a file of one.

    Raises:
        ValueError: it is no XML, breaks the schema, or a value is not allowed.
    """
    try:
        tree = etree.fromstring(raw, _PARSER)
    except etree.XMLSyntaxError as fault:
        raise ValueError(fault.msg) from None
    if not _SCHEMA.validate(tree):
        raise ValueError("The file breaks the schema.")
    return Citation.model_validate({one.tag: one.text or "" for one in tree.iter() if not len(one)})


class PlainBuild:
    """The plain build over a database; `app` is its door."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._insert = _INSERT_OF[database.dialect]
        self.app = FastAPI()
        self.app.post("/citations")(self.post)

    async def create_tables(self) -> None:
        async with self._database.begin() as connection:
            await connection.run_sync(METADATA.create_all)

    async def post(self, request: Request, response: Response) -> dict[str, str]:
        """Take a ticket; answered after the commit."""
        raw = await request.body()
        try:
            citation = read(raw)
        except (ValueError, ValidationError) as fault:
            response.status_code = 422
            return {"status": "rejected", "reason": type(fault).__name__}
        citation_id = new_id()
        is_new = await self._store(citation_id, citation, raw, system_clock())
        response.status_code = 202 if is_new else 200
        return {"status": "accepted" if is_new else "duplicate", "id": citation_id}

    async def _store(self, citation_id: str, citation: Citation, raw: bytes, at: datetime) -> bool:
        """One transaction for one ticket; False when its key is there already."""
        row = {
            "id": citation_id,
            "number": citation.number,
            "agency": citation.agency,
            "sha256": hashlib.sha256(raw).hexdigest(),
            "raw": raw,
            "stored_at": at,
        }
        event = {"id": new_id(), "citation_id": citation_id, "name": "citation.accepted", "at": at}
        message = {"id": new_id(), "citation_id": citation_id, "body": citation.model_dump_json()}
        async with self._database.begin() as connection:
            stored = await connection.execute(
                self._insert(CITATION).values(row).on_conflict_do_nothing()
            )
            if stored.rowcount == 0:
                return False
            await connection.execute(EVENT.insert().values(event))
            await connection.execute(OUTBOX.insert().values(message))
        return True

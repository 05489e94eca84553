"""A reply as it comes over AMQP and HTTP: the guard at the edge, with faults that name fields.

Source: public interface, "AMQP", Reply; profiles "canonical" section 3.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from hub.clock import keepable
from hub.domain.delivery import Reply, ReplyType
from hub.domain.disposition import ReportType

State = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Code = Annotated[str, Field(min_length=1, max_length=20)]
Number = Annotated[str, Field(min_length=1, max_length=40)]
Docket = Annotated[str, Field(min_length=1, max_length=60)]
Name = Annotated[str, Field(min_length=1, max_length=100)]
Dollars = Annotated[Decimal, Field(ge=0, max_digits=9, decimal_places=2)]
D20 = Literal["1", "2", "9"]

NEEDS_MESSAGE = frozenset({ReplyType.RECEIVED, ReplyType.ACCEPTED, ReplyType.REJECTED})


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    @field_validator("*")
    @classmethod
    def _hold_no_nul(cls, value: object) -> object:
        """PostgreSQL keeps no U+0000 in a text."""
        if isinstance(value, str) and "\0" in value:
            raise ValueError("must not hold U+0000")
        return value


class CitationKey(_Body):
    """The ticket a reply speaks of."""

    state: Annotated[str, Field(max_length=2)]
    agency: Code
    number: Number


class DefendantBody(_Body):
    """Whose driver record it is."""

    last_name: Name | None = None
    first_name: Name | None = None
    birth_date: date | None = None
    license_number: Code | None = None
    license_state: State | None = None


class ChargeBody(_Body):
    """A charge as decided; amounts in dollars, as text."""

    sequence: Annotated[int, Field(ge=1, le=99)]
    violation_code: Code
    disposition: Code
    disposition_date: date
    amended_violation_code: Code | None = None
    plea: Literal["admitted", "no_contest", "denied", "default"] | None = None
    plea_date: date | None = None
    non_conviction_type: Code | None = None
    fine: Dollars | None = None
    surcharge: Dollars | None = None
    total: Dollars | None = None
    paid: Dollars | None = None
    points: Annotated[int, Field(ge=0, le=20)] | None = None
    points_waived: bool | None = None
    acd_code: Annotated[str, Field(pattern=r"^[A-Z][0-9A-Z]{2}$")] | None = None
    acd_detail: Annotated[str, Field(min_length=1, max_length=60)] | None = None


class DispositionBody(_Body):
    """A decision of the court."""

    state: State
    court_code: Code
    docket_number: Docket
    report_type: ReportType
    agency_code: Code | None = None
    citation_number: Number | None = None
    defendant: DefendantBody | None = None
    charges: Annotated[list[ChargeBody], Field(min_length=1, max_length=20)]
    cdl_holder: D20 | None = None
    cmv: D20 | None = None
    hazmat: D20 | None = None
    failure_to_answer_date: date | None = None

    @property
    def citation(self) -> CitationKey | None:
        """The ticket it names, if it does."""
        if self.agency_code is None or self.citation_number is None:
            return None
        return CitationKey(state=self.state, agency=self.agency_code, number=self.citation_number)


class ReplyBody(_Body):
    """A destination's answer. Which ticket: `message_id`, or the citation key."""

    reply_id: str = Field(min_length=1, max_length=100)
    type: ReplyType
    at: Annotated[AwareDatetime, AfterValidator(keepable)]
    message_id: str | None = Field(None, max_length=100)
    citation: CitationKey | None = None
    docket_number: Docket | None = None
    code: str | None = Field(None, max_length=40)
    text: str | None = Field(None, max_length=1000)
    amount: str | None = Field(None, pattern=r"^-?\d{1,7}\.\d{2}$")
    disposition: DispositionBody | None = None

    @model_validator(mode="after")
    def _hang_together(self) -> Self:
        if self.type in NEEDS_MESSAGE and self.message_id is None:
            raise ValueError(f"{self.type} answers a message: give its message_id.")
        if self.message_id is None and self.ticket is None:
            raise ValueError("Name the ticket: give message_id, or citation.")
        if (self.type is ReplyType.DISPOSED) != (self.disposition is not None):
            raise ValueError("A disposition comes with reply.disposed, and only with it.")
        return self

    @property
    def ticket(self) -> CitationKey | None:
        """The citation key, from the reply or from its disposition."""
        return self.citation or (self.disposition.citation if self.disposition else None)

    def to_reply(self, destination: str) -> Reply:
        """The reply of this destination."""
        said = self.model_dump(exclude={"citation", "disposition"})
        key: dict[str, Any] = self.ticket.model_dump() if self.ticket else {}
        if self.disposition is not None:
            key["disposition"] = self.disposition.model_dump(mode="json", exclude_none=True)
        return Reply(destination=destination, **said, **key)


def faults_of(malformed: ValidationError) -> str:
    """The places at fault; of a field that should not be there only its holder.

    What has no place, as when the body is not JSON at all, is called `body`.
    """
    faults = malformed.errors(include_url=False, include_input=False)
    places = {fault["loc"][:-1] if fault["type"] == _UNKNOWN else fault["loc"] for fault in faults}
    return ", ".join(sorted(".".join(map(str, place)) or "body" for place in places))


_UNKNOWN = "extra_forbidden"  # the sender's own word, which may be anything

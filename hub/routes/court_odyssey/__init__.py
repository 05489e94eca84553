"""The Vermont court on Tyler's Odyssey: ECF 4.01 `CoreFilingMessage` with a `CitationCase`.

**One table.** `core_filing.txt` has a line for every place of the message: ECF path, canonical
field, form, condition. `table.py` reads it into rows, `writer.py` compiles the rows, `forms.py`
and `codes.py` hold the third column's words and the code tables, `facts.py` the second's and
fourth's. To change what the court gets, change the table.

**What plain ECF cannot say goes as text, never silently away.** ECF 4.01 has no element for the
ways of service, the Civil Relief Act statement, fatality, seat belt, coordinates, town code,
commercial licence, place of birth, points, penalty range, waiver amount, related criminal charge
and a few more ("ext" in the profiles). An extension schema of our own would make the filing
unreadable for a court that does not know it; leaving the values out would lose them. They are
written as `label: value; label: value` in the description of the thing they belong to: of the
citation (`j:Citation/nc:ActivityDescriptionText`), of a violation (`j:CitationViolation/
nc:ActivityDescriptionText`), of the vehicle (`nc:ItemDescriptionText`). A value that holds `;` or
`"` stands in double quotes, its own quotes doubled, so the text can be read back exactly.

**Codes.** A code that the court's list lacks is written as text beside it (`codes.py`): sex X,
licence class D and unknown makes in those texts, dark brown as `nc:ConveyanceColorPrimaryText`.
Licence and plate states are spelled as NCIC LIS; a Canadian address has no USPS state, its
province is `nc:LocationStateName`.

**Agency.** `j:CitationAgency` can hold one identifier and holds the ORI; the judiciary code, which
is the key, stands at the officer's unit (`j:EnforcementOfficialUnit`).

**An organisation** is an `ecf:EntityOrganization`; what its ticket says of a person beside it
(a licence, a date of birth) stands in a participant of its own.

Source: profiles "canonical" sections 1, 5 and 7; ECF 4.01 errata 01.
"""

from functools import cache

from hub.domain.citation import Citation
from hub.domain.delivery import Shipment
from hub.domain.judgement import DocumentRecord
from hub.domain.reference import Reference
from hub.ports import Route
from hub.routes.court_odyssey.facts import CONDITIONS, facts_of
from hub.routes.court_odyssey.table import ROWS
from hub.routes.court_odyssey.writer import Writer

_ECF = "urn:oasis:names:tc:legalxml-courtfiling:schema:xsd"
_START = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<cfm:CoreFilingMessage xmlns:cfm="{_ECF}:CoreFilingMessage-4.0"'
    f' xmlns:cit="{_ECF}:CitationCase-4.0" xmlns:ecf="{_ECF}:CommonTypes-4.0"'
    ' xmlns:j="http://niem.gov/niem/domains/jxdm/4.0"'
    ' xmlns:nc="http://niem.gov/niem/niem-core/2.0"'
    ' xmlns:s="http://niem.gov/niem/structures/2.0">'
)
_END = "</cfm:CoreFilingMessage>"
_KINDS = frozenset({"infraction", "criminal", "parking"})


def takes(record: DocumentRecord) -> bool:
    """Vermont infractions, criminal citations and parking tickets."""
    return isinstance(record, Citation) and record.state == "VT" and record.document_kind in _KINDS


def render(shipment: Shipment, reference: Reference) -> bytes:
    """The filing, UTF-8. The same shipment and reference give the same bytes.

    Raises:
        TypeError: the record is none that this route takes.
    """
    citation = shipment.record
    if not isinstance(citation, Citation):
        raise TypeError(f"court.odyssey takes citations, not {type(citation).__name__}.")
    holding = frozenset(word for word, holds in CONDITIONS.items() if holds(citation))
    body = _writer(holding).write(facts_of(shipment, citation, reference))
    return f"{_START}{body}{_END}".encode()


@cache
def _writer(holding: frozenset[str]) -> Writer:
    """The writer for messages of which these conditions hold; a handful of kinds in all."""
    return Writer([row for row in ROWS if row.when <= holding])


ROUTE = Route(destination="court.odyssey", takes=takes, render=render)

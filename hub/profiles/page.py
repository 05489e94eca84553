"""The page a vendor reads before the first submission, made from a profile's field tables."""

from collections.abc import Iterable

from hub.domain.criteria import CRITERIA
from hub.profiles.code_lists import CODE_LISTS
from hub.profiles.fields import Field, Group, Profile
from hub.xml import (
    ATTRIBUTES_MAX,
    DEPTH_MAX,
    DOCUMENT_BYTES_MAX,
    DOCUMENTS_MAX,
    SUBMISSION_BYTES_MAX,
)

_MIB = 1024 * 1024
_VALUES = """\
1. A value is the concatenated text of the element; comments and processing instructions in it are
   dropped, CDATA is plain text.
2. It is brought to Unicode NFC and trimmed; a run of white space (space, tab, CR, LF, no-break
   space) becomes one space. White space only is blank.
3. The length in characters is checked after that, then pattern, list or type. One finding for each
   value: S106 (too long) wins over those, S109 (forbidden character) over all.
4. Leading zeros are part of a value. Codes, tokens, flags, dates and numbers are case-sensitive.
5. In a list marked NCIC a digit 0 is read as letter O, with warning N610.
"""
_TABLES = """\
One row for each element or `@attribute`, in the order of the file. *Occurs* is how often it must
and may stand there (`n` is any number), *Blank* whether it may be empty, *Longest* its characters
at most, *Record* the name that findings call it by.

| Type | A value is | Else |
| --- | --- | --- |
| `group` | none: the element holds others | S102 |
| `text` | any text | |
| `token /…/` | text that the pattern matches from end to end | S104 |
| `code LIST` | one of the list, see Code lists | S105 |
| `date.us` | a date MM/DD/YYYY, 1900 to 2099 | S107 |
| `time.hm` | a time HH:MM, 00:00 to 23:59 | S107 |
| `int A..B` | a whole number from A to B, digits only | S107 |
| `dec A..B /N` | a number from A to B, at most N decimals after a point | S107 |
| `flag.yn` | Y or N | S107 |
| `pdf` | a PDF file as base64 | S107 |
"""


def vendor_page(profile: Profile) -> str:
    """The page as Markdown: layout, values, limits, field tables, code lists, criteria."""
    sections = [
        f"# Profile `{profile.source}`: {profile.title}\n\n{profile.notes}",
        f"The same as an XML schema: `GET /v1/profiles/{profile.source}/schema.xsd`.\n",
        f"## Values\n\n{_VALUES}",
        f"## Encodings and limits\n\n{_limits(profile)}",
        f"## How to read the tables\n\n{_TABLES}",
        *(_fields(group) for group in (profile.envelope, *profile.parts.values())),
        f"## Code lists\n\n{_code_lists(profile)}",
        f"## Acceptance criteria\n\n{_criteria(profile)}",
    ]
    return "\n".join(sections)


def _limits(profile: Profile) -> str:
    return (
        f"- Versions: {', '.join(profile.versions)}\n"
        f"- Encodings: {', '.join(profile.encodings)}; none declared means UTF-8\n"
        f"- Submission: {SUBMISSION_BYTES_MAX // _MIB} MiB and {DOCUMENTS_MAX:,} documents\n"
        f"- Document: {DOCUMENT_BYTES_MAX // _MIB} MiB as UTF-8\n"
        f"- Elements: {DEPTH_MAX} levels deep, {ATTRIBUTES_MAX} attributes on one\n"
        "- No DOCTYPE at all\n"
    )


def _fields(group: Group) -> str:
    header = ("Path", "Meaning", "Type", "Longest", "Occurs", "Blank", "Record")
    rows = [_row(row) for row in group.fields()]
    return f"## Table `{group.name}`\n\n{_table(header, rows)}"


def _row(row: Field) -> tuple[str, ...]:
    return (
        f"`{row.path}`",
        row.meaning,
        f"`{row.type}`",
        f"{row.length_max:,}" if row.has_length_max else "",
        _occurs(row),
        "yes" if row.may_be_blank else "no",
        row.record,
    )


def _occurs(row: Field) -> str:
    if row.least == row.most:
        return str(row.least)
    return f"{row.least}..{row.most if row.is_bounded else 'n'}"


def _code_lists(profile: Profile) -> str:
    groups = (profile.envelope, *profile.parts.values())
    used = {row.type.partition(" ")[2] for group in groups for row in group.fields()}
    lists = [codes for codes in CODE_LISTS.values() if codes.name in used]
    rows = [
        (f"`{codes.name}`", "NCIC" if codes.is_ncic else "", " ".join(codes.values))
        for codes in lists
    ]
    return _table(("List", "", "Values"), rows)


def _criteria(profile: Profile) -> str:
    rows = [
        (row.code, row.severity, row.message, row.hint)
        for row in CRITERIA.values()
        if row.sources == "*" or profile.letter in row.sources.split(", ")
    ]
    return _table(("Code", "Severity", "Message", "Hint"), rows)


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [header, ("---",) * len(header), *rows]
    return "".join(f"| {' | '.join(map(_cell, line))} |\n" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", r"\|")

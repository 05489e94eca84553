"""Quoting the line of a file a finding points at, with personal values masked."""

import codecs
import re

from hub.domain.findings import Finding

MASK = "•••"
_SHOWN_CHARACTERS = 110

# the last part of canonical names whose value names nobody; everything else is masked
_OPEN = frozenset(
    {
        "accident",
        "actual_mph",
        "agency_code",
        "agency_ori",
        "answer_by",
        "appearance_at",
        "arrived_at",
        "citation_number",
        "color_code",
        "court_code",
        "crash_at",
        "device",
        "document_kind",
        "fatality",
        "hazmat",
        "injured_count",
        "issued_at",
        "killed_count",
        "license_class",
        "make_code",
        "manner",
        "model_year",
        "municipality_code",
        "officer_id",
        "penalty_max",
        "penalty_min",
        "points",
        "posted_mph",
        "report_number",
        "reported_at",
        "seat_belt",
        "served_by",
        "severity",
        "statute_type",
        "style_code",
        "unit_count",
        "unit_number",
        "violation_at",
        "violation_code",
        "waiver_amount",
    }
)
_VALUE = re.compile(r">[^<>]+<")
_ATTRIBUTE = re.compile(r"=(\"[^\"]*\"|'[^']*')")


def lines_of(raw: bytes) -> list[str]:
    """The file's lines, for showing; bytes that do not fit its encoding become U+FFFD."""
    encoding = "utf-8-sig"
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif b"windows-1252" in raw[:200].lower():
        encoding = "windows-1252"
    return raw.decode(encoding, errors="replace").split("\n")


def quote(finding: Finding, lines: list[str]) -> str | None:
    """The line as it stands in the file, its values masked when the field is personal."""
    if finding.line is None or finding.path is None or finding.line > len(lines):
        return None
    line = lines[finding.line - 1].strip()
    if finding.field.rpartition(".")[2] not in _OPEN:
        line = _VALUE.sub(f">{MASK}<", line)
        line = _ATTRIBUTE.sub(f'="{MASK}"', line)
        line = line if line.startswith("<") and line.endswith(">") else f"<{MASK}>"
    return line if len(line) <= _SHOWN_CHARACTERS else f"{line[:_SHOWN_CHARACTERS]}…"

"""Write anew what is published from tables: the schemas of `xsd/` and the page of the court."""

from pathlib import Path

from hub.profiles import PROFILES
from hub.profiles.schema import schema_text
from hub.routes.court_odyssey.table import ROWS, Row
from hub.routes.rms_spillman import schema as spillman

ROOT = Path(__file__).parents[1]
_COURT_PAGE = """\
# What `court.odyssey` gets, place by place

For whoever reads the message at the court. It is an ECF 4.01 `CoreFilingMessage`; each row is a
place below its root, in the order of the message. A place is written when its field has a value;
`-` is always there. A form in quotes is that very text. A last step in quotes is a label in the
text of its place: `label: value; label: value`. `[]` after an element: once for each violation;
`[word]` tells equal elements apart. Fields are those of `hub check --records`, and a few derived
ones.

Made by `make published` from `hub/routes/court_odyssey/core_filing.txt`; `hub render --destination
court.odyssey` shows a whole message. What the table cannot say stands in
`hub/routes/court_odyssey/__init__.py`.

| Place | Field | Form | Only when |
| --- | --- | --- | --- |
"""


def published() -> dict[str, str]:
    """Each published file's path in the repository, and its text."""
    files = {
        f"xsd/{source}/{profile.versions[-1]}/{source}.xsd": schema_text(profile)
        for source, profile in PROFILES.items()
    }
    files["xsd/rms-spillman/1.0/rms-spillman.xsd"] = spillman.schema_text()
    files["docs/COURT_ODYSSEY.md"] = _COURT_PAGE + "".join(map(_line, ROWS))
    return files


def _line(row: Row) -> str:
    cells = (f"`{row.path}`", row.field, row.form, " and ".join(sorted(row.when)))
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def main() -> None:
    """Write each file and name it."""
    for name, text in published().items():
        path = ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(name)


if __name__ == "__main__":
    main()

"""The published source profiles: field tables as data, and what is made from them."""

from collections.abc import Mapping
from importlib.resources import files

from hub.profiles.fields import UNBOUNDED, Particle, Profile, read_table


def _tracs() -> Profile:
    shared = {"Individual": "defendant", "Vehicle": "vehicle", "Location": "location"}
    parts = read_table("tracs", shared)
    return Profile(
        source="tracs",
        letter="t",
        title="TraCS export",
        state="VT",
        versions=("2.0", "2.1"),
        encodings=("windows-1252", "utf-8", "utf-16"),
        documents=("Form", "CrashForm"),
        envelope=parts.pop("TraCSExport").groups["TraCSExport"],
        parts=parts,
        contents={
            "Contact": (
                Particle(("CommonInformation",), 0, 1),
                Particle(("Form", "CrashForm"), 1, UNBOUNDED),
            ),
            "CommonInformation": (Particle(("Individual", "Vehicle", "Location"), 0, UNBOUNDED),),
        },
        notes=files("hub.profiles").joinpath("tracs.md").read_text(encoding="utf-8"),
    )


PROFILES: Mapping[str, Profile] = {"tracs": _tracs()}
"""Every profile by its source."""

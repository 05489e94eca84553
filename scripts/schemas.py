"""Write the schemas of `xsd/` anew from the field tables in `hub/profiles/`."""

from pathlib import Path

from hub.profiles import PROFILES
from hub.profiles.schema import schema_text

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Write each profile's newest schema and name it."""
    for source, profile in PROFILES.items():
        path = ROOT / "xsd" / source / profile.versions[-1] / f"{source}.xsd"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(schema_text(profile), encoding="utf-8")
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()

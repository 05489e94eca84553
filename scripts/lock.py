"""Write the hashed locks in requirements/, or check that they are current.

The first line of a lock holds a digest of the tables it was compiled from, so checking needs no
network and no registry. Pins stay as they are unless `--upgrade` is given.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
EVERYTHING = ("pyproject.toml", "--all-extras")
LOCKS = {
    "hub.txt": EVERYTHING,
    "dev.txt": (*EVERYTHING, "--group", "dev", "--constraint", "requirements/hub.txt"),
    "uv.txt": ("--group", "installer", "--constraint", "requirements/dev.txt"),
}
"""Each lock's arguments to `uv pip compile`; hub runs, dev works on it, uv installs either."""

FLAGS = (
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-annotate",
    "--no-header",
    "--quiet",
)


def inputs_digest(pyproject: str) -> str:
    """The sha256 of every table of pyproject.toml that decides what is installed."""
    document = tomllib.loads(pyproject)
    project = document["project"]
    tables = [
        project["requires-python"],
        project["dependencies"],
        project["optional-dependencies"],
        document["dependency-groups"],
    ]
    return hashlib.sha256(json.dumps(tables, sort_keys=True).encode()).hexdigest()


def header(pyproject: str) -> str:
    """The first line of every lock."""
    return f"# Written by `make lock`; inputs sha256:{inputs_digest(pyproject)}\n"


def stale_locks(root: Path) -> list[str]:
    """The locks that were not compiled from the present pyproject.toml."""
    expected = header((root / "pyproject.toml").read_text(encoding="utf-8"))
    return [name for name in LOCKS if _first_line(root / "requirements" / name) != expected]


def _first_line(lock: Path) -> str:
    with lock.open(encoding="utf-8") as lines:
        return lines.readline()


def write_lock(name: str, extra_flags: tuple[str, ...]) -> None:
    """Compile one lock and put the header on top of it.

    Raises:
        CalledProcessError: uv found no set of versions, or reached no registry.
    """
    lock = ROOT / "requirements" / name
    uv = Path(sys.executable).with_name("uv")
    arguments = [*LOCKS[name], *FLAGS, *extra_flags, f"--output-file={lock}"]
    subprocess.run(
        [uv, "pip", "compile", *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
    )
    pins = lock.read_text(encoding="utf-8")
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lock.write_text(header(pyproject) + pins, encoding="utf-8")


def main() -> int:
    """Run the command line; 1 when a lock is stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say whether they are current")
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions")
    arguments = parser.parse_args()
    if arguments.check:
        stale = stale_locks(ROOT)
        for name in stale:
            print(f"requirements/{name} is older than pyproject.toml: run `make lock`.")
        return 1 if stale else 0
    for name in LOCKS:
        write_lock(name, ("--upgrade",) if arguments.upgrade else ())
    return 0


if __name__ == "__main__":
    sys.exit(main())

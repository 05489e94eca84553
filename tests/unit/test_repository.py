"""The workshop: locks, papers, targets, and what must not be in a tracked file."""

import re
import subprocess
from pathlib import Path

import pytest
import typer

from hub.cli import build
from scripts.lint.function_lengths import function_lengths
from scripts.lock import LOCKS, inputs_digest, stale_locks
from scripts.published import published

ROOT = Path(__file__).parents[2]
TRACKED_BYTES_MAX = 500_000
REGISTRY = re.compile(
    r"\b(pypi|files\.pythonhosted|deb\.debian|security\.debian|registry\.npmjs|proxy\.golang)"
    r"\.(org|io)\b"
)
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
PAPERS = sorted(ROOT.glob("*.md")) + sorted(ROOT.glob("docs/**/*.md"))


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def commands() -> set[str]:
    tree = typer.main.get_command(build())
    names = set()
    for name, command in getattr(tree, "commands", {}).items():
        names |= {f"{name} {below}" for below in getattr(command, "commands", {})} or {name}
    return names


def test_locks_are_current() -> None:
    assert stale_locks(ROOT) == []


def test_a_new_dependency_makes_every_lock_stale(tmp_path: Path) -> None:
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (tmp_path / "requirements").mkdir()
    for name in LOCKS:
        (tmp_path / "requirements" / name).write_bytes((ROOT / "requirements" / name).read_bytes())
    changed = pyproject.replace('dependencies = [\n  "', 'dependencies = [\n  "left-out",\n  "', 1)
    (tmp_path / "pyproject.toml").write_text(changed, encoding="utf-8")

    assert stale_locks(tmp_path) == list(LOCKS)


def test_the_digest_of_a_lock_ignores_what_is_not_installed() -> None:
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")

    assert inputs_digest(pyproject) == inputs_digest(pyproject + "\n[tool.other]\nline = 1\n")


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_pins_by_hash_and_names_no_address(name: str) -> None:
    lock = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    pins = re.split(r"\n(?=[a-z])", lock.partition("\n")[2])

    assert all("==" in pin and "--hash=sha256:" in pin for pin in pins)
    assert "://" not in lock
    assert "--index" not in lock


def test_what_is_published_is_made_from_its_table() -> None:
    texts = published().items()
    stale = [name for name, text in texts if (ROOT / name).read_text(encoding="utf-8") != text]

    assert stale == [], "run `make published`"


def test_every_schema_is_published() -> None:
    schemas = {str(path.relative_to(ROOT)) for path in ROOT.glob("xsd/**/*.xsd")}

    assert schemas <= published().keys()


def test_no_tracked_file_names_a_registry_or_this_machine() -> None:
    here = (str(ROOT), str(ROOT.parent / "shared"))
    found = []
    for path in tracked():
        text = path.read_bytes().decode("utf-8", "replace")
        if REGISTRY.search(text) or any(place in text for place in here):
            found.append(str(path.relative_to(ROOT)))

    assert found == []


def test_no_tracked_file_is_large() -> None:
    large = [path.name for path in tracked() if path.stat().st_size > TRACKED_BYTES_MAX]

    assert large == []


def test_help_shows_every_target() -> None:
    shown = subprocess.run(
        ["make", "--silent", "help"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout

    assert set(re.findall(r"^  make (\w+)", shown, re.MULTILINE)) == TARGETS


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_target_a_paper_names_exists(paper: Path) -> None:
    named = re.findall(r"(?:`|^ *)make ([a-z]+)", paper.read_text(encoding="utf-8"), re.MULTILINE)

    assert set(named) <= TARGETS


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_command_a_paper_names_exists(paper: Path) -> None:
    known = commands()
    pairs = re.findall(
        r"(?:`|\.venv/bin/)hub ([a-z]+)(?: ([a-z]+)\b)?", paper.read_text(encoding="utf-8")
    )

    assert [pair for pair in pairs if known.isdisjoint({pair[0], " ".join(pair)})] == []


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_link_of_a_paper_leads_somewhere(paper: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", paper.read_text(encoding="utf-8"))

    assert [link for link in links if not (paper.parent / link).exists()] == []


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_path_a_paper_names_exists(paper: Path) -> None:
    named = re.findall(
        r"`((?:hub|tests|docs|scripts|xsd|migrations|deploy|bench)/[\w./-]*)`",
        paper.read_text(encoding="utf-8"),
    )

    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_map_of_the_code_names_every_room() -> None:
    paper = (ROOT / "docs/ARCHITECTURE.md").read_text(encoding="utf-8")
    rooms = {
        f"hub/{one.name}/" if one.is_dir() else f"hub/{one.name}"
        for one in (ROOT / "hub").iterdir()
        if (one.suffix == ".py" or (one / "__init__.py").exists()) and not one.name.startswith("__")
    }

    assert [
        room for room in sorted(rooms) if f"| `{room}`" not in paper.replace("` `", "` | `")
    ] == []


def test_operators_can_read_up_every_warning_and_error_of_the_log() -> None:
    logged = re.compile(r"log\.(?:warning|error)\(\s*\"([\w.]+)\"")
    events = {
        event
        for path in (ROOT / "hub").rglob("*.py")
        if "testing" not in path.parts
        for event in logged.findall(path.read_text(encoding="utf-8"))
    }
    paper = (ROOT / "docs/OPERATING.md").read_text(encoding="utf-8")

    assert [event for event in sorted(events) if f"`{event}`" not in paper] == []


def test_a_function_is_measured_from_def_to_its_last_line() -> None:
    source = "def short():\n    pass\n\nasync def long():\n" + "    pass\n" * 60

    assert list(function_lengths(source)) == [(2, 1, "short"), (61, 4, "long")]

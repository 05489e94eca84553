"""The wheel carries everything it needs: unpacked into an empty folder, the hub works from it."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = ["build", "--wheel", "--no-build-isolation", "--quiet", "--out-dir", str(folder)]
    subprocess.run([Path(sys.executable).with_name("uv"), *build], cwd=ROOT, check=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(site)}
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=site, env=environment, capture_output=True, text=True, check=False
    )


def test_the_hub_comes_from_the_wheel_and_not_from_the_checkout(unpacked: Path) -> None:
    result = run(unpacked, "-c", "import hub; print(hub.__file__)")

    assert Path(result.stdout.strip()).is_relative_to(unpacked)


def test_check_works_from_the_wheel(unpacked: Path) -> None:
    sample = unpacked / "hub" / "testing" / "samples" / "tracs" / "02-criminal.xml"

    result = run(unpacked, "-m", "hub", "check", "--source", "tracs", str(sample))

    assert result.returncode == 0, result.stderr
    assert "1 in all: 1 accepted" in result.stdout


def test_the_demo_works_from_the_wheel(unpacked: Path) -> None:
    result = run(unpacked, "-m", "hub", "demo")

    assert result.returncode == 0, result.stderr
    assert result.stdout.rstrip().endswith("each once.")


def test_the_schema_travels_in_the_wheel(unpacked: Path) -> None:
    result = run(unpacked, "-m", "hub", "profile", "xsd", "tracs")

    assert result.stdout.strip() == (ROOT / "xsd/tracs/2.1/tracs.xsd").read_text().strip()

"""Files of the corpus that break no field table."""

from pathlib import Path

import pytest

_TRACS = Path(__file__).parents[2] / "corpus" / "tracs"


@pytest.fixture(params=sorted(_TRACS.glob("valid-*.xml")), ids=lambda path: path.stem)
def corpus_file(request: pytest.FixtureRequest) -> str:
    """The path of a valid file."""
    return str(request.param)

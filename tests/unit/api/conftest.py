"""A living hub on the embedded default, in a directory of the test's own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.living import LivingHub, living_hub


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[LivingHub]:
    async with living_hub(f"sqlite:///{tmp_path / 'hub.db'}") as living:
        yield living

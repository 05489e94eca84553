"""A living hub on the embedded default, on its own copy of one prepared database."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.living import LivingHub, living_hub, prepare

Prepared = tuple[Path, dict[str, str]]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """A database file, ready to be copied, and the keys of its clients."""
    path = tmp_path_factory.mktemp("prepared") / "hub.db"
    return path, asyncio.run(prepare(f"sqlite:///{path}"))


@pytest.fixture
async def hub(prepared: Prepared, tmp_path: Path) -> AsyncIterator[LivingHub]:
    template, keys = prepared
    path = shutil.copy(template, tmp_path / "hub.db")
    async with living_hub(f"sqlite:///{path}", keys) as living:
        yield living

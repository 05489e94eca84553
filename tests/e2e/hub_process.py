"""The hub and the toy court as processes of their own, started, watched and killed by tests."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

START_SECONDS = 60


@dataclass
class HubProcess:
    """`hub ...` as a child process; lines of its standard output are the signals to wait for."""

    process: asyncio.subprocess.Process
    line: str

    async def kill(self) -> None:
        """kill -9: no goodbye."""
        self.process.kill()
        await self.process.wait()

    async def end(self) -> int:
        """SIGTERM, and wait for the clean end; gives the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), START_SECONDS)

    async def read_line(self) -> str:
        """The next line of standard output; empty at the end."""
        assert self.process.stdout is not None
        return (await self.process.stdout.readline()).decode().strip()


async def start(environment: Mapping[str, str], *arguments: str) -> HubProcess:
    """Start `hub ARGUMENTS` and wait for its first line."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "hub",
        *arguments,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), START_SECONDS)
    return HubProcess(process, line.decode().strip())


@asynccontextmanager
async def running(environment: Mapping[str, str], *arguments: str) -> AsyncIterator[HubProcess]:
    """The same, ended when the block ends."""
    started = await start(environment, *arguments)
    try:
        yield started
    finally:
        with contextlib.suppress(ProcessLookupError):
            started.process.kill()
        await started.process.wait()


async def run(environment: Mapping[str, str], *arguments: str) -> str:
    """Run `hub ARGUMENTS` to its end and give its standard output; it must succeed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "hub",
        *arguments,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await asyncio.wait_for(process.communicate(), START_SECONDS)
    assert process.returncode == 0, f"hub {' '.join(arguments)} failed"
    return output.decode()

"""The hub under `scripts/stack.py` is asked to end, and waited for."""

import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

HUB = """
import signal, sys
def end(*_):
    print("ended cleanly", flush=True)
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
print("ready", flush=True)
signal.pause()
"""
STACK = f"""
import os, signal, sys
from scripts.stack import run
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
run([sys.executable, "-c", {HUB!r}], os.environ)
print("servers end", flush=True)
"""


def test_the_hub_has_ended_cleanly_before_its_servers_end() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STACK], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as stack:
        assert stack.stdout is not None
        assert stack.stdout.readline() == "ready\n"

        stack.send_signal(signal.SIGTERM)

        assert stack.stdout.read() == "ended cleanly\nservers end\n"
    assert stack.returncode == 0

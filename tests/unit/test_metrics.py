"""Metrics of a process without a door, at a port of its own."""

import socket

import httpx2
import pytest

from hub import metrics


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_a_part_without_a_door_shows_what_it_counts_until_it_ends() -> None:
    port = free_port()

    with metrics.shown("127.0.0.1", port):
        text = httpx2.get(f"http://127.0.0.1:{port}/metrics").text

    assert "hub_published_total" in text
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(f"http://127.0.0.1:{port}/metrics")


def test_without_a_port_nothing_listens() -> None:
    with metrics.shown("127.0.0.1", 0):
        assert metrics.exposition()


def test_a_port_in_use_is_an_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with (
            pytest.raises(OSError, match="in use"),
            metrics.shown("127.0.0.1", taken.getsockname()[1]),
        ):
            pass

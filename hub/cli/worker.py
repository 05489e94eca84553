"""`hub worker`: only the workers: messages are pushed to receivers, replies are taken."""

from hub.bootstrap.node import Part
from hub.cli.run import work


def worker() -> None:
    """Run only the workers, which push messages and take replies, until they are told to stop."""
    work(Part.WORKER)

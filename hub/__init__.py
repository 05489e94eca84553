"""Citation hub: takes electronic tickets in, judges them, and routes them to the court."""

__version__ = "0.1.0"

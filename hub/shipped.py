"""Where the files that travel with the hub lie: schemas and migrations.

In a checkout they are top-level folders; in a wheel they lie inside the package.
"""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def shipped(folder: str) -> Path:
    """The directory of a shipped top-level folder, such as `xsd` or `migrations`."""
    inside = _PACKAGE / "_shipped" / folder
    return inside if inside.is_dir() else _PACKAGE.parent / folder

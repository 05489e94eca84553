"""Fail on a function over 60 lines; report the median and the 95th percentile.

The house's goal is a median of 8 and a 95th percentile of 30. The length runs from `def` to the
last line, docstring included.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
MAX_LINES = 60


def function_lengths(source: str) -> Iterator[tuple[int, int, str]]:
    """Length, line and name of every function of a module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            yield length, node.lineno, node.name


def main() -> int:
    """Report on hub/; 1 when a function is too long."""
    found = sorted(
        (length, f"{path.relative_to(ROOT)}:{line} {name}")
        for path in (ROOT / "hub").rglob("*.py")
        for length, line, name in function_lengths(path.read_text(encoding="utf-8"))
    )
    lengths = [length for length, _ in found]
    median, p95 = lengths[len(lengths) // 2], lengths[len(lengths) * 95 // 100]
    print(
        f"{len(lengths)} functions: median {median}, 95th percentile {p95}, longest {lengths[-1]}"
    )
    too_long = [(length, where) for length, where in found if length > MAX_LINES]
    for length, where in too_long:
        print(f"{where}: {length} lines, more than {MAX_LINES}")
    return 1 if too_long else 0


if __name__ == "__main__":
    sys.exit(main())

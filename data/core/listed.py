"""The rows behind a chart, as they are had: some at a time."""

from collections.abc import Callable
from dataclasses import dataclass

from models.metrics import Row


@dataclass(frozen=True)
class Listed:
    """How many rows there are, and how some of them are had: so many from one place on."""

    total: int
    some: Callable[[int, int], list[Row]]

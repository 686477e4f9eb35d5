"""What an import did, in figures that add up."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

Progress = Callable[[int, int], None]  # done so far, of how many


def unwatched(_done: int, _total: int) -> None:
    """Nobody looks."""


@dataclass
class Sums:
    """Of the rows below the header: read = imported + merged + rejected.

    `imported` began a ticket, or another thing of its own; `merged` became part of one that was begun, or said again
    what is there already; `rejected` are bad, by reason. The others count what the import added to the desk.
    """

    read: int = 0
    imported: int = 0
    merged: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    rejects: Path | None = None  # where the rejected rows were written, once there is one
    tickets: int = 0
    clients: int = 0
    contacts: int = 0
    products: int = 0
    technicians: int = 0
    other_staff: int = 0
    calendars: int = 0
    targets: int = 0
    documents: int = 0
    articles: int = 0
    calls: int = 0
    codes: int = 0  # access codes that clients have not been told yet

    def count(self, *, new: bool) -> None:
        self.imported += new
        self.merged += not new

    @property
    def bad(self) -> int:
        return self.rejected.total()

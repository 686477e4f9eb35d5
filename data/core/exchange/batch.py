"""One import on its way: the file, its rows put aside, and the sums so far."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum, auto
from pathlib import Path
from typing import NamedTuple, TypeVar

from data.core import clock
from data.core.desk import OpenDesk
from data.core.exchange import source
from data.core.exchange.rejects import Bad, Rejects, rejects
from data.core.exchange.spool import Spool, Spooled, spool
from data.core.exchange.sums import Progress, Sums, unwatched
from models.client import StarLevel

R = TypeVar("R")

CLOCKS_DIFFER = timedelta(minutes=5)  # between the desk that wrote the file and this one


class Preset(StrEnum):
    """The shapes of file that we know."""

    SERVICENOW = auto()
    GUICHET = auto()


@dataclass
class Batch:
    path: Path
    preset: Preset
    header: list[str]
    sums: Sums
    rejects: Rejects
    spool: Spool
    stars: dict[str, StarLevel] = field(default_factory=dict)  # by client, where it is not ★3
    progress: Progress = unwatched
    begun_at: datetime = field(default_factory=clock.now)
    articles: dict[int, int] = field(default_factory=dict)  # the ids here, by the numbers of the file
    products_before: int | None = None  # the last place that a product had before those of the file
    stopped_at: datetime | None = None  # when the last run over the same file was, where it was stopped

    def require_past(self, at: datetime) -> None:
        """Raises Bad: what has not happened yet would be counted on days that are still to come."""
        if at > self.begun_at + CLOCKS_DIFFER:
            raise Bad("a moment in the future")

    def reject_surplus(self, row: Spooled) -> None:
        self.rejects.add(row.line, "more rows than a ticket may have", row.cells)

    def good_rows(
        self, columns: Sequence[str], read: Callable[[int, list[str], Mapping[str, str]], R]
    ) -> Iterator[tuple[int, list[str], R]]:
        """The line, the cells and what was read of each good row; what is Bad goes to the rejects, and all count."""
        for line, cells, row in source.lines(self.path, columns, self.progress):
            self.sums.read += 1
            try:
                if row is None:
                    raise Bad("not as many fields as columns" if cells else "a cell that is too long or broken")
                found = read(line, cells, row)
            except Bad as bad:
                self.rejects.add(line, str(bad), cells)
            else:
                yield line, cells, found


class Part(NamedTuple):
    """What one transaction writes: of how many rows, and how; None where all of it is there already. What needs no
    transaction was done before."""

    rows: int
    write: Callable[[OpenDesk], None] | None


@contextmanager
def batch(
    path: Path, preset: Preset, stars: dict[str, StarLevel] | None = None, progress: Progress = unwatched
) -> Iterator[Batch]:
    """Raises Refused for a file that cannot be read, or has no header."""
    header, sums = source.header(path), Sums()
    with rejects(path, header, sums) as rejected, spool() as rows:
        yield Batch(path, preset, header, sums, rejected, rows, stars or {}, progress)

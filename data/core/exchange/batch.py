"""One import on its way: the file, its rows put aside, and the sums so far."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum, auto
from pathlib import Path

from data.core.exchange import source
from data.core.exchange.rejects import Rejects, rejects
from data.core.exchange.spool import Spool, spool
from data.core.exchange.sums import Progress, Sums, unwatched
from models.client import StarLevel


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


@contextmanager
def batch(
    path: Path, preset: Preset, stars: dict[str, StarLevel] | None = None, progress: Progress = unwatched
) -> Iterator[Batch]:
    """Raises Refused for a file that cannot be read, or has no header."""
    header, sums = source.header(path), Sums()
    with rejects(path, header, sums) as rejected, spool() as rows:
        yield Batch(path, preset, header, sums, rejected, rows, stars or {}, progress)

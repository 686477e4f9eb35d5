"""Reads which client has which programme: a CSV file with the columns client and stars."""

from pathlib import Path

from data.core.exchange import source
from data.core.exchange.sums import unwatched
from models import writing
from models.client import StarLevel
from models.errors import Refused

_LEVELS = {"3": StarLevel.THREE, "4": StarLevel.FOUR, "5": StarLevel.FIVE}


def read(path: Path) -> dict[str, StarLevel]:
    """Raises Refused for a line that is no client with 3, 4 or 5 stars, or names a client again with others."""
    stars: dict[str, StarLevel] = {}
    for line, _, row in source.lines(path, ("client", "stars"), unwatched):
        level = _LEVELS.get(row["stars"].strip().strip("★")) if row else None
        name = writing.line(row["client"], 200) if row else ""
        if level is None or not name or stars.setdefault(name, level) != level:
            raise Refused("{file}, line {line}: not one client with 3, 4 or 5 stars.", file=path.name, line=line)
    return stars

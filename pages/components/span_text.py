"""Lengths of opening time as people write them: "4", "4 h", "1 h 30", "1:30", "90 min", "1,5"."""

import re
from datetime import timedelta

from models.errors import Refused

_PATTERNS = (
    re.compile(r"(?P<h>\d+(?:[.,]\d+)?)\s*(?:h|hours?|heures?)?"),
    re.compile(r"(?P<h>\d+)\s*(?:h|:|hours?|heures?)\s*(?P<m>[0-5]?\d)\s*(?:min|m|minutes?)?"),
    re.compile(r"(?P<m>\d+)\s*(?:min|m|minutes?)"),
)
_MINUTE = timedelta(minutes=1)


def read(row: str, text: str) -> timedelta:
    """Raises Refused naming the row when it is no length of time, or nothing."""
    asked = " ".join(text.lower().split())
    for pattern in _PATTERNS:
        if found := pattern.fullmatch(asked):
            parts = found.groupdict()
            hours = float((parts.get("h") or "0").replace(",", "."))
            if span := timedelta(hours=hours, minutes=int(parts.get("m") or 0)):
                return span
    raise Refused("{row}: “{text}” is no length of time. Write hours such as 4 h or 1 h 30.", row=row, text=text)


def written(span: timedelta) -> str:
    """To the minute where it is whole minutes, as targets are: "4 h", "1 h 30", "45 min"."""
    hours, minutes = divmod(span // _MINUTE, 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes:02}" if minutes else f"{hours} h"

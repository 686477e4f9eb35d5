"""Opening hours as people write them: "09:00–12:30, 13:30–18:00", "9h-12h30 et 14h-18h", "22:00–06:00"."""

import re
from collections.abc import Sequence
from datetime import timedelta

from models.errors import Refused
from pages.components.text import _, time_left

_TIME = r"(\d{1,2})\s*(?:[:.hH]\s*(\d{2})?)?(?!\d)|(\d{2})(\d{2})(?!\d)"
_INTERVAL = re.compile(rf"(?<!\d)(?:{_TIME})\s*(?:[-–—−~→]|à|to|until|jusqu.à)\s*(?:{_TIME})")
_BETWEEN = re.compile(r"(?:[\s,;/+&|.]|and|et|puis|then)*")
_CLOSED = {"", "-", "–", "—", "0", "closed", "fermé", "ferme"}
_DAY = timedelta(days=1)


def read(row: str, text: str) -> list[list[str]]:
    """The intervals as a calendar keeps them. Raises Refused naming the row when something is no interval."""
    if text.strip().lower() in _CLOSED:
        return []
    rest = _INTERVAL.sub("", text)
    if not _BETWEEN.fullmatch(rest.lower()):
        raise Refused(
            "{row}: “{text}” cannot be read. Write hours such as 09:00–12:30, 13:30–18:00.", row=row, text=text
        )
    return [_interval(row, found) for found in _INTERVAL.finditer(text)]


def written(intervals: Sequence[Sequence[str]]) -> str:
    return ", ".join(f"{opens}–{closes}" for opens, closes in intervals)


def told(intervals: Sequence[Sequence[str]]) -> str:
    """How much is open, and in words what runs into the next day."""
    if not intervals:
        return _("closed")
    spans = [(opens, closes, _minutes(closes) - _minutes(opens)) for opens, closes in intervals]
    total = sum((span if span > timedelta() else span + _DAY for _o, _c, span in spans), timedelta())
    nights = [
        _("{opens} until {closes} the next day", opens=opens, closes=closes)
        for opens, closes, span in spans
        if span <= timedelta()
    ]
    return " · ".join([time_left(total), *nights])


def _interval(row: str, found: re.Match[str]) -> list[str]:
    parts = found.groups()
    return [_time(row, parts[:4]), _time(row, parts[4:])]


def _time(row: str, parts: Sequence[str | None]) -> str:
    hour, minute = int(parts[0] or parts[2] or 0), int(parts[1] or parts[3] or 0)
    if hour * 60 + minute > 24 * 60 or minute > 59:
        raise Refused("{row}: {time} is no time of day.", row=row, time=f"{hour:02}:{minute:02}")
    return f"{hour:02}:{minute:02}"


def _minutes(text: str) -> timedelta:
    hour, minute = text.split(":")
    return timedelta(hours=int(hour), minutes=int(minute))

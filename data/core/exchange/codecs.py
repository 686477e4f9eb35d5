"""How each type of value stands in a cell of Guichet's own CSV file.

Moments are ISO 8601 in UTC, targets whole seconds or with their fraction, choices the words of the database.
"""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from enum import Enum, IntEnum, StrEnum
from typing import Any, NamedTuple

from models.client import StarLevel

_LARGEST = 2**31 - 1  # an integer column of PostgreSQL takes no more


class Codec(NamedTuple):
    """How a value is written and read; an empty cell is None, but for plain text."""

    write: Callable[[Any], str]
    read: Callable[[str], Any]


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None or not 1970 <= at.year < 2200:
        raise ValueError(text)
    return at.astimezone(UTC)


def _span(value: timedelta) -> str:
    seconds, rest = divmod(value // timedelta(microseconds=1), 1_000_000)
    return f"{seconds}.{rest:06d}" if rest else str(seconds)


def _read_span(text: str) -> timedelta:
    seconds, _, rest = text.partition(".")
    value = timedelta(seconds=int(seconds), microseconds=int(f"{rest:0<6}"[:6]))
    if not timedelta() <= value < timedelta(days=3660):
        raise ValueError(text)
    return value


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_LARGEST)) and int(text) <= _LARGEST):
        raise ValueError(text)
    return int(text)


def one_of(options: type[Enum]) -> Codec:
    """By value or, where the value is a number of no meaning outside, by name."""
    if options is not StarLevel and issubclass(options, IntEnum):
        return Codec(lambda one: one.name.lower(), lambda text: options[text.upper()])
    kind = int if issubclass(options, int) else str
    return Codec(lambda one: str(one.value), lambda text: options(kind(text)))


def some_of(options: type[StrEnum]) -> Codec:
    """Several of them, with a blank between; none is an empty cell."""
    return Codec(" ".join, lambda text: frozenset(map(options, text.split())))


TEXT = Codec(str, str)
MOMENT = Codec(lambda at: at.astimezone(UTC).isoformat().replace("+00:00", "Z"), _moment)
SPAN = Codec(_span, _read_span)
WHOLE = Codec(str, _whole)
FLAG = Codec(lambda flag: "yes" if flag else "no", lambda text: {"yes": True, "no": False}[text])
DOCUMENT = Codec(lambda value: json.dumps(value, ensure_ascii=False), json.loads)
DAY = Codec(date.isoformat, date.fromisoformat)

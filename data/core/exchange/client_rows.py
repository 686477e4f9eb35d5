"""What one row of a file of clients says: every cell read, and everything that is wrong with it told."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from data.core.exchange.grid_xlsx import ERRORS
from models import addresses, writing
from models.client import StarLevel
from models.client_import import Column, Problem
from models.errors import Refused
from models.user import LONGEST_NAME, Language

_EPOCH = date(1899, 12, 30)  # day 0 of Excel
_SERIALS = range(25_569, 80_000)  # the days that a bare number may mean: 1970 to 2119
_DAY_FIRST = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_TIME = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?Z?$")
_LEVELS = {
    **{str(level.value): level for level in StarLevel},
    **{level.stars: level for level in StarLevel if level},
    **dict.fromkeys(("none", "no", "aucun", "aucune", "sans", "non", "-"), StarLevel.NONE),
    **dict.fromkeys(("three", "trois"), StarLevel.THREE),
    **dict.fromkeys(("four", "quatre"), StarLevel.FOUR),
    **dict.fromkeys(("five", "cinq"), StarLevel.FIVE),
}
_LANGUAGES = {
    **dict.fromkeys(("fr", "fra", "french", "francais"), Language.FRENCH),
    **dict.fromkeys(("en", "eng", "english", "anglais"), Language.ENGLISH),
}


class Said(NamedTuple):
    """A row. What a cell does not say is empty, or None."""

    number: str = ""
    name: str = ""
    phone: str = ""
    address: str = ""
    contact_name: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    contact_language: Language | None = None
    star_level: StarLevel | None = None
    begins: date | None = None
    until: date | None = None
    products: tuple[str, ...] = ()


def read(line: int, cells: Sequence[str], places: Mapping[Column, int]) -> tuple[Said, list[Problem]]:
    """`places` tells where each column stands; a cell with a problem is as good as empty."""
    said: dict[str, Any] = {}
    problems = []
    for column, place in places.items():
        text = cells[place]
        if not text:
            continue
        try:
            if text in ERRORS:
                raise Refused("{value} is an error of the spreadsheet. Correct its formula.", value=text)
            said[column.value] = _READERS[column](text)
        except Refused as why:
            problems.append(Problem(line, column, text, why))
    row = Said(**said)
    together = _together(row, {one.column for one in problems})
    problems += [
        Problem(line, column, cells[places[column]] if column in places else "", why) for column, why in together
    ]
    return row, problems


def too_long(line: int) -> Problem:
    return Problem(line, None, "", Refused("It has more cells than there are columns."))


def _together(row: Said, bad: set[Column | None]) -> list[tuple[Column, Refused]]:
    """What the cells of a row, each for itself in order, do not say together."""
    found: list[tuple[Column, Refused]] = []
    dated = row.begins is not None or row.until is not None
    if row.contact_name and not row.contact_email and Column.CONTACT_EMAIL not in bad:
        found.append((Column.CONTACT_EMAIL, Refused("A contact needs an e-mail address.")))
    if dated and row.star_level is None and Column.STAR_LEVEL not in bad:
        found.append((Column.STAR_LEVEL, Refused("A subscription needs a star level.")))
    if dated and row.star_level == StarLevel.NONE:
        found.append((Column.STAR_LEVEL, Refused("No subscription has no dates.")))
    if row.begins and row.until and row.until < row.begins:
        found.append((Column.UNTIL, Refused("It would end on {until}, before it begins.", until=row.until)))
    return found


@lru_cache(4096)
def day(text: str) -> date:
    """The day first, as in French, or ISO 8601, or Excel's number of a day; a time of day is left out.

    Raises Refused for what is no day, or none between 1970 and 2119.
    """
    plain = _TIME.sub("", text)
    try:
        if plain.isdecimal() and int(plain) in _SERIALS:
            return _EPOCH + timedelta(days=int(plain))
        if found := _ISO.fullmatch(plain):
            year, month, number = map(int, found.groups())
        elif found := _DAY_FIRST.fullmatch(plain):
            number, month, year = map(int, found.groups())
            year += 2000 if year < 100 else 0
        else:
            raise ValueError(text)
        read = date(year, month, number)
    except ValueError:
        raise Refused("“{value}” is not a date: write 31/12/2026 or 2026-12-31.", value=text) from None
    if not 1970 <= read.year < 2120:
        raise Refused("{day} is out of all reason.", day=read)
    return read


@lru_cache(4096)
def star_level(text: str) -> StarLevel:
    """Written as 4, ★4, ★★★★, 4*, 4 stars or 4 étoiles; none and aucun are no subscription."""
    if set(text) <= {"★", "*"}:
        text = str(len(text))
    plain = re.sub(r"★|\*|stars?|etoiles?|\s", "", writing.folded(text))
    level = _LEVELS.get(plain)
    if level is None:
        raise Refused("“{value}” is not a star level: write 3, 4 or 5, or “none”.", value=text)
    return level


def _language(text: str) -> Language:
    language = _LANGUAGES.get(writing.folded(text))
    if language is None:
        raise Refused("“{value}” is not a language of ours: write fr or en.", value=text)
    return language


def _products(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for part in re.split(r"[;|\n]", text) if (name := " ".join(part.split()))))


def _line(longest: int) -> Callable[[str], str]:
    return lambda text: writing.line(text, longest)


_READERS: dict[Column, Callable[[str], object]] = {
    Column.NUMBER: _line(40),
    Column.NAME: _line(200),
    Column.PHONE: _line(40),
    Column.CONTACT_PHONE: _line(40),
    Column.ADDRESS: lambda text: writing.body(text, 500),
    Column.CONTACT_NAME: _line(LONGEST_NAME),
    Column.CONTACT_EMAIL: addresses.email,
    Column.CONTACT_LANGUAGE: _language,
    Column.STAR_LEVEL: star_level,
    Column.BEGINS: day,
    Column.UNTIL: day,
    Column.PRODUCTS: _products,
}

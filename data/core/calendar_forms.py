"""Reads what is asked of a calendar, or says which row of it is wrong."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from data.core import calendars
from data.core.calendars import StoredYears
from models import writing
from models.calendar import Calendar
from models.calendar_sheet import CalendarForm
from models.errors import Refused
from models.hours import DAY, times
from models.service_level import CalendarVersion
from models.weekday import Weekday

LONGEST_NAME = 60
RULES = ("zone", "hours", "country", "exceptions", "removed")

Opening = tuple[timedelta, timedelta, Sequence[str]]  # from midnight, and as it is written


def version(name: str, form: CalendarForm, valid_from: datetime) -> CalendarVersion:
    """A version that says what is asked for, not kept yet. Raises Refused naming the row that makes no sense."""
    week = {day.value: _intervals(day, form.hours[day.value]) for day in Weekday if form.hours.get(day.value)}
    if unknown := [day for day in form.hours if day not in set(Weekday)]:
        raise Refused("{day} is no day of the week.", day=unknown[0])
    if not week:
        raise Refused("A calendar without opening hours would keep no promise. Open at least one day.")
    _require_apart(week)
    made = CalendarVersion(
        name=name,
        valid_from=valid_from,
        zone=form.zone,
        hours=week,
        country=form.country,
        exceptions={day: _exception(day, told) for day, told in sorted(form.exceptions.items())},
        removed=sorted({_date(day).isoformat() for day in form.removed}),
    )
    built(made)
    return made


def built(version: CalendarVersion, stored: StoredYears = MappingProxyType({})) -> Calendar:
    """With the public holidays that are stored. Raises Refused for a zone or a country that we know nothing of."""
    try:
        if len(version.country) > len("FR"):
            raise ValueError(version.country)  # a longer code would be known, but is not what we keep
        calendars.public_holidays(version.country, 2000)
    except ValueError:
        raise Refused("No public holidays are known of the country {country}.", country=version.country) from None
    try:
        return calendars.build(*(getattr(version, rule) for rule in RULES), stored=stored)
    except ValueError:
        raise Refused("There is no time zone {zone}.", zone=version.zone) from None


def same(one: CalendarVersion, other: CalendarVersion) -> bool:
    return all(getattr(one, rule) == getattr(other, rule) for rule in RULES)


def _exception(day: str, told: Mapping[str, Any]) -> dict[str, Any]:
    at = _date(day)
    pairs = _intervals(at, told.get("hours") or [])
    openings = sorted(map(_opening, pairs))
    for one, other in pairwise(openings):
        if one[1] > other[0]:
            raise _overlap(at, one[2], at, other[2])
    return {"name": writing.line(str(told.get("name") or ""), LONGEST_NAME), "hours": pairs}


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except (ValueError, TypeError):
        raise Refused("{text} is no date such as 2026-12-24.", text=str(text)) from None


def _intervals(day: Weekday | date, pairs: Sequence[Sequence[str]]) -> list[list[str]]:
    for pair in pairs:
        try:
            times(str(day), [pair])
        except (ValueError, TypeError):
            said = "–".join(map(str, pair)) if isinstance(pair, (list, tuple)) else str(pair)
            raise Refused("{day}: {interval} is no opening such as 09:00–12:30.", day=day, interval=said) from None
    return [list(pair) for pair in sorted(pairs, key=_opening)]


def _opening(pair: Sequence[str]) -> Opening:
    opens, closes = (_since_midnight(text) for text in pair)
    return opens, closes if closes > opens else closes + DAY, pair


def _since_midnight(text: str) -> timedelta:
    at = time() if text == "24:00" else time.fromisoformat(text)
    return timedelta(hours=at.hour, minutes=at.minute)


def _require_apart(week: Mapping[str, list[list[str]]]) -> None:
    """Also across midnight, and from Sunday to Monday."""
    openings = list(_laid(week))
    first_day, first = openings[0]
    round_again = first_day, (first[0] + 7 * DAY, first[1] + 7 * DAY, first[2])
    for (day, one), (other_day, other) in pairwise([*openings, round_again]):
        if one[1] > other[0]:
            raise _overlap(day, one[2], other_day, other[2])


def _laid(week: Mapping[str, list[list[str]]]) -> Iterator[tuple[Weekday, Opening]]:
    for number, day in enumerate(Weekday):
        for opens, closes, pair in map(_opening, week.get(day.value, ())):
            yield day, (opens + number * DAY, closes + number * DAY, pair)


def _overlap(day: Weekday | date, one: Sequence[str], other_day: Weekday | date, other: Sequence[str]) -> Refused:
    return Refused(
        "{day}: {interval} overlaps {other_day}, {other}.",
        day=day,
        interval="–".join(one),
        other_day=other_day,
        other="–".join(other),
    )

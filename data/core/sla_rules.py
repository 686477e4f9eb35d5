"""What must hold of any calendar's arithmetic, tried on one calendar at many moments: the same ones each time.

Around two years: the current one and the next, the days the clocks change, and the calendar's own special days.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from models.calendar import DAY, Calendar, micros
from models.hours import Times
from models.timeline import MICROSECOND

HOUR, DAYS = timedelta(hours=1), 731
ANYWHERE, ON_A_CLOCK_CHANGE, ON_A_SPECIAL_DAY = 300, 12, 4  # how many moments
LATEST_SPECIAL_DAYS = 50
CUTTABLE = (timedelta(hours=5), timedelta(hours=21))  # between these no clock of any zone changes


class Sample(NamedTuple):
    """A start, a target from it, and what is added to the one or the other."""

    start: datetime
    target: timedelta
    more: timedelta


Rule = Callable[[Sample], bool]


def samples(calendar: Calendar, now: datetime) -> list[Sample]:
    """Targets go up to what is open in two weeks.

    Half of them are whole hours, and a quarter of the starts are openings: the edges are met exactly.
    """
    dice, first = np.random.default_rng(2026), datetime(now.year, 1, 1, tzinfo=UTC)
    longest = max(calendar.elapsed(first, first + DAYS * DAY) / 52, HOUR / 60)

    def within(span: timedelta) -> timedelta:
        return int(dice.integers(span // MICROSECOND)) * MICROSECOND

    tried = []
    for number, (since, span) in enumerate(_stretches(calendar, first)):
        start, target = since + within(span), within(longest)
        start = calendar.next_opening(start) if number % 4 == 0 else start
        target = target // HOUR * HOUR if number % 2 == 0 else target
        tried.append(Sample(start, target, within(longest / 5)))
    return tried


def _stretches(calendar: Calendar, first: datetime) -> Iterator[tuple[datetime, timedelta]]:
    """From when on, and in what span, each moment is to lie."""
    yield from [(first, DAYS * DAY)] * ANYWHERE
    for one, other in pairwise(first + n * DAY for n in range(DAYS)):
        if one.astimezone(calendar.zone).utcoffset() != other.astimezone(calendar.zone).utcoffset():
            yield from [(one - DAY / 2, 2 * DAY)] * ON_A_CLOCK_CHANGE
    for day in sorted(calendar.special)[-LATEST_SPECIAL_DAYS:]:
        yield from [(datetime.combine(day, time(), UTC) - DAY, 2 * DAY)] * ON_A_SPECIAL_DAY


def rules(calendar: Calendar, tried: Sequence[Sample]) -> Mapping[str, Rule]:
    """What each says must hold of every sample."""
    due, elapsed = calendar.due, calendar.elapsed
    fewer, cut = _with_closed_days(calendar, tried), _with_cut_hours(calendar)
    starts, targets = [micros(s.start) for s in tried], [s.target // MICROSECOND for s in tried]
    together = dict(zip(tried, calendar.due_many(np.array(starts), np.array(targets)), strict=True))

    def lies_in_an_opening(s: Sample) -> bool:
        at = due(s.start, s.target)
        return calendar.is_open(at) or calendar.is_open(at - MICROSECOND)

    def is_never_earlier(s: Sample) -> bool:
        return due(s.start, s.target) <= min(due(s.start, s.target + s.more), due(s.start + s.more, s.target))

    def adds_up(s: Sample) -> bool:
        middle, end = s.start + s.more, s.start + s.more + s.target
        return elapsed(s.start, end) == elapsed(s.start, middle) + elapsed(middle, end)

    def is_cut_the_same(s: Sample) -> bool:
        return due(s.start, s.target) == cut.due(s.start, s.target)

    return {
        "it is open when its hours, holidays and special days say so": lambda s: _open_as_told(calendar, s.start),
        "a deadline lies in an opening or at its end": lies_in_an_opening,
        "the time used up by the deadline is the target": lambda s: (
            elapsed(s.start, due(s.start, s.target)) == s.target
        ),
        "a longer target or a later start never brings a deadline forward": is_never_earlier,
        "a target in two parts is due when the whole is": lambda s: (
            due(s.start, s.target + s.more) == due(due(s.start, s.target), s.more)
        ),
        "the time used in two parts is that of the whole": adds_up,
        "more closed days never bring a deadline forward": lambda s: (
            due(s.start, s.target) <= fewer.due(s.start, s.target)
        ),
        "an interval cut in two changes nothing": is_cut_the_same,
        "deadlines reckoned together are those reckoned alone": lambda s: together[s] == micros(due(s.start, s.target)),
    }


def _open_as_told(calendar: Calendar, at: datetime) -> bool:
    """By the clock on the wall, without the timeline; when the clocks change within a day, that tells nothing."""
    before, after = ((at + shift).astimezone(calendar.zone).utcoffset() for shift in (-DAY, DAY))
    local = at.astimezone(calendar.zone).replace(tzinfo=None)
    told = any(
        opens <= local < closes for day in (local.date() - DAY, local.date()) for opens, closes in _on(calendar, day)
    )
    return before != after or calendar.is_open(at) == told


def _on(calendar: Calendar, day: date) -> Iterator[tuple[datetime, datetime]]:
    weekly = () if day in calendar.holidays else calendar.hours.get(day.weekday(), ())
    for opens, closes in calendar.special.get(day, weekly):
        yield datetime.combine(day, opens), datetime.combine(day, closes) + (DAY if closes <= opens else timedelta())


def _with_closed_days(calendar: Calendar, tried: Sequence[Sample]) -> Calendar:
    closed: dict[date, Times] = {s.start.date() + DAY: () for s in tried[::3]}
    return replace(calendar, special={**calendar.special, **closed})


def _with_cut_hours(calendar: Calendar) -> Calendar:
    hours = {day: _cut(times) for day, times in calendar.hours.items()}
    return replace(calendar, hours=hours, special={day: _cut(times) for day, times in calendar.special.items()})


def _cut(times: Times) -> Times:
    """Each interval in the middle of what of it is cuttable."""
    parts: list[tuple[time, time]] = []
    for opens, closes in times:
        start, end = (datetime.combine(date.min, at) - datetime.combine(date.min, time()) for at in (opens, closes))
        low, high = max(start, CUTTABLE[0]), min(end if end > start else end + DAY, CUTTABLE[1])
        middle = (datetime.combine(date.min, time()) + (low + high) / 2).time()
        parts += [(opens, middle), (middle, closes)] if low < high else [(opens, closes)]
    return parts

"""Measures due dates: one, a million, and beside the `businesstimedelta` package on the published cases."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np
import pytz
from businesstimedelta import BusinessTimeDelta, HolidayRule, LunchTimeRule, Rules, WorkDayRule

from bench.timing import Row
from data.core import calendars
from models.calendar import Calendar, instant, micros
from models.hours import DAYS
from models.service_level import DEFAULT_CALENDARS
from models.timeline import MICROSECOND

CASES = Path(__file__).parents[1] / "tests" / "cases" / "sla_cases.json"
MILLION, TOGETHER = 1_000_000, 1_000  # of each case
TWO_YEARS, TWO_WEEKS = timedelta(days=730), timedelta(hours=80)
FIRST = datetime.fromisoformat("2026-01-01T00:00:00Z")

Case = Mapping[str, Any]


def measure(rounds: int) -> list[Row]:
    calendar = calendars.build(**DEFAULT_CALENDARS["standard"], exceptions={}, removed=[])
    dice = np.random.default_rng(2026)
    starts = micros(FIRST) + dice.integers(TWO_YEARS // MICROSECOND, size=MILLION)
    targets = dice.integers(TWO_WEEKS // MICROSECOND, size=MILLION)
    rows = [_one(calendar, starts[:2000], targets[:2000], rounds), _million(calendar, starts, targets)]
    return rows + _beside(rounds)


def _one(calendar: Calendar, starts: np.ndarray, targets: np.ndarray, rounds: int) -> Row:
    asked = [(instant(int(at)), int(amount) * MICROSECOND) for at, amount in zip(starts, targets, strict=True)]
    seconds = median(_times(lambda: [calendar.due(*one) for one in asked], rounds)) / len(asked)
    row: Row = {"name": "one due date", "median_us": round(seconds * 1e6, 2), "rate_per_s": round(1 / seconds)}
    print("{name:<34} {median_us:>9} µs     {rate_per_s:>12,} a second".format(**row))
    return row


def _million(calendar: Calendar, starts: np.ndarray, targets: np.ndarray) -> Row:
    seconds = median(_times(lambda: calendar.due_many(starts, targets), 7))
    row: Row = {"name": "a million due dates", "seconds": round(seconds, 3), "rate_per_s": round(MILLION / seconds)}
    print("{name:<34} {seconds:>9} s      {rate_per_s:>12,} a second".format(**row))
    return row


class Pair(NamedTuple):
    """A case both ways, ready to run."""

    calendar: Calendar
    start: datetime
    target: timedelta
    span: BusinessTimeDelta

    def ours(self) -> datetime:
        return self.calendar.due(self.start, self.target)

    def theirs(self) -> datetime:
        return self.start + self.span


def _beside(rounds: int) -> list[Row]:
    """Turn by turn, on those of the published cases to which the package gives the published answer, as we do."""
    pairs = [pair for case in json.loads(CASES.read_text()) if (pair := _pair(case))]
    loads = [_load(calendar, pairs) for calendar in {pair.calendar for pair in pairs}]
    runs: dict[str, tuple[Callable[[], object], int]] = {
        "cases, businesstimedelta": (lambda: [pair.theirs() for pair in pairs], len(pairs)),
        "cases, one by one": (lambda: [pair.ours() for pair in pairs], len(pairs)),
        "cases, together": (lambda: [load.run() for load in loads], len(pairs) * TOGETHER),
    }
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(max(rounds // 10, 5)):
        for name, (run, _count) in runs.items():
            taken[name] += _times(run, 1)
    each = {name: median(times) / runs[name][1] for name, times in taken.items()}
    slow = each["cases, businesstimedelta"]
    return [_told(f"{len(pairs)} {name}", seconds, slow) for name, seconds in each.items()]


def _told(name: str, seconds: float, slow: float) -> Row:
    row: Row = {"name": name, "median_us": round(seconds * 1e6, 3), "rate_per_s": round(1 / seconds)}
    row["ratio"] = round(slow / seconds, 1)
    print("{name:<34} {median_us:>9} µs     {rate_per_s:>12,} a second   × {ratio}".format(**row))
    return row


class Load(NamedTuple):
    """The cases of one calendar as vectors, each so many times."""

    calendar: Calendar
    starts: np.ndarray
    targets: np.ndarray

    def run(self) -> np.ndarray:
        return self.calendar.due_many(self.starts, self.targets)


def _load(calendar: Calendar, pairs: Sequence[Pair]) -> Load:
    mine = [pair for pair in pairs if pair.calendar is calendar] * TOGETHER
    starts, targets = [micros(pair.start) for pair in mine], [pair.target // MICROSECOND for pair in mine]
    load = Load(calendar, np.array(starts), np.array(targets))
    if load.run().tolist() != [micros(pair.ours()) for pair in mine]:
        raise AssertionError("Together they come out otherwise than one by one.")
    return load


def _expressible(case: Case) -> bool:
    """The package knows no pauses, and of a day that ends at midnight it finds no end."""
    return not case.get("pauses") and "24:00" not in {text for day in case["hours"].values() for _, text in day}


def _pair(case: Case) -> Pair | None:
    """None when the package has no answer or another."""
    if not _expressible(case):
        return None
    holidays = tuple(case["holidays"])
    calendar = _calendar(case["timezone"], json.dumps(case["hours"], sort_keys=True), holidays)
    target = timedelta(seconds=case["seconds"])
    pair = Pair(calendar, _at(case["start"]), target, BusinessTimeDelta(_rules(case), timedelta=target))
    if pair.ours() != _at(case["due_if_closing_instant"] if case.get("boundary") else case["expected_due"]):
        raise AssertionError(f"{case['id']} does not hold: run check-sla.")
    try:
        return pair if pair.theirs() == pair.ours() else None
    except TypeError:  # where there are holidays it needs one in the five years to come
        return None


@cache
def _calendar(zone: str, hours: str, holidays: tuple[str, ...]) -> Calendar:
    return Calendar.parse(zone, json.loads(hours), frozenset(map(date.fromisoformat, holidays)))


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _rules(case: Case) -> Rules:
    zone, rules = pytz.timezone(case["timezone"]), []
    for times in {tuple(map(tuple, pairs)) for pairs in case["hours"].values() if pairs}:
        days = [DAYS.index(day) for day, pairs in case["hours"].items() if tuple(map(tuple, pairs)) == times]
        edges = [time.fromisoformat(text) for pair in times for text in pair]
        rules.append(WorkDayRule(edges[0], edges[-1], days, tz=zone))
        rules += [LunchTimeRule(ends, begins, days, tz=zone) for ends, begins in _breaks(edges)]
    closed = [date.fromisoformat(day) for day in case["holidays"]]
    return Rules(rules + ([HolidayRule(closed, tz=zone)] if closed else []))


def _breaks(edges: Sequence[time]) -> list[tuple[time, time]]:
    return list(zip(edges[1:-1:2], edges[2:-1:2], strict=True))


def _times(run: Callable[[], object], rounds: int) -> list[float]:
    run()
    taken = []
    for _ in range(rounds):
        started = perf_counter()
        run()
        taken.append(perf_counter() - started)
    return taken

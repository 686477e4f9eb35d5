"""What must hold of every calendar, tried on generated ones around the days the clocks change, and two oracles."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from models.calendar import Calendar, Span, instant, micros

DAY, MINUTE, MICROSECOND = timedelta(days=1), timedelta(minutes=1), timedelta(microseconds=1)
DAYS = [  # clocks change in Paris, New York and on Lord Howe Island (by half an hour); a leap day; a new year
    *(date(2021, 3, 28), date(2021, 10, 31), date(2021, 3, 14), date(2021, 11, 7), date(2021, 4, 4)),
    *(date(2021, 10, 3), date(2024, 2, 29), date(2026, 1, 1)),
]
ZONES = st.sampled_from(["UTC", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Pacific/Kiritimati"])
NEAR = st.builds(lambda day, n: day + n * DAY, st.sampled_from(DAYS), st.integers(-9, 9))
TARGETS = st.timedeltas(timedelta(0), timedelta(hours=200))
STARTS = st.builds(
    lambda day, shift: datetime.combine(day, time(), UTC) + shift,
    st.sampled_from(DAYS),
    st.timedeltas(-2 * DAY, 2 * DAY) | st.integers(-192, 192).map(lambda n: n * timedelta(minutes=15)),
)
PAUSES = st.lists(st.builds(lambda start, length: Span(start, start + length), STARTS, TARGETS), max_size=4)

WEEK, MIDNIGHT = 7 * 1440, 1440
ANY_MINUTE = st.integers(0, MIDNIGHT - 1)
QUIET = [*range(60), *range(180, MIDNIGHT)]  # minutes of the day at which no clock of ours changes

quick = settings(max_examples=60, deadline=None)


def at(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)


@st.composite
def calendars(draw, minutes=ANY_MINUTE) -> Calendar:
    """Any week open for an hour or more, cut somewhere, the pieces alternately open and closed, past midnight too."""
    cut = st.builds(lambda day, minute: day * MIDNIGHT + minute, st.integers(0, 6), minutes)
    cuts = sorted(draw(st.lists(cut, min_size=2, max_size=16, unique=True)))
    pairs = list(pairwise([*cuts, cuts[0] + WEEK]))[draw(st.integers(0, 1)) :: 2]
    assume(sum(min(closes - opens, MIDNIGHT) for opens, closes in pairs) >= 60)
    week: dict[int, list[tuple[time, time]]] = {}
    for opens, closes in pairs:
        week.setdefault(opens // MIDNIGHT, []).append((at(opens), at(min(closes, opens + MIDNIGHT))))
    return Calendar(ZoneInfo(draw(ZONES)), week, frozenset(draw(st.sets(NEAR, max_size=5))))


@quick
@given(calendars(), STARTS, TARGETS, PAUSES)
def test_a_deadline_is_open_or_a_closing_and_took_exactly_the_target(calendar, start, target, pauses):
    due = calendar.due(start, target, pauses)
    assert due >= start
    assert calendar.is_open(due) or calendar.is_open(due - MICROSECOND)
    assert calendar.elapsed(start, due, pauses) == target


@quick
@given(calendars(), STARTS, TARGETS)
def test_no_earlier_moment_took_the_target(calendar, start, target):
    due = calendar.due(start, target)
    assume(due > start and target)
    assert calendar.elapsed(start, due - MICROSECOND) == target - MICROSECOND


@quick
@given(calendars(), STARTS, STARTS, TARGETS, TARGETS, PAUSES)
def test_a_later_start_or_a_longer_target_is_never_due_earlier(calendar, one, other, short, more, pauses):
    first, second = sorted((one, other))
    assert calendar.due(first, short, pauses) <= calendar.due(second, short, pauses)
    assert calendar.due(first, short, pauses) <= calendar.due(first, short + more, pauses)


@quick
@given(calendars(), STARTS, TARGETS, TARGETS)
def test_two_targets_one_after_the_other_are_due_as_their_sum(calendar, start, one, other):
    assert calendar.due(start, one + other) == calendar.due(calendar.due(start, one), other)


@quick
@given(calendars(), STARTS, TARGETS, NEAR)
def test_a_holiday_more_never_brings_a_deadline_forward(calendar, start, target, day):
    closed = replace(calendar, holidays=calendar.holidays | {day})
    assert closed.due(start, target) >= calendar.due(start, target)


@quick
@given(calendars(), STARTS, TARGETS, st.data())
def test_splitting_an_interval_changes_nothing(calendar, start, target, data):
    day = data.draw(st.sampled_from(sorted(calendar.hours)))
    (opens, closes), *others = calendar.hours[day]
    assume(time(23, 58) > opens and (closes <= opens or (closes.hour, closes.minute) > (opens.hour, opens.minute + 1)))
    last = 23 * 60 + 59 if closes <= opens else closes.hour * 60 + closes.minute - 1
    split = at(data.draw(st.integers(opens.hour * 60 + opens.minute + 1, last)))
    halves = replace(calendar, hours={**calendar.hours, day: [(split, closes), *others, (opens, split)]})
    assert halves.due(start, target) == calendar.due(start, target)


@quick
@given(calendars(), STARTS, TARGETS)
def test_counting_backwards_undoes_counting_forwards(calendar, start, target):
    assume(target)
    due = calendar.due(start, target)
    assert calendar.back(due, target) == calendar.next_opening(start)
    assert calendar.elapsed(calendar.back(start, target), start) == target


@quick
@given(calendars(), STARTS, STARTS, PAUSES)
def test_openings_between_add_up_to_the_time_elapsed(calendar, one, other, pauses):
    start, end = sorted((one, other))
    spans = calendar.openings(start, end, pauses)
    assert sum((b - a for a, b in spans), timedelta()) == calendar.elapsed(start, end, pauses)
    assert all(before.end < after.start for before, after in pairwise(spans))


@quick
@given(calendars(), st.lists(st.tuples(STARTS, STARTS, TARGETS), max_size=20))
def test_vectors_say_what_single_moments_say(calendar, rows):
    starts, ends, targets = (
        np.array([micros(row[0]) for row in rows], np.int64),
        np.array([micros(row[1]) for row in rows], np.int64),
        np.array([row[2] // MICROSECOND for row in rows], np.int64),
    )
    due, elapsed = calendar.due_many(starts, targets), calendar.elapsed_many(starts, ends)
    assert [instant(int(n)) for n in due] == [calendar.due(start, target) for start, _, target in rows]
    assert [int(n) * MICROSECOND for n in elapsed] == [calendar.elapsed(start, end) for start, end, _ in rows]


@settings(quick, max_examples=10)
@given(calendars(), STARTS, TARGETS)
def test_what_was_asked_before_changes_no_answer(calendar, start, target):
    fresh = replace(calendar)
    calendar.due(datetime(1990, 1, 1, tzinfo=UTC), target)
    calendar.back(datetime(2035, 1, 1, tzinfo=UTC), target)
    assert calendar.due(start, target) == fresh.due(start, target)


def wall_clock_open(calendar: Calendar, moment: datetime) -> bool:
    """Openness as read off the clock on the wall; right where no interval begins or ends as the clocks change."""
    local = moment.astimezone(calendar.zone)
    today, now = local.date(), local.time()
    hours = {day: calendar.hours.get(day.weekday(), []) for day in (today, today - DAY) if day not in calendar.holidays}
    return any(opens <= now and (now < closes or closes <= opens) for opens, closes in hours.get(today, [])) or any(
        now < closes <= opens for opens, closes in hours.get(today - DAY, [])
    )


@settings(quick, max_examples=40)
@given(calendars(st.sampled_from(QUIET)), STARTS, st.integers(0, 3000), st.lists(st.tuples(STARTS, STARTS), max_size=2))
def test_counting_minute_by_minute_on_the_wall_clock_agrees(calendar, start, minutes, pauses):
    start = start.replace(second=0, microsecond=0)
    pauses = [Span(*(moment.replace(second=0, microsecond=0) for moment in pause)) for pause in pauses]
    ticks = [start + n * MINUTE for n in range(minutes)]
    counted = [tick for tick in ticks if wall_clock_open(calendar, tick) and not any(a <= tick < b for a, b in pauses)]
    assert calendar.elapsed(start, start + minutes * MINUTE, pauses) == len(counted) * MINUTE
    if counted:
        assert calendar.due(start, len(counted) * MINUTE, pauses) == counted[-1] + MINUTE


@settings(quick, max_examples=20)
@given(calendars(st.sampled_from(QUIET)), STARTS, st.integers(1, 1200))
def test_counting_second_by_second_on_the_wall_clock_agrees(calendar, start, seconds):
    start = start.replace(microsecond=0)
    ticks = [start + timedelta(seconds=n) for n in range(seconds)]
    counted = [wall_clock_open(calendar, tick) for tick in ticks].count(True)
    assert calendar.elapsed(start, start + timedelta(seconds=seconds)) == timedelta(seconds=counted)

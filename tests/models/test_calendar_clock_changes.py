"""Opening hours on the nights the clocks change, by hand: the arithmetic is written out beside each case."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from models.calendar import Calendar, Span, moment

PARIS, NEW_YORK = ZoneInfo("Europe/Paris"), ZoneInfo("America/New_York")
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def paris(text: str) -> datetime:
    return moment(datetime.fromisoformat(text), PARIS)


def hours(amount: float) -> timedelta:
    return timedelta(hours=amount)


def daily(*intervals: list[str], days=WEEK) -> Calendar:
    return Calendar.parse("Europe/Paris", {day: list(intervals) for day in days})


ALWAYS = daily(["00:00", "24:00"])


def test_a_spring_night_is_an_hour_short():
    # 2026-03-29, 02:00 becomes 03:00. 22:00 to 02:00 = 4 h, then 03:00 to 06:00 = 3 h.
    night = daily(["22:00", "06:00"])
    assert night.elapsed(paris("2026-03-28 22:00"), paris("2026-03-29 06:00")) == hours(7)
    assert night.due(paris("2026-03-28 22:00"), hours(5)) == paris("2026-03-29 04:00")


def test_an_autumn_night_is_an_hour_long():
    # 2026-10-25, 03:00 becomes 02:00. 22:00 to 03:00 = 5 h, then 02:00 to 06:00 = 4 h.
    night = daily(["22:00", "06:00"])
    assert night.elapsed(paris("2026-10-24 22:00"), paris("2026-10-25 06:00")) == hours(9)
    assert night.due(paris("2026-10-24 22:00"), hours(6)) == datetime(2026, 10, 25, 2, tzinfo=UTC)  # 03:00, winter


@pytest.mark.parametrize(
    ("day", "length"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 5, 11), 24)]
)
def test_an_all_day_opening_lasts_as_long_as_its_day(day, length):
    start = moment(datetime.combine(day, time()), PARIS)
    end = moment(datetime.combine(day + timedelta(days=1), time()), PARIS)
    assert ALWAYS.elapsed(start, end) == hours(length) == end - start


def test_a_time_the_clocks_show_twice_is_its_first_showing():
    # 02:30 is first 00:30 UTC (summer), then 01:30 UTC (winter): an opening 02:30 to 04:00 lasts 2.5 h.
    assert paris("2026-10-25 02:30") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    early = daily(["02:30", "04:00"], days=["sun"])
    assert early.elapsed(paris("2026-10-25 00:00"), paris("2026-10-26 00:00")) == hours(2.5)
    late = daily(["01:00", "02:30"], days=["sun"])  # closes when 02:30 is first shown: 1.5 h
    assert late.elapsed(paris("2026-10-25 00:00"), paris("2026-10-26 00:00")) == hours(1.5)


def test_a_start_in_the_hour_shown_twice_is_the_moment_it_was():
    # Sunday 25 October, open 01:00 to 05:00. From 02:30 in summer time (00:30 UTC): 0.5 h to 03:00, which is 02:00
    # again, 1 h to 03:00 in winter time: 1.5 h. From 02:30 in winter time (01:30 UTC): 0.5 h to 03:00.
    sunday = daily(["01:00", "05:00"], days=["sun"])
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert sunday.due(first, hours(1.5)) == sunday.due(second, hours(0.5)) == paris("2026-10-25 03:00")
    assert sunday.elapsed(first, second) == hours(1)
    assert sunday.elapsed(paris("2026-10-25 01:00"), paris("2026-10-25 05:00")) == hours(5)


def test_a_deadline_across_the_spring_change_in_opening_hours_leaves_the_skipped_hour_out():
    # Sunday 29 March, open 01:00 to 05:00: 01:00 to 02:00 = 1 h, 03:00 to 05:00 = 2 h; the next Sunday is whole.
    sunday = daily(["01:00", "05:00"], days=["sun"])
    assert sunday.due(paris("2026-03-29 01:30"), hours(1)) == paris("2026-03-29 03:30")
    assert sunday.due(paris("2026-03-29 01:00"), hours(3)) == paris("2026-03-29 05:00")
    assert sunday.due(paris("2026-03-29 01:00"), hours(4)) == paris("2026-04-05 02:00")


def test_a_pause_across_a_clock_change_costs_the_time_that_passed():
    # Open all day. Autumn: 01:00 to 04:00 by the clock is 4 h; from midnight 1 h, the pause, 1 h. Spring: it is 2 h.
    autumn = Span(paris("2026-10-25 01:00"), paris("2026-10-25 04:00"))
    assert autumn.end - autumn.start == hours(4)
    assert ALWAYS.due(paris("2026-10-25 00:00"), hours(2), [autumn]) == paris("2026-10-25 05:00")
    assert ALWAYS.elapsed(paris("2026-10-25 00:00"), paris("2026-10-26 00:00"), [autumn]) == hours(25 - 4)
    spring = Span(paris("2026-03-29 01:00"), paris("2026-03-29 04:00"))
    assert ALWAYS.elapsed(paris("2026-03-29 00:00"), paris("2026-03-30 00:00"), [spring]) == hours(23 - 2)


def test_a_night_into_a_leap_day_belongs_to_the_day_before_it():
    # 28 February 2028 is a Monday: 22:00 to 24:00 = 2 h, the 29th 00:00 to 06:00 = 6 h; the next night is a week later.
    night = daily(["22:00", "06:00"], days=["mon"])
    assert night.due(paris("2028-02-28 22:00"), hours(3)) == paris("2028-02-29 01:00")
    assert night.due(paris("2028-02-28 22:00"), hours(9)) == paris("2028-03-06 23:00")


def test_a_time_the_clocks_skip_moves_forward_by_the_gap():
    assert moment(datetime(2021, 3, 14, 2, 53, 34), NEW_YORK) == moment(datetime(2021, 3, 14, 3, 53, 34), NEW_YORK)
    opens_in_gap = daily(["02:30", "05:00"])  # 03:30 to 05:00
    closes_in_gap = daily(["01:00", "02:30"])  # 01:00 to 02:00, and on to 03:30
    assert opens_in_gap.next_opening(paris("2026-03-29 00:00")) == paris("2026-03-29 03:30")
    assert closes_in_gap.elapsed(paris("2026-03-29 00:00"), paris("2026-03-30 00:00")) == hours(1.5)


def test_an_opening_inside_the_gap_that_would_end_before_it_starts_is_none():
    inside = daily(["02:30", "03:15"])  # 02:30 moves to 03:30, later than 03:15
    assert inside.elapsed(paris("2026-03-29 00:00"), paris("2026-03-30 00:00")) == hours(0)

"""Opening hours by hand: the arithmetic is written out beside each case."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays as public_holidays
import numpy as np
import pytest

from models.calendar import Calendar, Span, instant, micros, moment

PARIS = ZoneInfo("Europe/Paris")
WEEKDAYS, WEEK = ("mon", "tue", "wed", "thu", "fri"), ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def paris(text: str) -> datetime:
    return moment(datetime.fromisoformat(text), PARIS)


def hours(amount: float) -> timedelta:
    return timedelta(hours=amount)


def daily(*intervals: list[str], days=WEEK, holidays=(), zone="Europe/Paris") -> Calendar:
    return Calendar.parse(zone, {day: list(intervals) for day in days}, holidays)


OFFICE = daily(["09:00", "12:30"], ["13:30", "18:00"], days=WEEKDAYS, holidays={date(2026, 5, 14)})
ALWAYS = daily(["00:00", "24:00"])
NIGHT = daily(["22:00", "06:00"], days=["fri"])


@pytest.mark.parametrize(
    ("start", "target", "due"),
    [
        ("2026-05-11 09:00", 3, "2026-05-11 12:00"),  # within the morning
        ("2026-05-11 11:30", 3, "2026-05-11 15:30"),  # 1 h, lunch, 2 h
        ("2026-05-11 09:00", 3.5, "2026-05-11 12:30"),  # exactly at closing is the closing instant
        ("2026-05-11 09:00", 8, "2026-05-11 18:00"),
        ("2026-05-11 20:00", 1, "2026-05-12 10:00"),  # outside hours counts from the next opening
        ("2026-05-11 18:00", 1, "2026-05-12 10:00"),
        ("2026-05-13 17:30", 1, "2026-05-15 09:30"),  # Wednesday; Ascension Day is Thursday
        ("2026-05-15 17:30", 1, "2026-05-18 09:30"),  # over the weekend
        ("2026-05-11 10:00", 0, "2026-05-11 10:00"),
        ("2026-05-11 13:00", 0, "2026-05-11 13:30"),  # no target: the next opening
        ("2026-05-14 10:00", 0, "2026-05-15 09:00"),
    ],
)
def test_a_deadline_counts_opening_hours_only(start, target, due):
    assert OFFICE.due(paris(start), hours(target)) == paris(due)


def test_nothing_is_rounded():
    start = paris("2026-05-11 17:59:59.999999")
    assert OFFICE.due(start, timedelta(microseconds=2)) == paris("2026-05-12 09:00:00.000001")


def test_an_interval_past_midnight_belongs_to_the_day_it_began_on():
    # Friday 22:00 to Saturday 06:00 = 8 h a week: 23:00 + 7 h is closing, one hour more is Friday next 23:00.
    assert NIGHT.due(paris("2026-05-15 23:00"), hours(7)) == paris("2026-05-16 06:00")
    assert NIGHT.due(paris("2026-05-15 23:00"), hours(8)) == paris("2026-05-22 23:00")
    assert NIGHT.due(paris("2026-05-16 03:00"), hours(1)) == paris("2026-05-16 04:00")


def test_a_holiday_takes_the_night_that_begins_on_it_and_leaves_the_one_that_runs_into_it():
    friday, saturday = date(2026, 5, 15), date(2026, 5, 16)
    closed_friday = daily(["22:00", "06:00"], days=["fri"], holidays={friday})
    closed_saturday = daily(["22:00", "06:00"], days=["fri"], holidays={saturday})
    assert not closed_friday.is_open(paris("2026-05-16 03:00"))
    assert closed_saturday.is_open(paris("2026-05-16 03:00"))


def test_a_leap_day_is_a_day():
    # Wednesday 28 17:00 + 1 h = 18:00; Thursday 29 all 8 h; Friday 1 March 1 h.
    assert OFFICE.due(paris("2028-02-28 17:00"), hours(10)) == paris("2028-03-01 10:00")
    assert OFFICE.elapsed(paris("2028-02-28 18:00"), paris("2028-03-01 09:00")) == hours(8)


def test_a_pause_across_a_holiday_costs_only_its_open_hours():
    # Wednesday 17:00 to Friday 10:00 is 1 h on Wednesday and 1 h on Friday. 4 h from 15:00: 2 h, pause, 2 h.
    pause = Span(paris("2026-05-13 17:00"), paris("2026-05-15 10:00"))
    assert OFFICE.due(paris("2026-05-13 15:00"), hours(4), [pause]) == paris("2026-05-15 12:00")
    assert OFFICE.elapsed(paris("2026-05-13 15:00"), paris("2026-05-15 12:00"), [pause]) == hours(4)


def test_pauses_may_overlap_be_unordered_and_begin_before_the_start():
    pauses = [
        Span(paris("2026-05-11 11:00"), paris("2026-05-11 12:00")),
        Span(paris("2026-05-10 00:00"), paris("2026-05-11 10:00")),
        Span(paris("2026-05-11 09:30"), paris("2026-05-11 10:30")),
        Span(paris("2026-05-11 12:00"), paris("2026-05-11 08:00")),  # ends before it starts: none
    ]  # open are 10:30 to 11:00 and 12:00 to 12:30
    assert OFFICE.due(paris("2026-05-11 09:00"), hours(1), pauses) == paris("2026-05-11 12:30")
    assert OFFICE.elapsed(paris("2026-05-11 09:00"), paris("2026-05-11 13:00"), pauses) == hours(1)


def test_a_target_used_up_when_a_pause_begins_is_due_then():
    pause = Span(paris("2026-05-11 10:00"), paris("2026-05-11 11:00"))
    assert OFFICE.due(paris("2026-05-11 09:00"), hours(1), [pause]) == paris("2026-05-11 10:00")


def test_no_time_passes_when_the_end_lies_before_the_start():
    assert OFFICE.elapsed(paris("2026-05-12 10:00"), paris("2026-05-11 10:00")) == hours(0)


def test_counting_backwards_leads_to_the_opening_and_by_nothing_to_the_last_open_moment():
    assert OFFICE.back(paris("2026-05-12 10:00"), hours(2)) == paris("2026-05-11 17:00")
    assert OFFICE.back(paris("2026-05-12 10:00"), hours(1)) == paris("2026-05-12 09:00")
    assert OFFICE.back(paris("2026-05-12 08:00"), hours(0)) == paris("2026-05-11 18:00")
    assert OFFICE.back(paris("2026-05-12 09:00"), hours(0)) == paris("2026-05-12 09:00")


def test_a_desk_is_open_from_its_opening_until_just_before_its_closing():
    assert OFFICE.is_open(paris("2026-05-11 09:00"))
    assert not OFFICE.is_open(paris("2026-05-11 18:00"))
    assert OFFICE.next_opening(paris("2026-05-11 18:00")) == paris("2026-05-12 09:00")
    assert OFFICE.next_opening(paris("2026-05-12 09:00")) == paris("2026-05-12 09:00")


def test_openings_that_touch_close_as_one():
    assert OFFICE.closing(paris("2026-05-11 10:00")) == paris("2026-05-11 12:30")
    assert OFFICE.closing(paris("2026-05-11 13:00")) is None
    late = Calendar.parse("Europe/Paris", {"mon": [["20:00", "24:00"]], "tue": [["00:00", "02:00"]]})
    assert late.closing(paris("2026-05-11 21:00")) == paris("2026-05-12 02:00")
    assert ALWAYS.closing(paris("2026-05-11 21:00")) is None


def test_openings_are_cut_to_the_span_and_by_the_pauses():
    pause = Span(paris("2026-05-11 10:00"), paris("2026-05-11 11:00"))
    assert OFFICE.openings(paris("2026-05-11 09:30"), paris("2026-05-11 14:00"), [pause]) == [
        (paris("2026-05-11 09:30"), paris("2026-05-11 10:00")),
        (paris("2026-05-11 11:00"), paris("2026-05-11 12:30")),
        (paris("2026-05-11 13:30"), paris("2026-05-11 14:00")),
    ]
    assert OFFICE.openings(paris("2026-05-11 14:00"), paris("2026-05-11 09:30")) == []


def test_only_holidays_that_took_opening_hours_are_told():
    closed = {date(2026, 5, 14), date(2026, 5, 16), date(2026, 5, 20)}  # Thursday, Saturday, Wednesday after
    calendar = daily(["09:00", "12:00"], ["14:00", "18:00"], days=WEEKDAYS, holidays=closed)
    told = calendar.holidays_between(paris("2026-05-13 10:00"), paris("2026-05-19 10:00"))
    assert told == {date(2026, 5, 14): (paris("2026-05-14 09:00"), paris("2026-05-14 18:00"))}


def test_public_holidays_come_from_a_library_that_makes_years_as_they_are_asked_for():
    calendar = daily(["09:00", "17:00"], holidays=public_holidays.country_holidays("FR"))
    assert calendar.due(paris("2031-07-13 17:00"), hours(1)) == paris("2031-07-15 10:00")


def test_a_calendar_closed_for_ever_says_so():
    class EveryDay:
        def __contains__(self, day: object) -> bool:
            return True

    never = daily(["09:00", "17:00"], holidays=EveryDay())
    for ask in (never.next_opening, lambda at: never.due(at, hours(1)), lambda at: never.back(at, hours(0))):
        with pytest.raises(ValueError, match="in the 50 years"):
            ask(paris("2026-05-11 09:00"))
    with pytest.raises(ValueError, match="within 50 years"):
        never.due_many(np.array([0]), 1)


def test_what_cannot_be_counted_is_refused():
    with pytest.raises(ValueError, match="negative"):
        OFFICE.due(paris("2026-05-11 09:00"), hours(-1))
    with pytest.raises(ValueError, match="negative"):
        OFFICE.back(paris("2026-05-11 09:00"), hours(-1))
    with pytest.raises(TypeError):
        OFFICE.due(datetime(2026, 5, 11), hours(1))
    with pytest.raises(ValueError, match="years"):
        OFFICE.is_open(datetime(9999, 1, 1, tzinfo=UTC))


def test_microseconds_are_exact_far_from_now():
    for at in (datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)):
        assert instant(micros(at)) == at


def test_threads_that_make_a_calendar_grow_all_get_the_right_answer():
    calendar = daily(["09:00", "17:00"], days=WEEKDAYS)
    starts = [datetime(year, 6, 1, 12, tzinfo=UTC) for year in [*range(1990, 2050), *range(2049, 1989, -1)]]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda start: calendar.due(start, hours(8)), starts))
    alone = daily(["09:00", "17:00"], days=WEEKDAYS)
    assert answers == [alone.due(start, hours(8)) for start in starts]

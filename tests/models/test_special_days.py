"""Days with hours of their own, by hand: the arithmetic is written out beside each case."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from models import sla
from models.calendar import Calendar, Span, moment
from models.sla import Clock, Line

PARIS = ZoneInfo("Europe/Paris")
OFFICE_HOURS = {day: [["09:00", "12:30"], ["13:30", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
ASCENSION = date(2026, 5, 14)  # a Thursday


def paris(text: str) -> datetime:
    return moment(datetime.fromisoformat(f"2026-{text}"), PARIS)


def hours(amount: float) -> timedelta:
    return timedelta(hours=amount)


def office(special: dict[str, list[list[str]]]) -> Calendar:
    days = {date.fromisoformat(f"2026-{day}"): list(times) for day, times in special.items()}
    return Calendar.parse("Europe/Paris", OFFICE_HOURS, {ASCENSION}, days)


def test_a_part_day_counts_its_own_hours_only():
    # Tuesday 24 November closes at noon: Monday 17:00 + 1 h = 18:00, Tuesday 09:00 to 12:00 = 3 h, Wednesday 1 h.
    calendar = office({"11-24": [["09:00", "12:00"]]})
    assert calendar.due(paris("11-23 17:00"), hours(5)) == paris("11-25 10:00")
    assert calendar.due(paris("11-23 17:00"), hours(4)) == paris("11-24 12:00")  # exactly at its closing
    assert calendar.elapsed(paris("11-24 00:00"), paris("11-25 00:00")) == hours(3)
    assert not calendar.is_open(paris("11-24 12:00"))


def test_a_day_with_hours_opens_where_the_week_is_closed():
    # Friday 17:30 + 0.5 h, Saturday 10:00 to 12:00 = 2 h, Monday 0.5 h.
    calendar = office({"05-09": [["10:00", "12:00"]]})
    assert calendar.due(paris("05-08 17:30"), hours(3)) == paris("05-11 09:30")


def test_an_exception_on_a_public_holiday_goes_before_it():
    # Wednesday 17:00 + 1 h, Ascension Day 09:00 to 10:00 = 1 h, Friday 1 h.
    calendar = office({"05-14": [["09:00", "10:00"]]})
    assert calendar.due(paris("05-13 17:00"), hours(3)) == paris("05-15 10:00")
    assert office({"05-14": []}).due(paris("05-13 17:00"), hours(3)) == paris("05-15 11:00")


def test_a_day_without_hours_is_closed_and_longer_hours_bring_a_deadline_forward():
    start = paris("05-11 17:00")
    assert office({}).due(start, hours(3)) == paris("05-12 11:00")
    assert office({"05-12": []}).due(start, hours(3)) == paris("05-13 11:00")
    assert office({"05-12": [["07:00", "20:00"]]}).due(start, hours(3)) == paris("05-12 09:00")


def test_a_part_day_may_run_past_midnight_and_into_the_next_days_hours():
    # Monday 20:00 to Tuesday 10:00 = 14 h; Tuesday's morning begins at 09:00 and is counted once: until 12:30, 16.5 h.
    calendar = office({"05-11": [["20:00", "10:00"]]})
    assert calendar.elapsed(paris("05-11 00:00"), paris("05-12 12:30")) == hours(16.5)
    assert calendar.on(date(2026, 5, 11)) == [Span(paris("05-11 20:00"), paris("05-12 10:00"))]


def test_a_closed_day_leaves_the_night_that_runs_into_it():
    nights = {"fri": [["22:00", "06:00"]]}
    closed = Calendar.parse("Europe/Paris", nights, (), {date(2026, 5, 16): []})
    assert closed.is_open(paris("05-16 03:00"))


def test_a_part_day_on_the_night_the_clocks_change_is_an_hour_longer():
    # Sunday 25 October, 01:00 to 05:00: four hours by the clock, and 02:00 to 03:00 twice.
    calendar = Calendar.parse("Europe/Paris", OFFICE_HOURS, (), {date(2026, 10, 25): [["01:00", "05:00"]]})
    assert calendar.elapsed(paris("10-24 00:00"), paris("10-26 00:00")) == hours(5)


def test_a_pause_over_a_part_day_costs_its_hours():
    # Tuesday is open 3 h, 09:00 to 12:00. Pause Tuesday 10:00 to Wednesday 10:00: 2 h + 1 h.
    calendar = office({"11-24": [["09:00", "12:00"]]})
    pause = Span(paris("11-24 10:00"), paris("11-25 10:00"))
    assert calendar.due(paris("11-24 09:00"), hours(2), [pause]) == paris("11-25 11:00")
    assert calendar.elapsed(paris("11-24 09:00"), paris("11-25 11:00"), [pause]) == hours(2)


def test_the_ledger_tells_what_a_part_day_took():
    # Tuesday 11:00 + 1 h, the afternoon is lost from 12:00 to 18:00, Wednesday 1 h.
    lines = sla.ledger(Clock(office({"11-24": [["09:00", "12:00"]]}), paris("11-24 11:00"), hours(2)))
    assert [(line.kind, line.start, line.end, line.total) for line in lines] == [
        (Line.OPEN, paris("11-24 11:00"), paris("11-24 12:00"), hours(1)),
        (Line.HOLIDAY, paris("11-24 12:00"), paris("11-24 18:00"), hours(1)),
        (Line.OPEN, paris("11-25 09:00"), paris("11-25 10:00"), hours(2)),
    ]


def test_only_what_a_day_lost_is_told():
    special = {"05-12": [["09:00", "12:30"], ["13:30", "18:00"], ["19:00", "20:00"]], "05-13": [], "05-16": []}
    told = office(special).holidays_between(paris("05-11 10:00"), paris("05-18 10:00"))
    assert told == {
        date(2026, 5, 13): (paris("05-13 09:00"), paris("05-13 18:00")),
        ASCENSION: (paris("05-14 09:00"), paris("05-14 18:00")),
    }
    short_lunch = office({"05-12": [["09:00", "12:00"], ["13:00", "17:00"]]})  # lost 12:00 to 12:30 and from 17:00
    assert short_lunch.holidays_between(paris("05-12 00:00"), paris("05-13 00:00")) == {
        date(2026, 5, 12): (paris("05-12 12:00"), paris("05-12 18:00"))
    }


@pytest.mark.parametrize(
    ("times", "says"),
    [
        ([["09:00", "12:00"], ["11:00", "13:00"]], "2026-12-24 09:00-12:00 overlaps 2026-12-24 11:00-13:00"),
        ([["09:00", "25:00"]], "2026-12-24 09:00-25:00: '25:00' is not a time"),
        ([["09:00"]], "2026-12-24: an interval is two times"),
        (None, "2026-12-24: intervals are a list"),
    ],
)
def test_nonsense_on_a_date_is_refused_by_its_date(times, says):
    with pytest.raises(ValueError, match=says):
        Calendar.parse("Europe/Paris", OFFICE_HOURS, (), {date(2026, 12, 24): times})

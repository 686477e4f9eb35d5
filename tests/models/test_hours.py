from datetime import time, timedelta

import pytest

from models import hours
from models.calendar import Calendar


@pytest.mark.parametrize(
    ("week", "says"),
    [
        ({}, "must open some time"),
        ({"mon": [], "tue": []}, "must open some time"),
        ({"mon": [["09:00", "12:00"], ["11:00", "14:00"]]}, "mon 09:00-12:00 overlaps mon 11:00-14:00"),
        ({"mon": [["11:00", "14:00"], ["09:00", "12:00"]]}, "mon 09:00-12:00 overlaps mon 11:00-14:00"),
        ({"mon": [["09:00", "12:00"], ["09:00", "12:00"]]}, "mon 09:00-12:00 overlaps"),
        ({"fri": [["20:00", "06:00"]], "sat": [["05:00", "08:00"]]}, "fri 20:00-06:00 overlaps sat 05:00-08:00"),
        ({"sun": [["20:00", "06:00"]], "mon": [["05:00", "08:00"]]}, "sun 20:00-06:00 overlaps mon 05:00-08:00"),
        ({"mon": [["00:00", "24:00"], ["23:00", "01:00"]]}, "mon 00:00-24:00 overlaps mon 23:00-01:00"),
        ({"mon": [["09:00", "25:00"]]}, "mon 09:00-25:00: '25:00' is not a time"),
        ({"mon": [["24:00", "08:00"]]}, "'24:00' is not a time"),
        ({"wed": [["9:00", "17:00"]]}, "wed 9:00-17:00: '9:00' is not a time"),
        ({"wed": [["09:00", "17:60"]]}, "'17:60' is not a time"),
        ({"wed": [["09:00", None]]}, "None is not a time"),
        ({"wed": [["09:00"]]}, "wed: an interval is two times"),
        ({"wed": ["09:00"]}, "wed: an interval is two times"),
        ({"wed": None}, "wed: intervals are a list"),
        ({"monday": [["09:00", "17:00"]]}, "Unknown weekday 'monday'"),
        ([["09:00", "17:00"]], "Hours are intervals by weekday"),
    ],
)
def test_nonsense_is_refused_by_name(week, says):
    with pytest.raises(ValueError, match=says):
        Calendar.parse("Europe/Paris", week)


@pytest.mark.parametrize("zone", ["Europe/Lutetia", "", "../etc/passwd", "Europe", None])
def test_an_unknown_zone_is_refused(zone):
    with pytest.raises(ValueError, match="Unknown time zone"):
        Calendar.parse(zone, {"mon": [["09:00", "17:00"]]})


def test_a_weekday_is_a_number_from_monday_to_sunday():
    with pytest.raises(ValueError, match="Unknown weekday 7"):
        hours.week({7: [(time(9), time(17))]})


def test_intervals_that_touch_are_fine_and_become_one():
    week = hours.parse({"mon": [["12:00", "14:00"], ["10:00", "12:00"]], "tue": [["00:00", "02:00"]]})
    assert hours.week(week) == {
        0: [(timedelta(hours=10), timedelta(hours=14))],
        1: [(timedelta(0), timedelta(hours=2))],
    }


def test_midnight_touches_the_next_day_without_overlapping_it():
    every_day = {day: [["00:00", "24:00"]] for day in hours.DAYS}
    assert len(hours.week(hours.parse(every_day))) == 7


def test_an_interval_that_ends_at_or_before_its_start_runs_past_midnight():
    week = hours.parse({"fri": [["22:00", "02:00"]], "sat": [["08:00", "08:00"]]})
    assert hours.week(week)[4] == [(timedelta(hours=22), timedelta(hours=26))]
    assert hours.week(week)[5] == [(timedelta(hours=8), timedelta(hours=32))]

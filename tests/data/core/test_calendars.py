"""A calendar out of what is saved, or not saved yet."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from data.core import calendars
from models.calendar import Calendar, moment

OFFICE = {day: [["09:00", "12:30"], ["13:30", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
CLOSED, MORNING = {"name": "Pont", "hours": []}, {"name": "Réveillon", "hours": [["09:00", "12:00"]]}
HOUR = timedelta(hours=1)


def build(exceptions=None, removed=(), **rules) -> Calendar:
    told = {"zone": "Europe/Paris", "hours": OFFICE, "country": "FR"} | rules
    return calendars.build(**told, exceptions=exceptions or {}, removed=removed)


def hours_of(calendar: Calendar, day: str) -> float:
    start, zone = datetime.fromisoformat(day), ZoneInfo("Europe/Paris")
    return calendar.elapsed(moment(start, zone), moment(start + timedelta(days=1), zone)) / HOUR


def test_public_holidays_are_closed_and_the_removed_ones_have_the_hours_of_the_week():
    assert hours_of(build(), "2026-05-14") == 0
    assert hours_of(build(removed=["2026-05-14"]), "2026-05-14") == 8
    assert hours_of(build(removed=["2026-05-14"]), "2026-05-25") == 0  # Whit Monday
    assert hours_of(build(country=""), "2026-05-14") == 8


def test_an_exception_goes_before_the_week_the_holiday_and_the_removed_holiday():
    told = {"2026-05-14": MORNING, "2026-05-15": CLOSED, "2026-05-16": MORNING}
    for calendar in (build(told), build(told, ["2026-05-14"])):
        assert [hours_of(calendar, day) for day in sorted(told)] == [3, 0, 3]


def test_the_same_texts_give_the_same_calendar_whatever_it_calls_its_days():
    assert build({"2026-05-15": CLOSED}) is build({"2026-05-15": {"name": "Autre", "hours": []}})
    assert build() is not build(country="DE")


def test_public_holidays_have_names_in_the_readers_language_or_that_of_the_country():
    named = [("FR", "en"), ("FR", ""), ("DE", "fr"), ("DE", "en")]
    assert [calendars.public_holidays(*asked[:1], 2026, asked[1])[date(2026, 5, 14)] for asked in named] == [
        "Ascension Day",
        "Ascension",
        "Christi Himmelfahrt",
        "Ascension Day",
    ]


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ({"zone": "Mars"}, "Unknown time zone 'Mars'"),
        ({"hours": {}}, "A calendar must open some time"),
        ({"hours": {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}}, "mon 09:00-12:00 overlaps mon 11:00-13:00"),
        ({"country": "XX"}, "Unknown country 'XX'"),
        ({"exceptions": {"soon": CLOSED}}, "'soon' is not a date"),
        ({"exceptions": {"2026-02-29": CLOSED}}, "'2026-02-29' is not a date"),
        ({"exceptions": {"2026-05-15": {"name": "?", "hours": [["9", "12"]]}}}, "2026-05-15 9-12: '9' is not a time"),
        ({"exceptions": {"2026-05-15": {"name": "?"}}}, "2026-05-15: intervals are a list"),
        ({"removed": ["2026-13-01"]}, "'2026-13-01' is not a date"),
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused_by_name(rules, says):
    with pytest.raises(ValueError, match=says):
        build(**rules)

"""The self-check: it passes on calendars of any kind, and catches a calendar that reckons wrongly."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session

from data import self_check
from data.core import check_sla, sla_rules
from models.calendar import Calendar
from models.errors import NotAllowed
from models.service_level import CalendarVersion
from tests.conftest import NOON

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
OFFICE = {day: [["09:00", "12:30"], ["13:30", "18:00"]] for day in WEEKDAYS}
HOUR = timedelta(hours=1)


def edit(world, name: str, **rules) -> None:
    told = {"zone": "Europe/Paris", "hours": OFFICE, "country": "FR"} | rules
    with Session(world.engine.execution_options(writes=True)) as session:
        session.add(CalendarVersion(name=name, valid_from=datetime(2026, 1, 1, tzinfo=UTC), **told))
        session.commit()


def test_a_new_desk_passes_and_every_version_is_told(world):
    edit(world, "standard", exceptions={"2026-12-24": {"name": "Réveillon", "hours": [["09:00", "12:00"]]}})
    report = self_check.run(world.desk(world.manager))
    rules = 9
    assert (report.passed, report.failed) == (85 + 3 * rules, 0)
    assert [line.partition(":")[0] for line in str(report).splitlines()] == [
        "Published cases",
        "Calendar extended, from 1970-01-01 00",
        "Calendar standard, from 1970-01-01 00",
        "Calendar standard, from 2026-01-01 00",
        f"{report.passed} checks, {report.passed} passed, 0 failed",
    ]


@pytest.mark.parametrize(
    "rules",
    [
        {"hours": {"fri": [["22:00", "06:00"]], "sun": [["20:00", "20:00"]]}},
        {"hours": {day: [["00:00", "24:00"]] for day in (*WEEKDAYS, "sat", "sun")}},
        {"hours": {"sun": [["01:00", "02:30"], ["02:45", "03:15"]], "sat": [["23:00", "00:30"]]}},
        {"zone": "Australia/Lord_Howe", "country": "AU"},
        {"zone": "America/Nuuk", "hours": {"sat": [["20:00", "24:00"]]}, "country": ""},
        {"hours": {"wed": [["10:00", "10:01"]]}, "removed": ["2026-05-14"]},
        {"exceptions": {f"2026-03-{day}": {"name": "?", "hours": [["20:00", "12:00"]]} for day in range(20, 31)}},
        {"exceptions": {f"2026-{month:02}-15": {"name": "?", "hours": []} for month in range(1, 13)}},
    ],
)
def test_calendars_of_any_kind_pass(world, rules):
    edit(world, "odd", **rules)
    report = self_check.run(world.desk(world.manager))
    assert report.failed == 0, str(report)


def test_a_version_that_no_calendar_can_be_made_of_is_told(world):
    edit(world, "nonsense", hours={"mon": [["09:00", "12:00"], ["11:00", "13:00"]]})
    report = self_check.run(world.desk(world.manager))
    assert report.failed == 1
    assert "cannot be used: mon 09:00-12:00 overlaps mon 11:00-13:00." in str(report)


def test_missing_cases_are_a_failure(world, tmp_path, monkeypatch):
    monkeypatch.setattr(check_sla, "PUBLISHED", tmp_path)
    report = self_check.run(world.desk(world.manager))
    assert report.failed == 1 and f"No published cases in {tmp_path}" in str(report)


def test_only_managers_may_run_it(world):
    for user in (world.technician, world.sales, world.contact):
        with pytest.raises(NotAllowed):
            self_check.run(world.desk(user))


class Late(Calendar):
    def due(self, start, target, pauses=()):
        return super().due(start, target, pauses) + 9 * HOUR


class Short(Calendar):
    def due(self, start, target, pauses=()):
        return super().due(start, target * 0.999, pauses)


class Fickle(Calendar):
    """What lies further than ten hours is due at once."""

    def due(self, start, target, pauses=()):
        return super().due(start, target if target < 10 * HOUR else timedelta(), pauses)


class Rounding(Calendar):
    def due(self, start, target, pauses=()):
        return super().due(start.replace(second=0, microsecond=0), target, pauses)


class RoundingUp(Calendar):
    def elapsed(self, start, end, pauses=()):
        return -(-super().elapsed(start, end, pauses) // HOUR) * HOUR


class Perverse(Calendar):
    """The more days are closed, the sooner it is due."""

    def due(self, start, target, pauses=()):
        return super().due(start, target / (1 + len(self.special)), pauses)


class Counting(Calendar):
    """Every interval costs a second."""

    def due(self, start, target, pauses=()):
        return super().due(start, target + sum(map(len, self.hours.values())) * HOUR / 3600, pauses)


class Unlike(Calendar):
    def due_many(self, starts, targets):
        return super().due_many(starts, targets) + 1


@pytest.mark.parametrize(
    ("doctored", "rule"),
    [
        (Late, "a deadline lies in an opening or at its end"),
        (Short, "the time used up by the deadline is the target"),
        (Fickle, "a longer target or a later start never brings a deadline forward"),
        (Rounding, "a target in two parts is due when the whole is"),
        (RoundingUp, "the time used in two parts is that of the whole"),
        (Perverse, "more closed days never bring a deadline forward"),
        (Counting, "an interval cut in two changes nothing"),
        (Unlike, "deadlines reckoned together are those reckoned alone"),
    ],
)
def test_a_calendar_that_reckons_wrongly_breaks_the_rule(doctored, rule):
    assert rule in broken(doctored.parse("Europe/Paris", OFFICE, {date(2026, 5, 14)}))


def test_a_calendar_that_is_open_on_holidays_breaks_a_rule():
    without_holidays = Calendar.parse("Europe/Paris", OFFICE)

    class Open(Calendar):
        def is_open(self, at):
            return without_holidays.is_open(at)

    holidays = {date(2026, 1, 1) + n * timedelta(days=1) for n in range(90)}
    assert "it is open when its hours, holidays and special days say so" in broken(
        Open.parse("Europe/Paris", OFFICE, holidays)
    )


def broken(calendar: Calendar) -> set[str]:
    samples = sla_rules.samples(calendar, NOON)
    rules = sla_rules.rules(calendar, samples)
    return {rule for rule, holds in rules.items() if not all(holds(sample) for sample in samples)}


def test_the_moments_are_the_same_each_time_and_lie_on_clock_changes_and_special_days_too():
    calendar = Calendar.parse("Europe/Paris", OFFICE, (), {date(2031, 12, 24): [["09:00", "12:00"]]})
    samples = sla_rules.samples(calendar, NOON)
    assert samples == sla_rules.samples(calendar, NOON)
    days = {sample.start.date() for sample in samples}
    assert {date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28), date(2027, 10, 31)} <= days
    assert any(day.year == 2031 for day in days)
    assert not broken(calendar)

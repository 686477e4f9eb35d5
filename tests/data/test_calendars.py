"""The calendars as managers keep them, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from data import calendars, service_levels, tickets
from data.calendars import CalendarForm
from data.tickets import TicketForm
from models.client import StarLevel
from models.errors import NotAllowed, NotFound, Refused
from models.preview import Preview
from models.ticket import Kind

WEEK = {"mon": [["09:00", "12:30"], ["13:30", "18:00"]], "sat": [["22:00", "06:00"]]}
FORM = CalendarForm("Europe/Paris", WEEK, "FR")


def sheet(world, name="standard"):
    return next(one for one in calendars.all(world.desk(world.manager)) if one.name == name)


def refused(world, form) -> str:
    """Looking, trying and saving say no in the same words."""
    desk, said = world.desk(world.manager), set()
    for attempt in (
        lambda: calendars.preview(desk, "standard", form),
        lambda: calendars.save(desk, "standard", form),
        lambda: calendars.year(desk, "standard", 2026, form),
        lambda: calendars.create(desk, "new", form),
    ):
        with pytest.raises(Refused) as error:
            attempt()
        said.add(str(error.value))
    [words] = said
    return words


# ------------------------------------------------------------------ versions


def test_a_new_desk_has_two_calendars_and_says_which_stars_have_them(world):
    extended, standard = calendars.all(world.desk(world.manager))
    assert (extended.name, extended.star_levels) == ("extended", (StarLevel.FIVE,))
    assert (standard.name, standard.star_levels) == ("standard", (StarLevel.THREE, StarLevel.FOUR))
    assert [author for _, author in standard.versions] == [""]


def test_an_edit_is_a_new_version_from_now_on_and_what_held_before_stays(world):
    before, edited = sheet(world), world.now
    calendars.save(world.desk(world.manager), "standard", FORM)
    assert sheet(world).hours == WEEK
    assert sheet(world).versions == ((edited, "Manager"), (before.valid_from, ""))
    world.now -= timedelta(days=1)
    assert sheet(world).hours == before.hours


def test_saving_what_holds_already_makes_no_version(world):
    calendars.save(world.desk(world.manager), "standard", FORM)
    shuffled = {day: pairs[::-1] for day, pairs in reversed(WEEK.items())} | {"tue": []}
    assert calendars.save(world.desk(world.manager), "standard", replace(FORM, hours=shuffled)) == 0
    assert calendars.preview(world.desk(world.manager), "standard", replace(FORM, hours=shuffled)) == Preview()
    assert len(sheet(world).versions) == 2


def test_of_two_managers_the_second_is_told_that_the_first_has_saved(world):
    seen = sheet(world).valid_from
    forms = [replace(FORM, hours={"mon": [["09:00", f"1{hour}:00"]]}) for hour in range(6)]

    def save(form) -> bool:
        try:
            calendars.save(world.desk(world.manager), "standard", form, seen)
        except Refused as error:
            assert "changed meanwhile" in str(error)
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(save, forms)) == 1
    assert len(sheet(world).versions) == 2


def test_a_created_calendar_can_be_promised(world):
    calendars.create(world.desk(world.manager), "  Nuit  ", FORM)
    assert sheet(world, "Nuit").star_levels == ()
    [first, *_] = service_levels.grid(world.desk(world.manager))
    service_levels.save(world.desk(world.manager), [replace(first, calendar="Nuit")])
    assert sheet(world, "Nuit").star_levels == (first.star_level,)


@pytest.mark.parametrize("name", ["standard", "Standard", " STANDARD "])
def test_a_name_in_use_is_refused_whatever_its_case(world, name):
    with pytest.raises(Refused, match="There is a calendar standard already"):
        calendars.create(world.desk(world.manager), name, FORM)


@pytest.mark.parametrize("name", ["", "  ", "x" * 61])
def test_a_name_must_be_one(world, name):
    with pytest.raises(Refused):
        calendars.create(world.desk(world.manager), name, FORM)


def test_an_unknown_calendar_is_not_found(world):
    with pytest.raises(NotFound):
        calendars.save(world.desk(world.manager), "nowhere", FORM)


@pytest.mark.parametrize("role", ["technician", "sales", "contact"])
def test_calendars_are_for_managers(world, role):
    desk = world.desk(getattr(world, role))
    for attempt in (
        lambda: calendars.all(desk),
        lambda: calendars.year(desk, "standard", 2026),
        lambda: calendars.preview(desk, "standard", FORM),
        lambda: calendars.save(desk, "standard", FORM),
        lambda: calendars.create(desk, "new", FORM),
    ):
        with pytest.raises(NotAllowed):
            attempt()


# ------------------------------------------------------------------ forms that make no sense


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"hours": {}}, "Open at least one day"),
        ({"hours": {"mon": []}}, "Open at least one day"),
        ({"hours": {"tue": [["09:00", "12:00"], ["11:00", "18:00"]]}}, "tue: 09:00–12:00 overlaps tue, 11:00–18:00"),
        ({"hours": {"fri": [["22:00", "06:00"]], "sat": [["05:00", "12:00"]]}}, "fri: 22:00–06:00 overlaps sat"),
        ({"hours": {"sun": [["20:00", "02:00"]], "mon": [["01:00", "03:00"]]}}, "sun: 20:00–02:00 overlaps mon"),
        ({"hours": {"wed": [["9", "12:00"]]}}, "wed: 9–12:00"),
        ({"hours": {"wed": [["09:00"]]}}, "wed: 09:00 is no opening"),
        ({"hours": {"wed": [["25:00", "26:00"]]}}, "wed: 25:00–26:00"),
        ({"hours": {"someday": [["09:00", "12:00"]]}}, "someday is no day"),
        ({"zone": "Europe/Nowhere"}, "Europe/Nowhere"),
        ({"zone": ""}, "no time zone"),
        ({"country": "XX"}, "XX"),
        ({"country": "FRA"}, "FRA"),
        ({"exceptions": {"2026-02-30": {"name": "", "hours": []}}}, "2026-02-30 is no date"),
        ({"exceptions": {"2026-12-24": {"name": "", "hours": [["12", "13"]]}}}, "2026-12-24: 12–13"),
        (
            {"exceptions": {"2026-12-24": {"hours": [["09:00", "12:00"], ["10:00", "11:00"]]}}},
            "2026-12-24: 09:00–12:00 overlaps 2026-12-24, 10:00–11:00",
        ),
        ({"removed": ["Whit Monday"]}, "Whit Monday is no date"),
        ({"hours": {"mon": [["09:00", "09:01"]]}}, "more than 50 years"),
    ],
)
def test_a_form_that_makes_no_sense_is_refused_naming_what_is_wrong(world, changes, words, request):
    form = replace(FORM, **changes)
    if "50 years" in words:  # 80 h at a minute a week; a new calendar may be so, for nothing is promised in it
        with pytest.raises(Refused, match=words):
            calendars.save(world.desk(world.manager), "standard", form)
    else:
        assert words in refused(world, form)
    assert len(sheet(world).versions) == 1


# ------------------------------------------------------------------ a year at a glance


def test_a_year_tells_each_day_what_it_is_and_how_long_it_is_open(world):
    form = replace(
        FORM,
        exceptions={"2026-12-24": {"name": "Réveillon", "hours": [["09:00", "12:00"]]}, "2026-05-15": {"name": "Pont"}},
        removed=["2026-05-25"],
    )
    days = {day.date: day for day in calendars.year(world.desk(world.manager), "standard", 2026, form)}
    assert len(days) == 365

    def told(month: int, day: int):
        found = days[date(2026, month, day)]
        return found.kind, found.name, found.hours / timedelta(hours=1)

    assert told(3, 2) == ("open", "", 8)
    assert told(3, 3) == ("closed", "", 0)
    assert told(3, 28) == ("open", "", 7)  # 22:00 to 06:00 of the night in which an hour is skipped
    assert told(12, 24) == ("special", "Réveillon", 3)
    assert told(5, 15) == ("holiday", "Pont", 0)
    assert told(7, 14)[::2] == ("holiday", 0) and told(7, 14)[1]
    assert told(5, 25)[::2] == ("open", 8)  # Whit Monday, on which this desk works
    assert sheet(world).hours != WEEK  # tried, not saved


def test_a_leap_year_has_a_day_more(world):
    assert len(calendars.year(world.desk(world.manager), "standard", 2028)) == 366


def test_a_calendar_nobody_is_promised_moves_nothing(world):
    calendars.create(world.desk(world.manager), "new", FORM)
    form = TicketForm(kind=Kind.REQUEST, subject="Accès", description="Pour Léa")
    tickets.file(world.desk(world.contact), form)
    world.now = datetime(2026, 3, 3, 12, tzinfo=UTC)
    assert calendars.preview(world.desk(world.manager), "new", replace(FORM, country="")) == Preview()

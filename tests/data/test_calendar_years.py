"""The past does not move when the library of public holidays learns of other days; on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, get_ident

import holidays
import pytest
from sqlmodel import Session, col, select

from data import calendars, conversation, metrics, service_received, sheets, subscriptions, tickets
from data.calendars import CalendarForm
from data.core import calendar_years, fresh_facts, shelf, turn_of_time
from data.core import calendars as core
from data.core.desk import opened
from models.audit import AuditEntry
from models.client import StarLevel
from models.period import Period
from models.service_level import CalendarYear
from models.subscription import Plan
from models.ticket import Urgency
from tests.data.random_desk import PARIS, filed, seal_all

OCTOBER = Period(date(2025, 10, 1), date(2025, 10, 31))
PAST = (date(2025, 10, 14), date(2025, 10, 15))  # a Tuesday and a Wednesday that no holiday was
TO_COME = date(2027, 3, 9)  # a Tuesday


@pytest.fixture(autouse=True)
def nothing_read_before():
    forget()
    yield
    forget()


def forget() -> None:
    """As a new process, which has read nothing yet."""
    core.public_holidays.cache_clear()
    core._build.cache_clear()
    shelf.clear()
    fresh_facts.clear()


@pytest.fixture
def learn(monkeypatch):
    """A new version of the library knows these days as well, and forgets those."""
    real = holidays.country_holidays

    def learn(*days: date, forgotten: tuple[date, ...] = ()) -> None:
        def country_holidays(country, **options):
            found = real(country, **options)
            years = options.get("years")
            for day in days:
                if day.year == years:
                    found[day] = "Jour nouveau"
            for day in forgotten:
                if day.year == years:
                    found.pop(day)
            return found

        monkeypatch.setattr(holidays, "country_holidays", country_holidays)
        forget()

    return learn


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=PARIS)


def worked(world, day: date, client, after: timedelta) -> str:
    """A ticket of that day's morning, resolved so much later."""
    world.now = at(day, 9)
    reference = filed(world, client)
    world.now += after
    tickets.resolve(world.desk(world.technician), reference, "Fait")
    return reference


def dues(world, reference: str):
    sheet = sheets.sheet(world.desk(world.technician), reference)
    return [sheet.first_response, sheet.resolution_clock]


def seen(world, references):
    """What pages say of the past: the figures, a client's quarters, and the clocks of each ticket."""
    page = metrics.page(world.desk(world.manager), OCTOBER)
    received = [service_received.by_quarter(world.desk(world.manager), one.id) for one in (world.acme, world.other)]
    return page.tiles, page.weeks, page.flow, received, [dues(world, one) for one in references]


@pytest.mark.parametrize("sealed", [False, True])
def test_two_days_that_the_library_adds_to_a_past_october_move_nothing(world, learn, sealed):
    references = [
        worked(world, PAST[0], world.acme, timedelta(hours=30)),  # overdue, unless the 14th and the 15th were closed
        worked(world, PAST[0], world.other, timedelta(hours=5)),
        worked(world, PAST[1], world.other, timedelta(days=6)),
    ]
    world.now = at(PAST[0], 10)
    references.append(filed(world, urgency=Urgency.LOW))  # open to this day
    world.now = datetime(2025, 11, 4, 12, tzinfo=PARIS)
    if sealed:
        seal_all(world)
    before = seen(world, references)
    learn(*PAST)
    assert seen(world, references) == before
    conversation.reply(world.desk(world.technician), references[-1], "Voilà")
    tickets.resolve(world.desk(world.technician), references[-1], "Fait")
    learn()  # back again
    assert seen(world, references)[4][:3] == before[4][:3]


def test_figures_would_have_moved_without_the_stored_days(world, learn):
    """The repro of this file is one: what it patches decides promises."""
    worked(world, PAST[0], world.acme, timedelta(hours=30))
    world.now = datetime(2025, 11, 4, 12, tzinfo=PARIS)
    before = metrics.page(world.desk(world.manager), OCTOBER).tiles
    with Session(world.engine.execution_options(writes=True)) as session:
        session.execute(CalendarYear.__table__.delete())
        session.commit()
    learn(*PAST)
    assert metrics.page(world.desk(world.manager), OCTOBER).tiles.kept != before.kept


def test_a_year_that_no_deadline_has_taken_yet_is_what_the_library_knows_now(world, learn):
    world.now = at(TO_COME, 9) - timedelta(days=500)
    filed(world)
    learn(TO_COME)
    world.now = at(TO_COME - timedelta(days=1), 17)
    reference = filed(world, world.other, Urgency.SERIOUS)  # 8 h: one that day, the others after the new holiday
    learn()
    assert dues(world, reference)[0].due_at == at(TO_COME + timedelta(days=1), 17).astimezone(UTC)


def test_a_deadline_that_takes_the_first_days_of_a_year_stores_it(world, learn):
    world.now = at(date(2026, 12, 31), 17)
    reference = filed(world, world.other, Urgency.SERIOUS)
    before = dues(world, reference)
    learn(date(2027, 1, 4))
    assert dues(world, reference) == before
    world.now = at(date(2027, 1, 5), 9)
    assert dues(world, reference)[0].due_at == before[0].due_at


def test_a_deadline_at_closing_stores_the_day_on_which_it_breaks(world, learn):
    world.now = at(date(2026, 12, 31), 14)
    reference = filed(world, world.other)  # 4 h: due at closing, broken when the desk opens again
    assert dues(world, reference)[0].due_at == at(date(2026, 12, 31), 18).astimezone(UTC)
    assert {year for year, _ in stored(world)} == {2026, 2027}


def stored(world) -> dict[tuple[int, int], dict[str, str]]:
    with Session(world.engine) as session:
        return {(one.year, one.calendar_id): one.holidays for one in session.exec(select(CalendarYear))}


def test_a_year_that_begins_is_stored_for_open_tickets(world, learn):
    world.now = at(date(2026, 11, 3), 9)
    reference = filed(world)
    world.now = at(date(2027, 1, 1), 0, 1)
    turn_of_time.look_after(world.desk())
    assert {year for year, _ in stored(world)} == {2026, 2027}
    world.now = at(TO_COME, 18)
    before = dues(world, reference)
    learn(TO_COME)
    assert dues(world, reference) == before


def test_stars_that_change_store_the_years_of_the_new_deadlines(world, learn):
    world.now = at(date(2026, 12, 30), 17)
    reference = filed(world, world.acme, Urgency.LOW)
    subscriptions.save(world.desk(world.sales), world.acme.id, Plan(StarLevel.THREE))
    before = dues(world, reference)
    learn(date(2027, 1, 5), date(2027, 1, 6))
    assert dues(world, reference) == before


# ------------------------------------------------------------------ a new version of a calendar

WEEK = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


def form_of(world, name: str = "standard") -> CalendarForm:
    sheet = sheet_of(world, name)
    return CalendarForm(sheet.zone, sheet.hours, sheet.country, sheet.exceptions, sheet.removed)


def sheet_of(world, name: str = "standard"):
    return next(one for one in calendars.all(world.desk(world.manager)) if one.name == name)


def test_an_edit_of_the_hours_takes_over_the_holidays_as_they_are(world, learn):
    world.now = at(date(2026, 3, 2), 9)
    filed(world, world.other)
    before = sheet_of(world)
    learn(date(2026, 2, 3), date(2026, 6, 3))
    calendars.save(world.desk(world.manager), "standard", replace(form_of(world), hours=WEEK))
    after = sheet_of(world)
    assert after.hours == WEEK
    assert after.years == before.years and list(after.years) == [2026]


def test_a_holiday_to_come_is_shown_and_taken_when_a_manager_asks_for_it(world, learn):
    world.now = at(date(2026, 6, 1), 17)
    reference = filed(world, world.other, Urgency.SERIOUS)
    past, coming, gone = date(2026, 5, 5), date(2026, 6, 2), date(2026, 7, 14)
    assert sheet_of(world).changes == ()
    learn(past, coming, forgotten=(gone,))
    changes = sheet_of(world).changes
    assert [(one.date, one.added) for one in changes] == [(coming, True), (gone, False)]
    assert [one.name for one in changes] == ["Jour nouveau", "Fête nationale"]

    before, manager = dues(world, reference)[0].due_at, world.desk(world.manager)
    form = replace(form_of(world), newest_holidays=True)
    assert calendars.preview(manager, "standard", form_of(world)).moved == 0
    assert calendars.preview(manager, "standard", form).moved == 1
    assert calendars.save(manager, "standard", form) == 1
    assert dues(world, reference)[0].due_at == before + timedelta(days=1)

    sheet = sheet_of(world)
    assert sheet.changes == ()
    assert coming.isoformat() in sheet.years[2026].holidays
    assert not {past.isoformat(), gone.isoformat()} & sheet.years[2026].holidays.keys()
    assert sheet.years[2026].known_at == world.now
    assert calendars.save(manager, "standard", replace(form_of(world), newest_holidays=True)) == 0
    with Session(world.engine) as session:
        told = select(AuditEntry).where(AuditEntry.table_name == "calendar").order_by(col(AuditEntry.id).desc())
        entry = session.exec(told).first()
    assert (entry.before, entry.after) == ({"holidays": ["2026-07-14"]}, {"holidays": ["2026-06-02"]})


def test_days_that_have_begun_are_not_taken(world, learn):
    world.now = at(date(2026, 6, 2), 8)
    filed(world, world.other)
    learn(date(2026, 6, 2))
    assert sheet_of(world).changes == ()
    assert calendars.save(world.desk(world.manager), "standard", replace(form_of(world), newest_holidays=True)) == 0


def test_another_country_has_its_own_days(world):
    world.now = at(date(2026, 6, 2), 8)
    filed(world, world.other)
    calendars.save(world.desk(world.manager), "standard", replace(form_of(world), country="DE"))
    assert {"2026-10-03", "2026-07-14"} & sheet_of(world).years[2026].holidays.keys() == {"2026-10-03"}
    assert sheet_of(world).changes == ()


def test_the_year_at_a_glance_has_the_stored_days(world, learn):
    world.now = at(date(2026, 6, 2), 8)
    filed(world, world.other)
    learn(date(2026, 3, 3), date(2027, 3, 2), date(2026, 9, 1))
    kinds = {
        day.date: day.kind
        for year in (2026, 2027)
        for day in calendars.year(world.desk(world.manager), "standard", year)
    }
    assert (kinds[date(2026, 3, 3)], kinds[date(2027, 3, 2)], kinds[date(2026, 9, 1)]) == ("open", "holiday", "open")
    form = replace(form_of(world), newest_holidays=True)
    days = {day.date: day.kind for day in calendars.year(world.desk(world.manager), "standard", 2026, form)}
    assert (days[date(2026, 3, 3)], days[date(2026, 9, 1)]) == ("open", "holiday")


# ------------------------------------------------------------------ side by side


def test_commands_that_store_one_year_at_once_store_one_list_of_it(world, monkeypatch):
    barrier = Barrier(4)
    monkeypatch.setattr(
        calendar_years, "listed", lambda _country, year: {f"{year}-01-{get_ident() % 28 + 1:02}": "Le mien"}
    )

    def store(_number: int) -> bool:
        barrier.wait(20)
        with opened(world.desk(), "test.store", writes=True) as desk:
            return calendar_years.store(desk.session, [1, 2], world.now, world.now)

    with ThreadPoolExecutor(4) as pool:
        assert any(pool.map(store, range(4)))
    standard, extended = stored(world).values()
    assert standard == extended and len(standard) == 1


def test_a_deadline_follows_the_list_that_another_process_stored_first(world, learn, monkeypatch):
    world.now = at(date(2026, 6, 1), 17)
    real = calendar_years._store

    def beaten(session, years):
        with monkeypatch.context() as patched:
            patched.setattr(calendar_years, "listed", lambda _country, year: {f"{year}-06-02": "Ailleurs"})
            real(session, years)
        real(session, years)

    monkeypatch.setattr(calendar_years, "_store", beaten)
    reference = filed(world, world.other, Urgency.SERIOUS)
    assert dues(world, reference)[0].due_at == at(date(2026, 6, 3), 17).astimezone(UTC)


def test_more_tickets_take_no_more_queries_for_their_calendars(world, count_queries):
    counted = []
    for _ in range(3):
        count_queries()
        filed(world, world.other)
        counted.append(count_queries())
    assert counted[1] == counted[2] < counted[0]

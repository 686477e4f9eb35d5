"""What breaks before closing if nothing is done, on both databases. ★3 critical is 4 h / 16 h of standard hours."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from data import calendars, conversation, forecast, queue, service_levels, tickets
from data.calendars import CalendarForm
from data.tickets import TicketForm
from models.errors import NotAllowed
from models.queue import Filters
from models.sla import State
from models.ticket import Kind, Service, Urgency


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)  # Paris is an hour ahead


def filed(world, urgency=Urgency.CRITICAL, client=None) -> str:
    client = client or world.other
    form = TicketForm(kind=Kind.INCIDENT, subject="Panne", description="Rien", urgency=urgency, client_id=client.id)
    return tickets.file(world.desk(), form)


def breaking(world, by=None):
    return forecast.will_breach(world.desk(by or world.manager))


def listed(world, by=None) -> list[str]:
    return [line.reference for line in breaking(world, by).lines]


def test_it_lists_what_is_due_before_closing_the_next_deadline_first(world):
    world.now = at(3, 12, 30)  # Tuesday 13:30
    critical = filed(world)  # due 17:30
    soon = filed(world, Urgency.CRITICAL, world.acme)  # ★5, extended hours: due 14:30
    filed(world, Urgency.LOW)  # 16 h: due tomorrow at closing
    found = breaking(world)
    assert found.until == at(3, 19)
    assert [line.reference for line in found.lines] == [soon, critical] and found.count == 2


def test_what_is_broken_already_is_not_told_again(world):
    world.now = at(3, 8)
    broken = filed(world, Urgency.CRITICAL, world.acme)
    world.now = at(3, 9, 1)
    assert broken not in listed(world)


def test_what_falls_due_exactly_at_closing_does_not_break_before(world):
    world.now = at(3, 18)
    filed(world, Urgency.CRITICAL, world.acme)  # ★5: 1 h from 19:00 is 20:00
    assert listed(world) == []
    world.now -= timedelta(microseconds=1)
    assert listed(world) == []
    earlier = filed(world, Urgency.CRITICAL, world.acme)
    assert listed(world) == [earlier]


def test_at_night_it_looks_to_the_end_of_the_next_day(world):
    world.now = at(2, 15)  # Monday 16:00: 2 h are left today, 2 h of Tuesday morning
    reference = filed(world)  # due Tuesday 11:00
    assert listed(world) == []
    world.now = at(2, 20)
    assert (breaking(world).until, listed(world)) == (at(3, 19), [reference])
    world.now = at(6, 20)  # Friday night: ★5 are served on Saturday, too
    assert breaking(world).until == at(7, 12)
    world.now = at(7, 13)
    assert breaking(world).until == at(9, 19)


def test_a_midday_break_is_no_closing_nor_is_the_end_of_one_calendar_of_two(world):
    for hour in (11, 12, 17, 18):  # 12:00, 13:00, 18:00 and 19:00, while the extended hours run until 20:00
        world.now = at(3, hour)
        assert breaking(world).until == at(3, 19)
    world.now = at(3, 19)
    assert breaking(world).until == at(4, 19)


def test_a_calendar_that_nobody_is_promised_hours_of_does_not_count(world):
    grid = service_levels.grid(world.desk(world.manager))
    service_levels.save(world.desk(world.manager), [replace(one, calendar="standard") for one in grid])
    world.now = at(3, 12, 30)
    assert breaking(world).until == at(3, 17)


def test_an_opening_past_midnight_belongs_to_the_day_it_began_on(world):
    hours = {day: [["08:00", "12:00"], ["20:00", "02:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    for name in ("standard", "extended"):
        calendars.save(world.desk(world.manager), name, CalendarForm("Europe/Paris", hours))
    world.now = at(4, 9)
    assert breaking(world).until == at(5, 1)
    world.now = at(5, 0, 30)  # Thursday 01:30, still of Wednesday
    assert breaking(world).until == at(5, 1)


def test_the_queue_shows_exactly_what_breaks_before_closing(world):
    world.now = at(3, 7)
    late = filed(world, Urgency.CRITICAL, world.acme)
    enquiry = TicketForm(kind=Kind.ENQUIRY, subject="Devis", description="Dix", service=Service.SALES)
    tickets.file(world.desk(world.contact), enquiry)
    world.now = at(3, 12, 30)
    for urgency in Urgency:
        filed(world, urgency), filed(world, urgency, world.acme)
    assert late not in listed(world)
    for by in (world.manager, world.technician, world.sales):
        page = queue.page(world.desk(by), filters=Filters(before_closing=True))
        assert [line.reference for line in page.lines] == listed(world, by)
    assert listed(world)


def test_a_paused_or_answered_clock_is_not_among_them(world):
    world.now = at(3, 8)
    asked, answered = filed(world), filed(world)
    conversation.reply(world.desk(world.technician), asked, "Quelle version ?", ask=True)
    conversation.reply(world.desk(world.technician), answered, "Nous regardons")
    assert listed(world) == []  # both have 16 h of resolution
    assert breaking(world).count == 0


def test_each_sees_what_is_theirs_to_work(world):
    world.now = at(3, 7)
    enquiry = TicketForm(kind=Kind.ENQUIRY, subject="Devis", description="Dix", service=Service.SALES)
    sales = tickets.file(world.desk(world.contact), enquiry)  # ★5: 8 h from 08:00 is 16:00
    world.now = at(3, 12, 30)
    incident = filed(world, Urgency.CRITICAL, world.acme)  # 1 h from 13:30
    assert listed(world) == [incident, sales]
    assert listed(world, world.technician) == [incident]
    assert listed(world, world.sales) == [sales]
    assert {line.state for line in breaking(world).lines} == {State.FINE}
    with pytest.raises(NotAllowed):
        breaking(world, world.contact)


def test_at_most_fifty_are_listed_and_all_are_counted(world, count_queries):
    world.now = at(3, 12, 30)
    for _ in range(51):
        filed(world)
    count_queries()
    found = breaking(world)
    assert (len(found.lines), found.count) == (50, 51)
    assert count_queries() <= 8


def test_a_desk_that_never_closes_looks_a_day_ahead(world):
    hours = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    for name in ("standard", "extended"):
        calendars.save(world.desk(world.manager), name, CalendarForm("Europe/Paris", hours))
        assert breaking(world).until == world.now + timedelta(days=1)  # one of them is enough


def test_a_desk_that_closes_at_weekends_alone_looks_a_day_ahead_until_it_closes(world):
    hours = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    for name in ("standard", "extended"):
        calendars.save(world.desk(world.manager), name, CalendarForm("Europe/Paris", hours))
    world.now = at(4, 9)  # Wednesday
    assert breaking(world).until == at(5, 9)
    world.now = at(6, 9)  # Friday
    assert breaking(world).until == at(6, 23)

"""What breaks before closing if nothing is done, on both databases. ★3 critical is 4 h / 16 h of standard hours."""

from datetime import UTC, datetime, timedelta

import pytest

from data import calendars, conversation, forecast, tickets
from data.calendars import CalendarForm
from data.tickets import TicketForm
from models.errors import NotAllowed
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
    assert found.until == at(3, 17)
    assert [line.reference for line in found.lines] == [soon, critical] and found.count == 2


def test_what_is_broken_already_is_not_told_again(world):
    world.now = at(3, 8)
    broken = filed(world, Urgency.CRITICAL, world.acme)
    world.now = at(3, 9, 1)
    assert broken not in listed(world)


def test_what_falls_due_exactly_at_closing_does_not_break_before(world):
    world.now = at(3, 12, 30)  # 13:30: four hours and a half until closing
    world.now += timedelta(minutes=30)
    filed(world)  # 4 h from 14:00 is 18:00
    assert listed(world) == []
    world.now -= timedelta(microseconds=1)
    assert listed(world) == []
    earlier = filed(world)
    assert listed(world) == [earlier]


def test_at_night_and_at_noon_it_looks_to_the_next_closing(world):
    world.now = at(2, 15)  # Monday 16:00: 2 h are left today, 2 h of Tuesday morning
    reference = filed(world)  # due Tuesday 11:00
    assert listed(world) == []
    world.now = at(2, 20)
    assert (breaking(world).until, listed(world)) == (at(3, 11, 30), [reference])
    world.now = at(6, 20)  # Friday night
    assert breaking(world).until == at(9, 11, 30)


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
    calendars.save(world.desk(world.manager), "standard", CalendarForm("Europe/Paris", hours))
    assert breaking(world).until == world.now + timedelta(days=1)

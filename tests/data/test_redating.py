"""Running clocks under new terms, on both databases: dated anew from filing, decided ones never judged again.

Extended hours are Mon–Fri 08:00–20:00 and Sat 09:00–13:00 in Paris, an hour ahead of UTC in early March 2026;
standard ones Mon–Fri 09:00–12:30 and 13:30–18:00. Critical is 1 h / 4 h for ★5 and 4 h / 16 h for ★3.
"""

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from data import calendars, conversation, queue, service_levels, sheets, subscriptions, tickets
from data.calendars import CalendarForm
from data.core import promises, scope
from data.tickets import TicketForm
from models.audit import AuditEntry
from models.client import StarLevel
from models.errors import NotFound
from models.sla import State
from models.subscription import Plan
from models.ticket import Change, HistoryEntry, Kind, Service, Status, Ticket, Urgency

HOUR = timedelta(hours=1)


def at(day: int, hour: int, minute: int = 0, *, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def filed(world, client=None, urgency=Urgency.CRITICAL) -> str:
    client = client or world.acme
    form = TicketForm(
        kind=Kind.INCIDENT, subject="Panne", description="Rien ne va", urgency=urgency, client_id=client.id
    )
    return tickets.file(world.desk(), form)


def form(world, name: str, **changes) -> CalendarForm:
    sheet = next(one for one in calendars.all(world.desk(world.manager)) if one.name == name)
    kept = CalendarForm(sheet.zone, sheet.hours, sheet.country, sheet.exceptions, sheet.removed)
    return replace(kept, **changes)


def closed(world, name: str, day: str) -> CalendarForm:
    return form(world, name, exceptions={day: {"name": "Pont", "hours": []}})


def clocks(world, reference):
    sheet = sheets.sheet(world.desk(world.manager), reference)
    return sheet.first_response, sheet.resolution_clock


def dues(world, reference) -> tuple[datetime | None, datetime | None]:
    return tuple(clock.due_at for clock in clocks(world, reference))


def changes(world, reference) -> list[conversation.Changed]:
    entries = conversation.thread(world.desk(world.manager), reference).entries
    told = (Change.CALENDAR, Change.TARGET, Change.STAR_LEVEL)
    return [entry for entry in entries if isinstance(entry, conversation.Changed) and entry.change in told]


# ------------------------------------------------------------------ the arithmetic, written out


def test_a_day_off_moves_what_runs_and_the_history_tells_both_deadlines_and_who(world):
    reference = filed(world, urgency=Urgency.SERIOUS)  # ★5: 2 h / 8 h from Tuesday 12:00
    assert dues(world, reference) == (at(3, 13), at(3, 19))  # 14:00; 12:00–20:00 is 8 h, due at closing
    world.now = at(3, 12)
    assert calendars.save(world.desk(world.manager), "extended", closed(world, "extended", "2026-03-03")) == 1
    # Tuesday no longer counts: 2 h from Wednesday 08:00 is 10:00, 8 h is 16:00.
    assert dues(world, reference) == (at(4, 9), at(4, 15))
    [told] = changes(world, reference)
    assert (told.change, told.before, told.after, told.author) == (Change.CALENDAR, "extended", "extended", "Manager")
    assert told.first_response_due == (at(3, 13), at(4, 9))
    assert told.resolution_due == (at(3, 19), at(4, 15))


def test_a_calendar_changed_mid_ticket_counts_from_filing_not_from_the_change(world):
    reference = filed(world, world.other, Urgency.CRITICAL)  # ★3, standard: 4 h / 16 h from Tuesday 12:00
    # Tuesday 12:00–12:30 and 13:30–17:00 are 4 h. Then 17:00–18:00 is 1 h, Wednesday 8 h, 3 h of Thursday: 12:00.
    assert dues(world, reference) == (at(3, 16), at(5, 11))
    world.now = at(3, 15)
    hours = {day: [["08:00", "20:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    calendars.save(world.desk(world.manager), "standard", form(world, "standard", hours=hours))
    # From 12:00 on: 4 h is 16:00; 8 h of Tuesday until 20:00, 8 h of Wednesday from 08:00: 16:00.
    assert dues(world, reference) == (at(3, 15), at(4, 15))


def test_a_star_level_changed_while_paused_is_dated_when_the_clock_runs_on(world):
    reference = filed(world)  # ★5 critical: 1 h / 4 h from Tuesday 12:00
    world.now = at(3, 11, 30)
    conversation.reply(world.desk(world.technician), reference, "Quelle version ?", ask=True)  # 30 minutes used
    assert clocks(world, reference)[1].due_at is None
    world.now = at(3, 13)
    subscriptions.save(world.desk(world.sales), world.acme.id, Plan(StarLevel.THREE))
    first, resolution = clocks(world, reference)
    assert (resolution.due_at, resolution.target, resolution.state) == (None, 16 * HOUR, State.PAUSED)
    assert resolution.left == 15.5 * HOUR  # 12:00–12:30 is open in standard hours, too
    assert (first.target, first.state) == (HOUR, State.MET)  # answered: decided
    world.now = at(4, 9)
    conversation.reply(world.desk(world.contact), reference, "La 12")
    # 15 h 30 left from Wednesday 10:00: 2 h 30 until 12:30, 4 h 30 until 18:00, Thursday 8 h are 15 h; 30 minutes of
    # Friday from 09:00.
    assert clocks(world, reference)[1].due_at == at(6, 8, 30)
    assert [(one.before, one.after) for one in changes(world, reference)] == [("5", "3")]
    [move] = clocks(world, reference)[1].moves
    assert (move.change, move.due_before, move.due_after) == (Change.STAR_LEVEL, None, None)


def test_an_urgency_raised_and_lowered_back_gives_back_the_deadline_that_was_not_broken_meanwhile(world):
    reference = filed(world, urgency=Urgency.LOW)
    before = dues(world, reference)
    world.now = at(3, 13)
    tickets.set_urgency(world.desk(world.technician), reference, Urgency.CRITICAL, "Tout est arrêté")
    assert dues(world, reference) != before
    # At 14:00 the answer was due an hour ago by the terms of now: it is broken. The resolution has 2 h left.
    world.now = at(3, 13, 30)
    tickets.set_urgency(world.desk(world.technician), reference, Urgency.LOW, "Fausse alerte")
    first, resolution = clocks(world, reference)
    assert resolution.due_at == before[1]
    assert first.target == HOUR  # broken under the urgency that held: decided


def test_an_urgency_lowered_back_in_time_gives_both_deadlines_back(world):
    reference = filed(world, urgency=Urgency.LOW)  # ★5: 4 h / 24 h from Tuesday 12:00
    before = dues(world, reference)
    assert before == (at(3, 15), at(5, 11))  # 16:00; 8 h of Tuesday, 12 h of Wednesday, 4 h of Thursday
    tickets.set_urgency(world.desk(world.technician), reference, Urgency.CRITICAL, "Tout est arrêté")
    assert dues(world, reference) == (at(3, 12), at(3, 15))
    world.now = at(3, 11, 59)
    tickets.set_urgency(world.desk(world.technician), reference, Urgency.LOW, "Fausse alerte")
    assert dues(world, reference) == before


@pytest.mark.parametrize(
    ("answered", "due"), [(at(7, 7, month=4), at(7, 10, month=4)), (at(6, 8, month=4), at(7, 9, month=4))]
)
def test_a_pause_across_easter_monday_ends_on_it_or_after_it(world, answered, due):
    """Paris is two hours ahead by then. ★5 critical, 4 h, from Good Friday 18:00; paused at 19:00 with 3 h left."""
    world.now = at(3, 16, month=4)
    reference = filed(world)
    world.now = at(3, 17, month=4)
    conversation.reply(world.desk(world.technician), reference, "Quelle version ?", ask=True)
    world.now = answered  # Tuesday 09:00: due 12:00. Or on the holiday at 10:00: from Tuesday 08:00, due 11:00
    conversation.reply(world.desk(world.contact), reference, "La 12")
    assert clocks(world, reference)[1].due_at == due


def test_a_pause_across_a_new_holiday_costs_only_its_open_hours(world):
    world.now = at(2, 9)  # Monday 10:00
    reference = filed(world)  # 4 h: due 14:00
    conversation.reply(world.desk(world.technician), reference, "Un instant", ask=True)
    world.now = at(4, 8)  # Wednesday 09:00, after a pause of Monday 10:00 to here
    conversation.reply(world.desk(world.contact), reference, "Voilà")
    assert clocks(world, reference)[1].due_at == at(4, 12)
    # Tuesday within the pause is closed afterwards: nothing of it had counted, the deadline stays.
    assert calendars.save(world.desk(world.manager), "extended", closed(world, "extended", "2026-03-03")) == 0
    assert clocks(world, reference)[1].due_at == at(4, 12)
    assert changes(world, reference) == []


# ------------------------------------------------------------------ what is decided


def test_a_broken_clock_keeps_its_calendar_its_target_and_its_deadline(world):
    reference = filed(world)  # 1 h / 4 h: the answer was due at 13:00
    world.now = at(3, 12, 30)
    hours = {"wed": [["08:00", "20:00"]]}
    assert calendars.save(world.desk(world.manager), "extended", form(world, "extended", hours=hours)) == 1
    first, resolution = clocks(world, reference)
    assert (first.due_at, first.state, first.left) == (at(3, 12), State.BREACHED, -HOUR / 2)
    assert resolution.due_at == at(4, 11)
    [told] = changes(world, reference)
    assert told.first_response_due is None and told.resolution_due == (at(3, 15), at(4, 11))
    [line] = queue.lines(world.desk(world.manager), [reference])
    assert (line.due_at, line.state) == (at(3, 12), State.BREACHED)  # the queue still has the promise that broke


def test_an_answered_or_resolved_ticket_is_not_judged_again(world):
    answered, resolved = filed(world), filed(world)
    conversation.reply(world.desk(world.technician), answered, "Nous regardons")
    tickets.resolve(world.desk(world.technician), resolved, "Redémarré")
    before = clocks(world, answered)[0].due_at, *dues(world, resolved)
    world.now = at(3, 11, 30)
    calendars.save(world.desk(world.manager), "extended", closed(world, "extended", "2026-03-03"))
    assert (clocks(world, answered)[0].due_at, *dues(world, resolved)) == before
    assert changes(world, resolved) == []


def test_a_clock_broken_by_the_change_is_told_before_and_decided_after(world):
    reference = filed(world, urgency=Urgency.SERIOUS)  # 2 h / 8 h
    world.now = at(3, 12, 30)  # 1 h 30 used
    shorter = [
        replace(one, first_response=HOUR)
        if one.star_level == StarLevel.FIVE and one.urgency == Urgency.SERIOUS
        else one
        for one in service_levels.grid(world.desk(world.manager))
    ]
    shown = service_levels.preview(world.desk(world.manager), shorter)
    assert (shown.running, shown.moved, shown.newly_breached, shown.earlier) == (1, 1, 1, 1)
    [moved] = shown.tickets
    assert (moved.clock, moved.due_before, moved.due_after) == ("first_response", at(3, 13), at(3, 12))
    assert (moved.state_before, moved.state_after) == (State.FINE, State.BREACHED)
    assert service_levels.save(world.desk(world.manager), shorter) == 1
    longer = [replace(one, first_response=3 * HOUR, resolution=9 * HOUR) for one in shorter]
    shown = service_levels.preview(world.desk(world.manager), longer)
    assert {one.clock for one in shown.tickets} == {"resolution"} and shown.saved == 0
    service_levels.save(world.desk(world.manager), longer)
    assert dues(world, reference) == (at(3, 12), at(3, 19) + 13 * HOUR)  # 9 h: 8 until closing, 1 h of Wednesday


# ------------------------------------------------------------------ the same computation, twice


def life(world, seed: int) -> None:
    """A fortnight of a desk, at random: filings, questions, answers, urgencies, and resolutions."""
    rng = random.Random(seed)
    open_ones: list[str] = []
    world.now = at(2, 7)
    for _ in range(40):
        world.now += timedelta(minutes=rng.randrange(5, 400), microseconds=rng.randrange(1_000_000))
        deed = rng.random()
        if deed < 0.5 or not open_ones:
            open_ones.append(filed(world, rng.choice([world.acme, world.other]), Urgency(rng.randrange(4))))
            continue
        reference = rng.choice(open_ones)
        if deed < 0.9:
            sheet = sheets.sheet(world.desk(), reference)
            client = world.contact if sheet.client_id == world.acme.id else world.stranger
            by = client if sheet.status == Status.WAITING else world.technician
            conversation.reply(world.desk(by), reference, "…", ask=deed < 0.85)
        elif deed < 0.95:
            tickets.set_urgency(world.desk(world.technician), reference, Urgency(rng.randrange(4)), "Autrement")
        else:
            if deed < 0.98:
                tickets.resolve(world.desk(world.technician), reference, "Fait")
            else:
                tickets.withdraw(world.desk(world.technician), reference)
            open_ones.remove(reference)


def a_calendar(world, rng):
    name = rng.choice(["standard", "extended"])
    hours = {
        day: [["10:00", "12:00"], ["22:00", "02:00"]]
        for day in rng.sample(("mon", "tue", "wed", "thu", "fri", "sat"), 4)
    }
    wanted = form(world, name, hours=hours, zone=rng.choice(["Europe/Paris", "America/New_York"]))
    return calendars.preview, calendars.save, (name, wanted)


def the_targets(world, rng):
    grid = service_levels.grid(world.desk())
    wanted = [
        replace(one, resolution=one.resolution * rng.choice([1, 2]), calendar=rng.choice(["standard", "extended"]))
        for one in grid
    ]
    return service_levels.preview, service_levels.save, (wanted,)


def a_star_level(world, rng):
    client = rng.choice([world.acme, world.other])
    return subscriptions.preview, lambda *plan: subscriptions.save(*plan).moved, (client.id, Plan(StarLevel.FOUR))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("change", [a_calendar, the_targets, a_star_level])
def test_a_save_does_what_its_preview_told_and_what_the_rules_say_of_each_ticket(world, change, seed):
    life(world, seed)
    desk = world.desk(world.manager)
    preview, save, asked = change(world, random.Random(seed))
    shown = preview(desk, *asked)
    running = references(world)
    before = {reference: clocks(world, reference) for reference in running}
    assert save(desk, *asked) == shown.moved
    told = {(one.reference, one.clock): one for one in shown.tickets}
    for reference in running:
        for name, was, is_now in zip(
            ("first_response", "resolution"), before[reference], clocks(world, reference), strict=True
        ):
            moved = told.pop((reference, name), None)
            if moved is None:
                assert was.due_at == is_now.due_at
            else:
                assert (moved.due_before, moved.state_before) == (was.due_at, was.state)
                assert (moved.due_after, moved.state_after) == (is_now.due_at, is_now.state)
                assert not was.stopped_at and was.state != State.BREACHED
    assert not told
    assert_as_the_rules_say(world)
    assert preview(desk, *asked).moved == 0  # once saved, it holds


def references(world) -> list[str]:
    with Session(world.engine) as session:
        return list(session.exec(scope.every_ticket().with_only_columns(col(Ticket.reference))))


def assert_as_the_rules_say(world) -> None:
    """Every ticket has the deadlines that its clocks, one by one, make of its terms and its history."""
    kept = ("first_response_due_at", "resolution_due_at", "next_due_at", "next_warning_at", "next_late_at")
    with Session(world.engine) as session:
        for ticket in session.exec(scope.every_ticket()):
            stored = [getattr(ticket, name) for name in kept]
            promises.date(session, ticket)
            assert stored == [getattr(ticket, name) for name in kept], ticket.reference


def test_what_counted_adds_up_to_the_deadline_after_every_change(world):
    life(world, 7)
    _, save, asked = a_calendar(world, random.Random(7))
    save(world.desk(world.manager), *asked)
    for reference in references(world):
        for clock in clocks(world, reference):
            if clock.due_at is not None:
                assert sum((line.counted for line in clock.ledger), timedelta()) == clock.target
                assert clock.ledger[-1].end == clock.due_at


# ------------------------------------------------------------------ the trail, and who comes at the same time


def test_the_mass_is_one_line_of_the_audit_trail_beside_the_new_version(world):
    filed(world), filed(world)
    world.now += HOUR / 2
    calendars.save(world.desk(world.manager), "extended", closed(world, "extended", "2026-03-03"))
    with Session(world.engine) as session:
        entries = session.exec(select(AuditEntry).where(AuditEntry.action == "calendars.save")).all()
    assert {entry.user_id for entry in entries} == {world.manager.id}
    assert [(one.table_name, one.after) for one in entries if one.table_name == "ticket"] == [
        ("ticket", {"running": 2, "moved": 2})
    ]
    assert [one.table_name for one in entries if one.table_name != "ticket"] == ["calendar"]


def test_tickets_filed_and_answered_while_a_calendar_is_saved_end_under_the_new_one(world):
    """Whoever comes first, none keeps the hours that no longer hold, and none loses an answer."""
    old = [filed(world) for _ in range(10)]
    world.__class__.now, frozen = property(lambda _: datetime.now(UTC)), world.__dict__.pop("now")
    try:
        days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
        forms = [
            form(world, "extended", hours={day: [["00:00", f"{hour}:00"]] for day in days}) for hour in range(18, 24)
        ]

        def act(number: int) -> None:
            if number % 5 == 0:
                calendars.save(world.desk(world.manager), "extended", forms[number // 5])
            elif number % 5 in (1, 2):
                filed(world)
            elif number % 5 == 3:
                conversation.reply(world.desk(world.technician), old[number // 5], "Un instant", ask=True)
            else:
                tickets.set_urgency(world.desk(world.technician), old[-1 - number // 5], Urgency.LOW, "Moins grave")

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(act, range(30)))
    finally:
        del world.__class__.now
        world.now = frozen
    with Session(world.engine) as session:
        newest = session.execute(text("SELECT max(id) FROM calendar WHERE name = 'extended'")).scalar_one()
        found = session.exec(scope.every_ticket()).all()
        assert len(found) == 10 + 12
        assert {ticket.resolution_calendar_id for ticket in found if ticket.filed_at > at(4, 0)} == {newest}
        assert sum(ticket.status == Status.WAITING for ticket in found) == 6
        assert len(session.exec(select(HistoryEntry).where(HistoryEntry.change == Change.URGENCY)).all()) == 6
    assert_as_the_rules_say(world)


def test_a_contact_reads_why_the_date_moved(world):
    reference = filed(world)
    world.now += HOUR / 2
    calendars.save(world.desk(world.manager), "extended", closed(world, "extended", "2026-03-03"))
    entries = conversation.thread(world.desk(world.contact), reference).entries
    assert [entry.change for entry in entries] == [Change.STATUS, Change.CALENDAR]
    [move] = sheets.sheet(world.desk(world.contact), reference).resolution_clock.moves
    assert (move.change, move.due_before, move.due_after) == (Change.CALENDAR, at(3, 15), at(4, 11))


def test_the_other_services_tickets_and_other_clients_stay_as_they_were(world):
    enquiry = tickets.file(
        world.desk(world.contact),
        TicketForm(kind=Kind.ENQUIRY, subject="Facture", description="?", service=Service.ACCOUNTING),
    )
    other = filed(world, world.other)
    before = dues(world, enquiry), dues(world, other)
    world.now += HOUR / 2
    five = [one for one in service_levels.grid(world.desk()) if one.star_level == StarLevel.FIVE]
    changed = [replace(one, resolution=2 * one.resolution) for one in five if one.kind == Kind.INCIDENT]
    assert service_levels.save(world.desk(world.manager), changed) == 0
    assert (dues(world, enquiry), dues(world, other)) == before
    with pytest.raises(NotFound):
        subscriptions.preview(world.desk(world.sales), 999_999, StarLevel.FIVE)

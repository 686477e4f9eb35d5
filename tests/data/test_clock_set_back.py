"""A clock that is set back, or runs ahead for a moment: everything is counted, and nobody answers before the question.

On both databases.
"""

import logging
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import delete
from sqlmodel import Session, col, select

from data import account, calendars, conversation, metrics, subscriptions, tickets
from data.calendars import CalendarForm
from data.core import fresh_facts, recount, seals, shelf, turn_of_time
from data.core.desk import opened
from models.audit import AuditEntry
from models.client import StarLevel
from models.message import Message
from models.period import Period
from models.subscription import Plan
from models.ticket import HistoryEntry, Status, Ticket, Urgency
from models.user import NoticeKind
from tests.data.random_desk import BEFORE, PARIS, Life, filed, seal_all, sealed_days

TUESDAY = date(2026, 3, 3)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture(autouse=True)
def desk_of_march(world):
    """Nothing is read yet, and the desk was not installed in the future."""
    shelf.clear()
    fresh_facts.clear()
    with Session(world.engine.execution_options(writes=True)) as session:
        session.execute(delete(AuditEntry))
        session.commit()


def at(hour: int, minute: int = 0, *, day: date = TUESDAY) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=PARIS)


def counts(world, day: date = TUESDAY) -> tuple[int, int, int]:
    tiles = metrics.page(world.desk(world.manager), Period(day, day)).tiles
    return tiles.filed, tiles.resolved, tiles.response_times["business"].n


def notices(world, user) -> list[NoticeKind]:
    return [one.kind for one in account.shown_notices(world.desk(user))]


# ------------------------------------------------------------------ counted


@pytest.fixture
def sealed_tuesday(world) -> str:
    """A ticket of Tuesday morning; the day is over, and sealed."""
    world.now = at(9)
    reference = filed(world)
    world.now = at(0, 10, day=TUESDAY + DAY)
    seal_all(world)
    assert list(sealed_days(world)) == [TUESDAY]
    return reference


@pytest.mark.parametrize("sealed_again", [False, True])
def test_what_happens_on_a_sealed_day_after_the_clock_was_set_back_is_counted(world, sealed_tuesday, sealed_again):
    world.now = at(15)
    tickets.resolve(world.desk(world.technician), sealed_tuesday, "Fait")
    filed(world)
    assert not sealed_days(world)
    world.now = at(12, day=TUESDAY + DAY)
    if sealed_again:
        seal_all(world)
        assert list(sealed_days(world)) == [TUESDAY]
    assert counts(world) == (2, 1, 1)


def test_days_that_the_clock_had_not_reached_are_counted_again_when_they_are_over(world):
    world.now = at(9)
    filed(world)
    world.now += 3 * DAY  # for a moment
    seal_all(world)
    assert len(sealed_days(world)) == 3
    world.now = at(9, 1)
    turn_of_time.look_after(world.desk())
    assert not sealed_days(world)
    filed(world)
    world.now += DAY
    filed(world)
    seal_all(world)
    assert list(sealed_days(world)) == [TUESDAY]
    world.now += 3 * DAY
    seal_all(world)
    assert (counts(world), counts(world, TUESDAY + DAY)) == ((2, 0, 0), (1, 0, 0))


def test_without_a_word_to_anybody_a_command_alone_makes_good_what_was_sealed_too_early(world):
    world.now = at(9)
    reference = filed(world)
    world.now += 3 * DAY
    seal_all(world)
    world.now = at(10)
    conversation.reply(world.desk(world.technician), reference, "Voilà")
    assert not sealed_days(world)
    world.now = at(12, day=TUESDAY + 4 * DAY)
    seal_all(world)
    assert counts(world) == (1, 0, 1)


def test_commands_that_tell_no_fact_leave_the_days_as_they_are(world, sealed_tuesday):
    world.now = at(15)
    account.update(world.desk(world.manager), "Manager", world.manager.language)
    assert list(sealed_days(world)) == [TUESDAY]


def test_a_command_of_today_leaves_the_days_as_they_are_and_asks_once(world, sealed_tuesday, count_queries):
    conversation.reply(world.desk(world.technician), sealed_tuesday, "Un")
    conversation.reply(world.desk(world.technician), sealed_tuesday, "Deux")
    assert list(sealed_days(world)) == [TUESDAY]
    with Session(world.engine) as session:
        assert not session.exec(select(AuditEntry).where(AuditEntry.table_name == "day_seal")).all()


def test_a_process_that_has_read_a_moment_counts_what_is_written_before_it(world):
    """Today is read again only from some minutes ago on; but not where somebody writes before that."""
    world.now = at(9)
    filed(world)
    world.now = at(15)
    filed(world)
    assert counts(world) == (2, 0, 0)
    world.now = at(14)
    filed(world)
    world.now = at(15, 10)
    assert counts(world) == (3, 0, 0)


def test_a_change_that_takes_effect_late_is_counted_on_its_day(world):
    world.now = at(17)
    filed(world)
    filed(world, world.other)
    subscriptions.save(world.desk(world.sales), world.other.id, Plan(StarLevel.FIVE, TUESDAY + DAY))
    world.now = at(9, day=TUESDAY + 3 * DAY)
    seal_all(world)
    assert len(sealed_days(world)) == 3
    turn_of_time.catch_up(world.desk())
    assert list(sealed_days(world)) == [TUESDAY]
    by_day = whole(world)
    assert len(by_day[TUESDAY + DAY]) > 0


def test_a_change_of_rules_is_counted_on_its_day(world):
    world.now = at(9)
    filed(world, urgency=Urgency.LOW)
    world.now += DAY
    seal_all(world)
    world.now = at(15)
    manager = world.desk(world.manager)
    sheet = next(one for one in calendars.all(manager) if one.name == "extended")
    form = CalendarForm(sheet.zone, {"mon": [["09:00", "10:00"]]}, sheet.country)
    assert calendars.save(manager, "extended", form) == 1
    assert not sealed_days(world)


def whole(world) -> dict[date, bytes]:
    """All days that are over, sealed now."""
    with Session(world.engine.execution_options(writes=True)) as session:
        recount.drop(session, BEFORE)
        session.commit()
    seal_all(world)
    return sealed_days(world)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_the_clock_does_the_seals_are_what_the_rows_say(world, seed):
    life = Life(world, seed)
    for _ in range(12):
        life.go_on(8)
        world.now += timedelta(minutes=life.rng.randrange(-4000, 3000))
        if life.rng.random() < 0.7:
            seal_all(world)
        if life.rng.random() < 0.2:
            turn_of_time.look_after(world.desk())
    world.now += 9 * DAY
    seal_all(world)
    sealed = sealed_days(world)
    assert sealed == whole(world)


# ------------------------------------------------------------------ said


def test_managers_are_told_once_that_the_clock_was_set_back(world, sealed_tuesday, caplog):
    world.now = at(15)
    with caplog.at_level(logging.WARNING, "guichet"):
        for _ in range(3):
            turn_of_time.look_after(world.desk())
            world.now += MINUTE
    assert len([one for one in caplog.records if "clock" in one.message]) == 1
    assert notices(world, world.manager) == [NoticeKind.CLOCK_SET_BACK]
    assert notices(world, world.technician) == notices(world, world.contact) == []
    assert not sealed_days(world)
    account.put_notices_away(world.desk(world.manager), [NoticeKind.CLOCK_SET_BACK])
    assert notices(world, world.manager) == []
    turn_of_time.look_after(world.desk())
    assert notices(world, world.manager) == []
    world.now += 3 * DAY  # right again, and wrong again
    filed(world)
    world.now -= 2 * HOUR
    turn_of_time.look_after(world.desk())
    assert notices(world, world.manager) == [NoticeKind.CLOCK_SET_BACK]


def test_two_servers_whose_clocks_differ_by_some_seconds_alarm_nobody(world, sealed_tuesday):
    filed(world)
    world.now -= 59 * timedelta(seconds=1)
    turn_of_time.look_after(world.desk())
    assert notices(world, world.manager) == []


def test_looking_at_the_clock_costs_the_same_however_much_was_written(world, count_queries):
    turn_of_time.look_after(world.desk())
    counted = []
    for _ in range(2):
        for _ in range(5):
            filed(world)
        count_queries()
        turn_of_time.look_after(world.desk())
        counted.append(count_queries())
    assert counted[0] == counted[1] <= 7


# ------------------------------------------------------------------ in order


def moments(world, reference: str):
    with Session(world.engine) as session:
        ticket = session.exec(select(Ticket).where(Ticket.reference == reference)).one()
        messages = session.exec(select(Message).where(Message.ticket_id == ticket.id).order_by(col(Message.id))).all()
        history = session.exec(
            select(HistoryEntry).where(HistoryEntry.ticket_id == ticket.id).order_by(col(HistoryEntry.id))
        ).all()
    return ticket, [one.at for one in messages], [one.at for one in history]


@pytest.mark.parametrize("back", [timedelta(seconds=3), 2 * HOUR, 2 * DAY])
def test_what_happens_to_a_ticket_happens_after_what_happened_to_it_before(world, back):
    world.now = at(15)
    reference = filed(world)
    world.now += MINUTE
    conversation.reply(world.desk(world.contact), reference, "Alors ?")
    asked = world.now
    world.now -= back
    technician = world.desk(world.technician)
    conversation.reply(technician, reference, "Lequel ?", ask=True)
    conversation.note(technician, reference, "Entre nous")
    tickets.assign(world.desk(world.manager), reference, world.colleague.id)
    tickets.resolve(technician, reference, "Fait")
    ticket, messages, history = moments(world, reference)
    assert messages == sorted(messages) and history == sorted(history)
    assert ticket.first_responded_at == ticket.resolved_at == ticket.changed_at == asked
    assert ticket.status == Status.RESOLVED


def test_a_clock_that_is_right_again_goes_on_from_there(world):
    world.now = at(15)
    reference = filed(world)
    world.now = at(14)
    conversation.reply(world.desk(world.technician), reference, "Un")
    world.now = at(16)
    conversation.reply(world.desk(world.technician), reference, "Deux")
    assert moments(world, reference)[1] == [at(15), at(16)]


def test_new_terms_do_not_set_the_last_change_back(world):
    world.now = at(15)
    reference = filed(world)
    world.now = at(14)
    subscriptions.save(world.desk(world.sales), world.acme.id, Plan(StarLevel.THREE))
    assert moments(world, reference)[0].changed_at == at(15)


# ------------------------------------------------------------------ on demand


def spoil(world) -> None:
    """What no command does: the rows of a sealed day change behind its back."""
    with Session(world.engine.execution_options(writes=True)) as session:
        for ticket in session.exec(select(Ticket)):
            ticket.filed_at += DAY
        session.commit()


def test_days_are_counted_again_on_demand_and_it_is_said_how_they_have_changed(world, sealed_tuesday):
    world.now = at(12, day=TUESDAY + 3 * DAY)
    seal_all(world)
    spoil(world)
    done = metrics.seal_again(world.desk(), None, None)
    assert (done.days, done.following) == (3, None)
    [first, second] = done.changed
    assert (first.day, first.before["filed"], first.after["filed"]) == (TUESDAY, 1, 0)
    assert (second.day, second.before["filed"], second.after["filed"]) == (TUESDAY + DAY, 0, 1)
    assert metrics.seal_again(world.desk(), None, None).changed == ()
    recounted = sealed_days(world)
    assert recounted.items() >= whole(world).items() and not recounted[TUESDAY]
    with Session(world.engine) as session:
        told = session.exec(select(AuditEntry).where(AuditEntry.action == "metrics.seal_again")).all()
    assert [(one.row_id, one.after) for one in told if one.row_id] == [
        (first.day.isoformat(), first.after),
        (second.day.isoformat(), second.after),
    ]


def test_only_the_days_that_are_asked_for_are_counted_again(world, sealed_tuesday):
    world.now = at(12, day=TUESDAY + 3 * DAY)
    seal_all(world)
    spoil(world)
    done = metrics.seal_again(world.desk(), TUESDAY + DAY, TUESDAY + DAY)
    assert (done.days, [one.day for one in done.changed]) == (1, [TUESDAY + DAY])
    assert metrics.seal_again(world.desk(), TUESDAY + 9 * DAY, None).days == 0


def test_counting_a_year_again_takes_a_month_at_a_time(world):
    world.now = at(9)
    filed(world)
    world.now += 80 * DAY
    seal_all(world)
    since, days = None, 0
    while True:
        done = metrics.seal_again(world.desk(), since, None)
        days, since = days + done.days, done.following
        if since is None:
            break
        assert done.days == seals.AT_A_TIME
    assert days == 80


def test_only_managers_count_days_again(world):
    from models.errors import NotAllowed

    for user in (world.technician, world.sales, world.contact):
        with pytest.raises(NotAllowed):
            metrics.seal_again(world.desk(user), None, None)
    with opened(world.desk(), "test", writes=True) as desk:
        assert metrics.seal_again(desk, None, None).days == 0

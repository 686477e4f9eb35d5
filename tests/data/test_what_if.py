"""What another programme would have meant, and the service received: as columns, and as clocks one by one."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session, select

from data import conversation, service_received, subscriptions, tickets, what_if
from data.core import calendars, days, promises, scope
from models.client import StarLevel
from models.decision import Attainment, decision, redated_at
from models.errors import NotAllowed, NotFound
from models.sla import Clock, State
from models.subscription import Plan
from models.ticket import HistoryEntry, Ticket, Urgency
from models.timeline import MICROSECOND
from tests.data.test_redating import at, filed, life


def theirs(session: Session, client) -> list[Ticket]:
    return [one for one in session.exec(scope.every_ticket()) if one.client_id == client.id]


def under(session: Session, ticket: Ticket, level: StarLevel, now) -> tuple[Clock, Clock]:
    """The ticket's clocks with the promises of that level."""
    case = calendars.service_level(session, ticket.kind, level, ticket.urgency, now)
    calendar = calendars.calendar(session, calendars.calendar_version(session, case.calendar, now).id)
    first, resolution = promises.clocks(session, ticket)
    assert first and resolution
    return (
        replace(first, calendar=calendar, target=case.first_response),
        replace(resolution, calendar=calendar, target=case.resolution),
    )


def counted(clocks: list[Clock], now, everywhere: list[bool]) -> Attainment:
    needed = [(clock, counts) for clock, counts in zip(clocks, everywhere, strict=True)]
    needed = [(clock, counts) for clock, counts in needed if clock.state(now) != State.UNNEEDED]
    told = Counter(
        None if not counts or (found := decision(clock, now)) is None else found.met for clock, counts in needed
    )
    return Attainment(told[True], told[False], told[None])


@pytest.mark.parametrize("seed", range(3))
def test_each_programme_is_what_its_clocks_one_by_one_say(world, seed):
    life(world, seed)
    found = what_if.compare(world.desk(world.sales), world.acme.id)
    with Session(world.engine) as session:
        mine = theirs(session, world.acme)
        assert found.tickets == len(mine) == sum(case.count for case in found.cases)
        met = {}
        decided_in = [
            [[decision(clock, world.now) for clock in under(session, one, level, world.now)] for one in mine]
            for level in what_if.LEVELS
        ]
        everywhere = [
            [all(level[place][side] is not None for level in decided_in) for place in range(len(mine))]
            for side in (0, 1)
        ]
        for place, verdict in enumerate(found.verdicts):
            pairs = [under(session, one, verdict.star_level, world.now) for one in mine]
            for side, name in enumerate(("first_response", "resolution")):
                clocks = [pair[side] for pair in pairs]
                assert getattr(verdict, name) == counted(clocks, world.now, everywhere[side])
                waits = sorted(due - clock.started for clock in clocks if (due := clock.due()))
                half = getattr(verdict, f"{name}_within")
                # One that stands still is dated as far as its pauses are over; as it is shown.
                assert half == (waits[(len(waits) - 1) // 2] if waits else None)
                for ticket, clock in zip(mine, clocks, strict=True):
                    judged = decision(clock, world.now)
                    met[ticket.reference, name, place] = None if judged is None else judged.met
    for judged in found.judged:
        for name in ("first_response", "resolution"):
            assert getattr(judged, name) == tuple(met[judged.reference, name, place] for place in range(3))
    told_apart = {
        reference for reference, name, _ in met if {True, False} <= {met[reference, name, place] for place in range(3)}
    }
    assert {one.reference for one in found.judged} == told_apart
    assert found.differing == len(told_apart)


@pytest.mark.parametrize("seed", range(3))
def test_a_quarter_counts_each_clock_where_it_was_decided(world, seed):
    life(world, seed)
    subscriptions.save(world.desk(world.sales), world.acme.id, Plan(StarLevel.THREE))
    world.now += timedelta(days=40)
    found = service_received.by_quarter(world.desk(world.sales), world.acme.id)
    assert len(found.quarters) == 8 and (found.quarters[-1].year, found.quarters[-1].number) == (2026, 2)
    wanted: Counter[tuple[int, int, str, bool]] = Counter()
    running = 0
    with Session(world.engine) as session:
        for ticket in theirs(session, world.acme):
            history = session.exec(select(HistoryEntry).where(HistoryEntry.ticket_id == ticket.id)).all()
            pairs = zip(
                ("first_response", "resolution"), promises.clocks(session, ticket), redated_at(history), strict=True
            )
            for name, clock, moved in pairs:
                judged = decision(clock, world.now, moved)
                if judged is None:
                    running += clock.state(world.now) != State.UNNEEDED
                    continue
                day = days.day_of(judged.at)
                wanted[day.year, (day.month + 2) // 3, name, judged.met] += 1
    told = {
        (one.year, one.number, name, met): getattr(getattr(one, name), "met" if met else "broken")
        for one in found.quarters
        for name in ("first_response", "resolution")
        for met in (True, False)
    }
    assert {case: count for case, count in told.items() if count} == dict(wanted)
    assert found.running == running


def test_a_quarter_that_is_over_never_changes_not_even_by_an_urgency_raised_later(world):
    reference = filed(world, world.other, Urgency.LOW)  # ★3: 16 h / 40 h from Tuesday 12:00
    world.now = at(4, 9)
    conversation.reply(world.desk(world.technician), reference, "Bonjour", ask=True)
    world.now = at(2, 8, month=4)
    conversation.reply(world.desk(world.stranger), reference, "Voilà")
    before = service_received.by_quarter(world.desk(world.sales), world.other.id).quarters[-2]
    assert (before.number, before.first_response) == (1, Attainment(met=1))
    world.now = at(3, 14, month=4)
    tickets.set_urgency(world.desk(world.technician), reference, Urgency.CRITICAL, "Tout est arrêté")
    world.now = at(30, 14, month=4)
    found = service_received.by_quarter(world.desk(world.sales), world.other.id)
    assert found.quarters[-2] == before
    assert found.quarters[-1].resolution == Attainment(broken=1)


def test_every_programme_is_judged_by_the_same_promises(world):
    """One that only ★5 would have missed by now counts nowhere; one that nobody answered in time counts everywhere."""
    world.now = at(3, 8)
    answered, missed = filed(world, world.other, Urgency.CRITICAL), filed(world, world.other, Urgency.CRITICAL)
    conversation.reply(world.desk(world.technician), answered, "Bonjour")
    world.now = at(5, 8)
    filed(world, world.other, Urgency.CRITICAL)  # ★3: 4 h, ★5: 1 h
    world.now = at(5, 10)
    found = what_if.compare(world.desk(world.sales), world.other.id)
    assert [one.first_response for one in found.verdicts] == [Attainment(1, 1, 1)] * 3
    assert missed


def test_a_client_without_tickets_is_told_so(world):
    found = what_if.compare(world.desk(world.technician), world.acme.id)
    assert (found.tickets, found.cases, found.judged, found.differing) == (0, (), (), 0)
    assert [one.first_response.share for one in found.verdicts] == [None] * 3
    assert [one.first_response_within for one in found.verdicts] == [None] * 3
    received = service_received.by_quarter(world.desk(world.technician), world.acme.id)
    assert {one.resolution for one in received.quarters} == {Attainment()} and received.running == 0


@pytest.mark.parametrize(
    ("today", "first"),
    [
        ((2026, 3, 31), (2025, 3, 31)),
        ((2026, 1, 30), (2025, 1, 30)),
        ((2027, 2, 28), (2026, 2, 28)),
        ((2028, 2, 29), (2027, 2, 28)),  # a day that the year before does not have
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_twelve_months_begin_on_this_day_of_the_year_before(world, today, first):
    world.now = datetime(*today, 12, tzinfo=UTC)
    assert days.day_of(what_if.compare(world.desk(world.sales), world.acme.id).since) == date(*first)


def test_only_the_last_twelve_months_and_only_this_client_count(world):
    filed(world)
    filed(world, world.other)
    world.now += timedelta(days=366)
    filed(world)
    found = what_if.compare(world.desk(world.sales), world.acme.id)
    assert found.tickets == 1
    assert found.since > world.now - timedelta(days=366) - MICROSECOND


def test_a_year_before_the_29th_of_february_begins_somewhere(world):
    world.now = world.now.replace(year=2028, month=2, day=29)
    assert days.day_of(what_if.compare(world.desk(world.sales), world.acme.id).since).isoformat() == "2027-02-28"


@pytest.mark.parametrize("asked", [what_if.compare, service_received.by_quarter])
def test_a_contact_may_not_ask_and_nobody_of_a_client_that_is_not_there(world, asked):
    with pytest.raises(NotAllowed):
        asked(world.desk(world.contact), world.acme.id)
    with pytest.raises(NotFound):
        asked(world.desk(world.sales), 999_999)


def test_the_number_of_queries_does_not_grow_with_the_tickets(world, count_queries):
    def asked() -> int:
        count_queries()
        what_if.compare(world.desk(world.sales), world.acme.id)
        service_received.by_quarter(world.desk(world.sales), world.acme.id)
        return count_queries()

    for _ in range(3):
        filed(world)
    world.now += timedelta(days=5)
    few = asked()
    for _ in range(12):
        filed(world)
    assert asked() <= few + 1  # the calendars are read once each


def test_a_withdrawn_ticket_that_nobody_answered_keeps_no_promise_and_breaks_none(world):
    tickets.withdraw(world.desk(world.technician), filed(world, world.acme, Urgency.LOW))
    found = service_received.by_quarter(world.desk(world.sales), world.acme.id)
    assert (found.quarters[-1].first_response, found.running) == (Attainment(), 0)
    assert found.quarters[-1].resolution == Attainment(met=1)
    compared = what_if.compare(world.desk(world.sales), world.acme.id)
    assert compared.tickets == 1
    assert {(one.first_response, one.resolution) for one in compared.verdicts} == {(Attainment(), Attainment(met=1))}

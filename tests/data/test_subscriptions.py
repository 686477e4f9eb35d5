"""What a client subscribes to, on both databases: plans, what follows from them, and what is refused."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count, pairwise
from threading import Barrier

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from data import access_codes, sheets, subscriptions, tickets
from data.core import scope
from data.core import subscriptions as core
from data.core.desk import opened
from data.subscriptions import Saved
from data.tickets import TicketForm
from models.access_code import AccessCode
from models.audit import AuditEntry
from models.client import Client, StarLevel, Subscription
from models.errors import NotAllowed, NotFound, Refused
from models.preview import Preview
from models.subscription import Phase, Plan
from models.ticket import Kind, Urgency

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TODAY, SPRING, SUMMER, NEW_YEAR = date(2026, 3, 3), date(2026, 4, 1), date(2026, 7, 1), date(2027, 1, 1)
NONE, THREE, FOUR, FIVE = StarLevel


def paris(day: date, offset: int) -> datetime:
    """Midnight in Paris, so many hours ahead of UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - offset * HOUR


def programmes(world, client) -> list[tuple[StarLevel, datetime, datetime | None]]:
    periods = subscriptions.history(world.desk(world.technician), client.id)
    return [(one.star_level, one.starts_at, one.ends_at) for one in periods]


def planned(world, *plan, client=None) -> Saved:
    return subscriptions.save(world.desk(world.sales), (client or world.acme).id, Plan(*plan))


def kept(world, client) -> tuple[StarLevel, datetime | None, datetime | None]:
    """What the client's own row says."""
    with Session(world.engine) as session:
        found = session.get_one(Client, client.id)
        return found.star_level, found.next_change_at, found.subscribed_until


def codes(world, client) -> list[bool]:
    """Of every code the client ever had, whether it is live."""
    with Session(world.engine) as session:
        listed = select(AccessCode).where(AccessCode.client_id == client.id).order_by(col(AccessCode.id))
        return [one.ended_at is None for one in session.exec(listed)]


def filed(world, user=None) -> str:
    form = TicketForm(kind=Kind.INCIDENT, subject="Panne", description="Rien", urgency=Urgency.CRITICAL)
    return tickets.file(world.desk(user or world.contact), form)


# ------------------------------------------------------------------ now


def test_the_running_one_ends_now_and_the_other_begins(world):
    [(_, begin, _)] = programmes(world, world.acme)
    planned(world, THREE)
    assert programmes(world, world.acme) == [(FIVE, begin, world.now), (THREE, world.now, None)]
    assert kept(world, world.acme) == (THREE, None, None)


def test_running_tickets_take_the_new_stars_and_new_ones_have_them(world):
    old = filed(world)
    assert planned(world, FOUR).moved == 1
    both = [sheets.sheet(world.desk(world.contact), one) for one in (old, filed(world))]
    assert [(one.star_level, one.first_response.target, one.resolution_clock.target) for one in both] == [
        (FOUR, 2 * HOUR, 8 * HOUR)
    ] * 2
    assert both[0].first_response.due_at == both[1].first_response.due_at  # both filed at noon


def test_a_ticket_whose_clocks_are_decided_takes_the_stars_alone(world):
    reference = filed(world)
    before = sheets.sheet(world.desk(world.contact), reference)
    world.now += 7 * DAY  # both promises are broken
    assert planned(world, THREE).moved == 0
    after = sheets.sheet(world.desk(world.contact), reference)
    assert after.star_level == THREE
    for clock in ("first_response", "resolution_clock"):
        was, is_now = getattr(before, clock), getattr(after, clock)
        assert (is_now.due_at, is_now.target) == (was.due_at, was.target)


def test_an_end_closes_the_technical_service(world):
    reference = filed(world)
    planned(world, NONE)
    assert [ends_at for *_, ends_at in programmes(world, world.acme)] == [world.now]
    assert kept(world, world.acme) == (NONE, None, world.now)
    assert sheets.sheet(world.desk(world.contact), reference).resolution_clock.target == 16 * HOUR  # as three stars
    with pytest.raises(Refused, match="running subscription"):
        filed(world)


def test_the_same_level_is_nothing_to_do(world):
    filed(world)
    assert subscriptions.preview(world.desk(world.sales), world.acme.id, Plan(FIVE)) == Preview()
    assert planned(world, FIVE) == Saved(0, "")
    assert len(programmes(world, world.acme)) == 1


def test_changes_in_one_moment_leave_one_programme_at_a_time(world):
    for level in (THREE, FOUR, NONE, FOUR):
        planned(world, level)
    assert [(level, ends_at) for level, _, ends_at in programmes(world, world.acme)] == [
        (FIVE, world.now),
        (FOUR, None),
    ]


def test_a_plan_may_have_a_last_day_which_is_included(world):
    planned(world, FOUR, None, date(2026, 12, 31))
    assert programmes(world, world.acme)[-1] == (FOUR, world.now, paris(NEW_YEAR, 1))
    assert kept(world, world.acme) == (FOUR, paris(NEW_YEAR, 1), paris(NEW_YEAR, 1))
    [_, period] = subscriptions.history(world.desk(world.sales), world.acme.id)
    assert (period.begins, period.until, period.phase) == (TODAY, date(2026, 12, 31), Phase.RUNNING)
    with Session(world.engine) as session:
        assert core.star_level(session, world.acme.id, paris(NEW_YEAR, 1) - timedelta.resolution) == FOUR
        assert core.star_level(session, world.acme.id, paris(NEW_YEAR, 1)) == NONE


def test_today_is_now(world):
    planned(world, FOUR, TODAY)
    assert programmes(world, world.acme)[-1] == (FOUR, world.now, None)


# ------------------------------------------------------------------ later


def test_what_begins_later_cuts_the_running_one_at_that_moment_and_does_nothing_else_yet(world):
    reference = filed(world)
    before = sheets.sheet(world.desk(world.contact), reference)
    [(_, begin, _)] = programmes(world, world.acme)
    assert planned(world, THREE, SPRING) == Saved(0, "")
    assert programmes(world, world.acme) == [(FIVE, begin, paris(SPRING, 2)), (THREE, paris(SPRING, 2), None)]
    assert kept(world, world.acme) == (FIVE, paris(SPRING, 2), None)
    assert sheets.sheet(world.desk(world.contact), reference) == before
    phases = [one.phase for one in subscriptions.history(world.desk(world.sales), world.acme.id)]
    assert phases == [Phase.RUNNING, Phase.COMING]


def test_a_later_plan_is_previewed_on_the_tickets_of_today(world):
    reference = filed(world)
    desk = world.desk(world.sales)
    later, now = (subscriptions.preview(desk, world.acme.id, Plan(THREE, begins)) for begins in (SPRING, None))
    assert later == now and later.moved == 1 and {one.reference for one in later.tickets} == {reference}
    assert len(programmes(world, world.acme)) == 1


@pytest.mark.parametrize(
    ("level", "code", "before", "after"),
    [(THREE, "ended", "08:00", None), (NONE, "ended", "08:00", None), (FOUR, "", "08:00", "09:00")],
)
def test_a_plan_tells_before_it_is_saved_what_becomes_of_code_and_direct_line(world, level, code, before, after):
    access_codes.issue(world.desk(world.sales), world.acme.id)
    for begins in (None, SPRING):
        change = subscriptions.line_change(world.desk(world.sales), world.acme.id, Plan(level, begins))
        assert change.code == code and change.before["mon"][0][0] == before
        assert (change.after["mon"][0][0] if change.after else None) == after
    assert planned(world, level).code == code


def test_a_plan_that_brings_the_direct_line_tells_its_hours_and_the_code(world):
    change = subscriptions.line_change(world.desk(world.sales), world.other.id, Plan(FIVE))
    assert (change.code, change.before, change.after["sat"]) == ("issued", {}, [["09:00", "13:00"]])
    with pytest.raises(NotAllowed):
        subscriptions.line_change(world.desk(world.technician), world.other.id, Plan(FIVE))
    with pytest.raises(NotFound):
        subscriptions.line_change(world.desk(world.sales), 999, Plan(FIVE))


def test_a_raise_and_a_return_can_both_be_planned(world):
    planned(world, THREE, SPRING)
    planned(world, FOUR, SUMMER, date(2026, 8, 31))
    assert [(level, start) for level, start, _ in programmes(world, world.acme)][1:] == [
        (THREE, paris(SPRING, 2)),
        (FOUR, paris(SUMMER, 2)),
    ]
    assert kept(world, world.acme) == (FIVE, paris(SPRING, 2), paris(date(2026, 9, 1), 2))


def test_a_subscription_may_begin_again_after_a_pause(world):
    planned(world, NONE)
    planned(world, FOUR, SUMMER)
    assert kept(world, world.acme) == (NONE, paris(SUMMER, 2), world.now)
    with pytest.raises(Refused, match="planned already"):
        planned(world, THREE)  # without end, it would meet the other
    planned(world, THREE, None, date(2026, 6, 30))
    assert kept(world, world.acme) == (THREE, paris(SUMMER, 2), None)


@pytest.mark.parametrize("plan", [(THREE, SPRING), (THREE, SUMMER), (NONE, SPRING), (NONE, None), (FOUR, TODAY)])
def test_what_meets_a_plan_that_is_there_already_is_refused_with_what_to_do(world, plan):
    planned(world, FOUR, SUMMER)
    before = programmes(world, world.acme)
    for deed in (subscriptions.preview, subscriptions.save):
        with pytest.raises(Refused, match="planned already") as refusal:
            deed(world.desk(world.sales), world.acme.id, Plan(*plan))
        assert refusal.value.facts == {"day": SUMMER, "level": FOUR}
    assert programmes(world, world.acme) == before


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        ((FOUR, date(2026, 3, 2)), "today on"),
        ((NONE, date(2020, 1, 1)), "today on"),
        ((FOUR, None, date(2026, 3, 2)), "before it begins"),
        ((FOUR, SUMMER, SPRING), "before it begins"),
        ((FOUR, date(2090, 1, 1)), "within the next 50 years"),
        ((FOUR, None, date.max), "within the next 50 years"),
        ((FOUR, date.min), "today on"),
        ((NONE, None, SUMMER), "no last day"),
    ],
)
def test_days_that_make_no_plan_are_refused(world, plan, words):
    for deed in (subscriptions.preview, subscriptions.save):
        with pytest.raises(Refused, match=words):
            deed(world.desk(world.sales), world.acme.id, Plan(*plan))
    assert len(programmes(world, world.acme)) == 1


def test_there_is_nothing_to_end_where_nothing_runs(world):
    planned(world, NONE, SPRING)
    for begins in (SPRING, SUMMER):
        with pytest.raises(Refused, match="No subscription runs"):
            planned(world, NONE, begins)


def test_a_renewal_moves_the_end_and_touches_no_ticket_and_no_code(world):
    planned(world, FOUR, None, date(2026, 12, 31))
    reference = filed(world)
    before, had = sheets.sheet(world.desk(world.contact), reference), codes(world, world.acme)
    assert subscriptions.preview(world.desk(world.sales), world.acme.id, Plan(FOUR, None, None)) == Preview()
    assert planned(world, FOUR, None, date(2027, 12, 31)) == Saved(0, "")
    assert kept(world, world.acme)[2] == paris(date(2028, 1, 1), 1)
    assert planned(world, FOUR, SUMMER, date(2028, 12, 31)) == Saved(0, "")  # it runs then: nothing begins
    assert len(programmes(world, world.acme)) == 2
    assert kept(world, world.acme) == (FOUR, paris(date(2029, 1, 1), 1), paris(date(2029, 1, 1), 1))
    assert sheets.sheet(world.desk(world.contact), reference) == before and codes(world, world.acme) == had


def test_a_year_that_follows_the_one_that_runs_counts_as_one_stretch(world):
    planned(world, FIVE, None, date(2026, 12, 31))
    planned(world, FIVE, NEW_YEAR, date(2027, 12, 31))
    assert len(programmes(world, world.acme)) == 2
    assert kept(world, world.acme) == (FIVE, paris(NEW_YEAR, 1), paris(date(2028, 1, 1), 1))


def test_an_end_that_is_planned_can_be_taken_back_by_renewing(world):
    planned(world, NONE, SUMMER)
    assert kept(world, world.acme) == (FIVE, paris(SUMMER, 2), paris(SUMMER, 2))
    planned(world, FIVE)
    assert kept(world, world.acme) == (FIVE, None, None)


# ------------------------------------------------------------------ cancelled


def cancelled(world, place: int) -> None:
    period = subscriptions.history(world.desk(world.sales), world.acme.id)[place]
    subscriptions.cancel(world.desk(world.sales), world.acme.id, period.id)


@pytest.mark.parametrize("end", [None, date(2026, 12, 31)])
def test_what_a_cancelled_plan_would_have_cut_short_goes_on_as_agreed(world, end):
    planned(world, FIVE, None, end)
    before = programmes(world, world.acme), kept(world, world.acme)
    planned(world, THREE, SPRING, date(2028, 2, 29))
    cancelled(world, -1)
    assert (programmes(world, world.acme), kept(world, world.acme)) == before


@pytest.mark.parametrize("order", [(-1, -1), (-2, -1)])
def test_two_plans_can_be_cancelled_in_any_order(world, order):
    before = programmes(world, world.acme)
    planned(world, THREE, SPRING)
    planned(world, FOUR, SUMMER)
    for place in order:
        cancelled(world, place)
    assert programmes(world, world.acme) == before


def test_a_follower_that_cut_nothing_leaves_the_end_as_it_was(world):
    planned(world, FIVE, None, date(2026, 12, 31))
    planned(world, FIVE, NEW_YEAR)
    cancelled(world, -1)
    assert kept(world, world.acme) == (FIVE, paris(NEW_YEAR, 1), paris(NEW_YEAR, 1))


def test_only_what_is_still_to_come_can_be_cancelled(world):
    planned(world, THREE, SPRING)
    first, second = subscriptions.history(world.desk(world.sales), world.acme.id)
    desk = world.desk(world.sales)
    with pytest.raises(Refused, match="has begun"):
        subscriptions.cancel(desk, world.acme.id, first.id)
    for client, period in ((world.other.id, second.id), (world.acme.id, 999_999), (999_999, second.id)):
        with pytest.raises(NotFound):
            subscriptions.cancel(desk, client, period)
    world.now = second.starts_at
    with pytest.raises(Refused, match="has begun"):
        subscriptions.cancel(desk, world.acme.id, second.id)


# ------------------------------------------------------------------ the access code


def test_entering_four_or_five_stars_issues_a_code_at_once_and_leaving_them_ends_it(world):
    client = world.other
    told = [planned(world, level, client=client).code for level in (FOUR, FIVE, FOUR, THREE, FIVE, NONE, THREE)]
    assert told == ["issued", "", "", "ended", "issued", "ended", ""]
    assert codes(world, client) == [False, False]


def test_a_raise_from_four_to_five_keeps_the_code(world):
    planned(world, FOUR, client=world.other)
    before = access_codes.reveal(world.desk(world.sales), world.other.id)
    planned(world, FIVE, client=world.other)
    assert access_codes.reveal(world.desk(world.sales), world.other.id) == before


def test_a_code_ended_by_hand_is_not_ended_again(world):
    planned(world, FOUR, client=world.other)
    access_codes.end(world.desk(world.sales), world.other.id)
    assert planned(world, THREE, client=world.other) == Saved(0, "")


def test_stars_tickets_and_code_change_together_or_not_at_all(world, monkeypatch):
    reference = filed(world, world.stranger)
    before = sheets.sheet(world.desk(world.stranger), reference), programmes(world, world.other)

    def broken(*_):
        raise RuntimeError("no code")

    monkeypatch.setattr(core.codes, "issue", broken)
    with pytest.raises(RuntimeError):
        planned(world, FIVE, client=world.other)
    assert (sheets.sheet(world.desk(world.stranger), reference), programmes(world, world.other)) == before
    assert kept(world, world.other)[0] == THREE and codes(world, world.other) == []


def test_the_trail_tells_who_and_which_and_the_history_who_and_when(world):
    reference = filed(world, world.stranger)
    planned(world, FOUR, client=world.other)
    with Session(world.engine) as session:
        entries = session.exec(select(AuditEntry).where(AuditEntry.action == "subscriptions.save")).all()
    assert {entry.user_id for entry in entries} == {world.sales.id} and {entry.at for entry in entries} == {world.now}
    assert {entry.table_name for entry in entries} == {"subscription", "ticket", "access_code"}
    moves = sheets.sheet(world.desk(world.technician), reference).resolution_clock.moves
    assert [move.at for move in moves] == [world.now]


# ------------------------------------------------------------------ days and zones


def test_a_day_begins_at_midnight_of_the_desks_zone_in_summer_and_in_winter(world):
    planned(world, FOUR, date(2026, 3, 29), date(2026, 10, 25))  # the days on which the clocks change
    assert programmes(world, world.acme)[-1][1:] == (paris(date(2026, 3, 29), 1), paris(date(2026, 10, 26), 1))
    period = subscriptions.history(world.desk(world.sales), world.acme.id)[-1]
    assert (period.begins, period.until) == (date(2026, 3, 29), date(2026, 10, 25))


def test_today_is_the_day_of_the_desks_zone(world):
    world.now = datetime(2026, 3, 3, 23, 30, tzinfo=UTC)  # the 4th in Paris
    with pytest.raises(Refused):
        planned(world, FOUR, date(2026, 3, 3))
    planned(world, FOUR, date(2026, 3, 4), date(2026, 3, 4))
    assert programmes(world, world.acme)[-1] == (FOUR, world.now, paris(date(2026, 3, 5), 1))


@pytest.mark.parametrize(
    ("zone", "day", "begins"),
    [
        ("Africa/Cairo", date(2026, 4, 24), datetime(2026, 4, 23, 22, tzinfo=UTC)),  # no midnight: 00:00 is 01:00
        ("America/Havana", date(2026, 11, 1), datetime(2026, 11, 1, 4, tzinfo=UTC)),  # midnight twice: the first
        ("Pacific/Kiritimati", date(2026, 4, 1), datetime(2026, 3, 31, 10, tzinfo=UTC)),
    ],
)
def test_a_day_without_midnight_or_with_two_begins_all_the_same(world, monkeypatch, zone, day, begins):
    from data.core.settings import settings

    monkeypatch.setenv("GUICHET_ZONE", zone)
    settings.cache_clear()
    planned(world, FOUR, day, day)
    assert programmes(world, world.acme)[-1][1] == begins
    period = subscriptions.history(world.desk(world.sales), world.acme.id)[-1]
    assert (period.begins, period.until) == (day, day)


def test_a_leap_day_is_a_last_day_like_another(world):
    planned(world, FOUR, None, date(2028, 2, 29))
    assert programmes(world, world.acme)[-1][2] == paris(date(2028, 3, 1), 1)


# ------------------------------------------------------------------ whoever writes


def test_many_subscriptions_at_once_bring_their_clients_up_to_date(world):
    reference = filed(world, world.stranger)
    start, end = world.now - DAY, world.now + DAY
    with opened(world.desk(), "test.many", writes=True) as desk:
        old = desk.session.exec(select(Subscription).where(Subscription.client_id == world.other.id)).one()
        old.ends_at = start
        new = [world.client(desk.session, f"Client {number}", None).id for number in range(3)]
        told = {"star_level": FIVE, "starts_at": start, "ends_at": end}
        core.add(desk, [told | {"client_id": client_id} for client_id in (*new, world.other.id)])
    for client_id in (*new, world.other.id):
        with Session(world.engine) as session:
            client = session.get_one(Client, client_id)
            assert (client.star_level, client.next_change_at, client.subscribed_until) == (FIVE, end, end)
            assert codes(world, client) == [True]
    assert sheets.sheet(world.desk(world.technician), reference).star_level == FIVE


def test_clients_whose_level_stays_cost_no_more_statements_the_more_there_are(world, count_queries):
    counted = []
    for many in (2, 30):
        with opened(world.desk(), "test.many", writes=True) as desk:
            new = [world.client(desk.session, f"Client {many} {number}", None).id for number in range(many)]
            rows = [
                {"client_id": one, "star_level": FOUR, "starts_at": world.now + DAY, "ends_at": None} for one in new
            ]
            count_queries()
            core.add(desk, rows)
            counted.append(count_queries())
    assert counted[0] == counted[1] < 10


# ------------------------------------------------------------------ never two at once


@pytest.mark.parametrize("plan", [Plan(FOUR, SPRING), Plan(FOUR), Plan(FOUR, None, SUMMER)])
def test_of_plans_made_at_once_each_finds_what_the_one_before_it_has_left(world, plan):
    start, end = Barrier(6), None
    if plan.begins is None:
        end = world.now

    def deed(_: int) -> str:
        start.wait()
        try:
            return subscriptions.save(world.desk(world.sales), world.other.id, plan).code or "same"
        except Refused:
            return "refused"

    with ThreadPoolExecutor(6) as threads:
        told = sorted(threads.map(deed, range(6)))
    assert told == (["issued", *["same"] * 5] if end else ["refused"] * 5 + ["same"])
    assert len(programmes(world, world.other)) == 2
    assert codes(world, world.other) == ([True] if end else [])


def test_different_plans_at_once_never_overlap_and_leave_everything_consistent(world):
    reference = filed(world, world.stranger)
    levels, start, minutes = [FOUR, THREE, FIVE, NONE, FOUR, FIVE], Barrier(6), count()

    def deed(number: int) -> None:
        desk = replace(world.desk(world.sales), clock=lambda: world.now + timedelta(minutes=next(minutes)))
        start.wait()
        with suppress(Refused):  # there may be nothing left to end
            subscriptions.save(desk, world.other.id, Plan(levels[number], None, SUMMER if levels[number] else None))

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(deed, range(6)))
    told = programmes(world, world.other)
    for (_, _, end), (_, begin, _) in pairwise(told):
        assert end is not None and end <= begin
    level = kept(world, world.other)[0]
    assert sheets.sheet(world.desk(world.technician), reference).star_level == level
    assert any(codes(world, world.other)) == (level >= FOUR)


INSERT = (
    "INSERT INTO subscription (client_id, star_level, starts_at, ends_at, cuts_short) VALUES (:one, 3, :a, :b, false)"
)
HELD = ("2026-05-01 00:00:00.000000", "2026-06-01 00:00:00.000000")


@pytest.fixture
def raw(world):
    """A client with one subscription in May, and SQL straight to the database."""
    utc = "+00" if world.engine.dialect.name == "postgresql" else ""
    with Session(world.engine.execution_options(writes=True)) as session:
        one = world.client(session, "Mai", None).id
        session.commit()

    def run(statement: str, **given: str | int | None) -> None:
        told = {name: value + utc if isinstance(value, str) else value for name, value in given.items()}
        with world.engine.execution_options(writes=True).begin() as connection:
            connection.execute(text(statement), {"one": one} | told)

    run(INSERT, a=HELD[0], b=HELD[1])
    return run


@pytest.mark.parametrize(
    ("start", "end"),
    [
        HELD,
        ("2026-04-01 00:00:00.000000", None),
        ("2026-04-01 00:00:00.000000", "2026-05-01 00:00:00.000001"),
        ("2026-05-31 23:59:59.999999", None),
        ("2026-05-10 00:00:00.000000", "2026-05-11 00:00:00.000000"),
        ("2026-01-01 00:00:00.000000", "2027-01-01 00:00:00.000000"),
    ],
)
def test_the_database_itself_takes_no_second_one_at_the_same_time(raw, start, end):
    with pytest.raises(IntegrityError, match="never_overlap"):
        raw(INSERT, a=start, b=end)
    raw(INSERT, a="2026-06-01 00:00:00.000000", b=None)  # right after it, for ever
    raw(INSERT, a="2026-04-01 00:00:00.000000", b=HELD[0])
    for change in ("starts_at = :a, ends_at = :b", "ends_at = :b"):
        with pytest.raises(IntegrityError, match="never_overlap"):
            raw(f"UPDATE subscription SET {change} WHERE client_id = :one AND ends_at = :a", a=HELD[0], b=HELD[1])


def test_the_database_lets_other_clients_and_other_columns_be(raw, world):
    raw("UPDATE subscription SET star_level = 4 WHERE client_id = :one")
    raw("UPDATE subscription SET ends_at = :b WHERE client_id = :one", b="2026-05-15 00:00:00.000000")
    raw("UPDATE subscription SET starts_at = starts_at WHERE client_id = :one")
    with pytest.raises(IntegrityError, match="never_overlap"):
        raw(f"UPDATE subscription SET client_id = {world.acme.id} WHERE client_id = :one")
    with pytest.raises(IntegrityError, match="ends_after_it_starts"):
        raw(INSERT, a=HELD[1], b=HELD[0])


# ------------------------------------------------------------------ for whom


def test_it_is_for_managers_and_sales_and_for_clients_that_exist(world):
    for deed in (subscriptions.preview, subscriptions.save, subscriptions.cancel):
        for role in ("technician", "contact"):
            with pytest.raises(NotAllowed):
                deed(world.desk(getattr(world, role)), world.acme.id, Plan(THREE))
        with pytest.raises(NotFound):
            deed(world.desk(world.manager), 999_999, Plan(THREE))
    with pytest.raises(NotAllowed):
        subscriptions.history(world.desk(world.contact), world.acme.id)
    assert len(subscriptions.history(world.desk(world.technician), world.acme.id)) == 1


def test_what_is_kept_with_every_client_is_what_its_rows_come_to(world):
    planned(world, FOUR, SPRING, SUMMER)
    with opened(world.desk(), "test.look", writes=False) as desk:
        for client in desk.session.exec(scope.clients(desk)):
            assert client.star_level == core.star_level(desk.session, client.id, world.now)

"""What takes effect by itself at its moment: once, exactly, whatever goes wrong; on both databases."""

import logging
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Barrier, Event

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from data import sheets, subscriptions, tickets
from data.core import clock, disk, scope, turn_of_time
from data.core import subscriptions as core
from data.core.database import open_engine
from data.core.desk import SYSTEM, Desk, opened
from data.tickets import TicketForm
from models.access_code import AccessCode
from models.audit import AuditEntry
from models.client import Client, StarLevel
from models.errors import Refused
from models.subscription import Plan
from models.ticket import Change, HistoryEntry, Kind, Ticket, Urgency

HOUSE = Path(__file__).parents[3]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NONE, THREE, FOUR, FIVE = StarLevel
TODAY, TOMORROW, FRIDAY = date(2026, 3, 3), date(2026, 3, 4), date(2026, 3, 6)
MIDNIGHT = datetime.fromisoformat("2026-03-04T00:00:00+01:00")  # in which TOMORROW begins


def planned(world, client, *plan) -> None:
    subscriptions.save(world.desk(world.sales), client.id, Plan(*plan))


def filed(world, user) -> str:
    form = TicketForm(kind=Kind.INCIDENT, subject="Panne", description="Rien", urgency=Urgency.SERIOUS)
    return tickets.file(world.desk(user), form)


def state(world, client) -> tuple[StarLevel, datetime | None, list[tuple[datetime, datetime | None]]]:
    """The client's stars, the next change, and when each code was issued and ended."""
    with Session(world.engine) as session:
        found = session.get_one(Client, client.id)
        listed = select(AccessCode).where(AccessCode.client_id == client.id).order_by(col(AccessCode.id))
        codes = [(code.issued_at, code.ended_at) for code in session.exec(listed)]
        return found.star_level, found.next_change_at, codes


def history(world, reference: str) -> list[HistoryEntry]:
    with Session(world.engine) as session:
        ticket = session.exec(scope.every_ticket().where(col(Ticket.reference) == reference)).one()
        listed = select(HistoryEntry).where(HistoryEntry.change == Change.STAR_LEVEL).order_by(col(HistoryEntry.id))
        return list(session.exec(listed.where(HistoryEntry.ticket_id == ticket.id)))


def turns(world) -> list[AuditEntry]:
    with Session(world.engine) as session:
        listed = select(AuditEntry).where(AuditEntry.action == "turn_of_time.turn").order_by(col(AuditEntry.id))
        return list(session.exec(listed))


def test_nothing_happens_before_its_moment_and_all_of_it_after(world):
    reference = filed(world, world.stranger)
    before = sheets.sheet(world.desk(world.technician), reference)
    planned(world, world.other, FIVE, TOMORROW)
    world.now = MIDNIGHT - timedelta.resolution
    assert turn_of_time.catch_up(world.desk()) == MIDNIGHT
    assert state(world, world.other) == (THREE, MIDNIGHT, [])
    assert sheets.sheet(world.desk(world.technician), reference).star_level == before.star_level == THREE
    world.now = MIDNIGHT + timedelta(seconds=7)
    assert turn_of_time.catch_up(world.desk()) is None
    assert state(world, world.other) == (FIVE, None, [(MIDNIGHT, None)])
    after = sheets.sheet(world.desk(world.technician), reference)
    assert (after.star_level, after.resolution_clock.target) == (FIVE, 8 * HOUR)


def test_history_and_audit_trail_tell_the_moment_itself_and_that_nobody_did_it(world):
    reference = filed(world, world.stranger)
    planned(world, world.other, FIVE, TOMORROW)
    world.now = MIDNIGHT + timedelta(seconds=29)
    turn_of_time.catch_up(world.desk())
    [entry] = history(world, reference)
    assert (entry.at, entry.author_id, entry.before, entry.after) == (MIDNIGHT, None, "3", "5")
    told = turns(world)
    assert {(one.at, one.user_id) for one in told} == {(MIDNIGHT, None)}
    assert {one.table_name for one in told} == {"ticket", "access_code", "client"}
    [client] = [one for one in told if one.table_name == "client"]
    assert (client.row_id, client.before, client.after) == (
        str(world.other.id),
        {"star_level": THREE},
        {"star_level": FIVE},
    )


def test_a_subscription_that_runs_out_leaves_the_terms_of_none_and_no_code(world):
    planned(world, world.other, FOUR, None, TODAY)
    reference = filed(world, world.stranger)
    issued = world.now
    assert state(world, world.other) == (FOUR, MIDNIGHT, [(issued, None)])
    world.now = MIDNIGHT
    turn_of_time.catch_up(world.desk())
    assert state(world, world.other) == (NONE, None, [(issued, MIDNIGHT)])
    after = sheets.sheet(world.desk(world.technician), reference)
    assert (after.star_level, after.resolution_clock.target) == (NONE, 24 * HOUR)  # as three stars
    with pytest.raises(Refused, match="running subscription"):
        filed(world, world.stranger)


def test_what_came_due_while_nobody_served_happens_in_order_each_at_its_own_moment(world):
    reference = filed(world, world.stranger)
    planned(world, world.other, FOUR, TOMORROW, date(2026, 3, 5))
    planned(world, world.other, FIVE, FRIDAY, date(2026, 3, 8))
    world.now = MIDNIGHT + 30 * DAY
    assert turn_of_time.catch_up(world.desk()) is None
    friday, monday = MIDNIGHT + 2 * DAY, MIDNIGHT + 5 * DAY
    assert state(world, world.other) == (NONE, None, [(MIDNIGHT, monday)])
    told = [(one.at, one.before, one.after) for one in history(world, reference)]
    assert told == [(MIDNIGHT, "3", "4"), (friday, "4", "5"), (monday, "5", "0")]


def test_a_promise_broken_while_nobody_served_is_judged_by_the_terms_of_its_time(world):
    reference = filed(world, world.stranger)  # ★3 serious: answered within 8 hours of Tuesday 12:00
    planned(world, world.other, FIVE, FRIDAY)
    world.now = MIDNIGHT + 30 * DAY
    turn_of_time.catch_up(world.desk())
    after = sheets.sheet(world.desk(world.technician), reference)
    assert after.star_level == FIVE
    assert after.first_response.target == 8 * HOUR  # broken on Wednesday, under three stars
    assert after.resolution_clock.target == 8 * HOUR  # ran on Friday, when five began


def test_a_ticket_filed_after_the_moment_keeps_what_it_was_promised(world):
    planned(world, world.other, FIVE, TOMORROW)
    world.now = MIDNIGHT + timedelta(seconds=3)  # nothing has looked at the clock yet
    reference = filed(world, world.stranger)
    before = sheets.sheet(world.desk(world.technician), reference)
    assert before.star_level == FIVE  # by the rows, which are never late
    turn_of_time.catch_up(world.desk())
    assert sheets.sheet(world.desk(world.technician), reference) == before
    assert history(world, reference) == []


def test_a_renewal_passes_without_a_trace_on_tickets_and_code(world):
    planned(world, world.other, FOUR, None, TODAY)
    planned(world, world.other, FOUR, TOMORROW)
    reference = filed(world, world.stranger)
    world.now = MIDNIGHT
    before = sheets.sheet(world.desk(world.technician), reference), state(world, world.other)[2]
    turn_of_time.catch_up(world.desk())
    after = sheets.sheet(world.desk(world.technician), reference), state(world, world.other)[2]
    assert after == before and history(world, reference) == []
    assert state(world, world.other)[:2] == (FOUR, None)


@pytest.fixture
def engines(database_url):
    """As many processes of the desk, each with connections of its own."""
    made = [open_engine(database_url) for _ in range(4)]
    yield made
    for engine in made:
        engine.dispose()


def test_several_processes_do_it_once(world, engines):
    reference = filed(world, world.stranger)
    planned(world, world.other, FIVE, TOMORROW)
    planned(world, world.acme, THREE, TOMORROW)
    world.now = MIDNIGHT + timedelta(seconds=1)
    start = Barrier(len(engines))

    def process(engine: Engine) -> None:
        start.wait()
        turn_of_time.catch_up(replace(world.desk(), engine=engine))

    with ThreadPoolExecutor(len(engines)) as threads:
        list(threads.map(process, engines))
    assert state(world, world.other) == (FIVE, None, [(MIDNIGHT, None)])
    assert state(world, world.acme)[:2] == (THREE, None)
    assert len(history(world, reference)) == 1
    assert sorted(one.row_id for one in turns(world) if one.table_name == "client") == sorted(
        str(client.id) for client in (world.acme, world.other)
    )


def test_a_plan_saved_while_time_turns_finds_either_all_of_it_or_nothing(world, engines):
    planned(world, world.other, FOUR, TOMORROW)
    world.now = MIDNIGHT
    start = Barrier(2)

    def turn() -> None:
        start.wait()
        turn_of_time.catch_up(replace(world.desk(), engine=engines[0]))

    def save() -> None:
        start.wait()
        subscriptions.save(replace(world.desk(world.sales), engine=engines[1]), world.other.id, Plan(FIVE))

    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(turn), threads.submit(save)]:
            done.result()
    turn_of_time.catch_up(world.desk())
    level, coming, codes = state(world, world.other)
    assert (level, coming, len(codes)) == (FIVE, None, 1) and codes[0][1] is None


def test_one_client_that_cannot_be_done_keeps_no_other_from_its_moment_and_is_tried_again(world, monkeypatch, caplog):
    planned(world, world.acme, THREE, TOMORROW)
    planned(world, world.other, FIVE, TOMORROW)
    end = core.codes.end
    broken = True

    def failing(desk, client_id: int) -> bool:
        if broken:
            raise RuntimeError("out of order")
        return end(desk, client_id)

    with opened(world.desk(), "test.code", writes=True) as desk:
        core.codes.issue(desk, world.acme.id)
    monkeypatch.setattr(core.codes, "end", failing)
    monkeypatch.setattr(core.codes, "issue", lambda desk, client_id: "")
    world.now = MIDNIGHT + 7 * DAY
    with caplog.at_level(logging.ERROR, "guichet"):
        assert turn_of_time.catch_up(world.desk()) is None
    assert "out of order" in caplog.text and f"client {world.acme.id}" in caplog.text
    assert state(world, world.other)[0] == FIVE
    assert state(world, world.acme)[:2] == (FIVE, MIDNIGHT)  # nothing of it happened
    broken = False
    turn_of_time.catch_up(world.desk())
    level, coming, [(_, ended)] = state(world, world.acme)
    assert (level, coming, ended) == (THREE, None, MIDNIGHT)


def test_the_thread_lets_it_happen_without_anybody(world, engines, monkeypatch):
    """By the real clock: what begins in a moment has begun a moment later."""
    moment = clock.now() + timedelta(seconds=1)
    with opened(Desk(SYSTEM, world.engine), "test.plan", writes=True) as desk:
        [old] = core.held(desk.session, [world.other.id])[world.other.id]
        old.ends_at = moment
        core.settle(desk, [world.other.id])
        core.add(desk, [{"client_id": world.other.id, "star_level": FIVE, "starts_at": moment, "ends_at": None}])
    assert state(world, world.other)[:2] == (THREE, moment)
    turned, settle = Event(), core.settle

    def seen(desk, client_ids):
        done = settle(desk, client_ids)
        turned.set()
        return done

    monkeypatch.setattr(core, "settle", seen)
    with turn_of_time.turning(Desk(SYSTEM, engines[0])), turn_of_time.turning(Desk(SYSTEM, engines[1])):
        assert turned.wait(20)
    assert state(world, world.other) == (FIVE, None, [(moment, None)])


def test_a_database_that_does_not_answer_is_asked_again(world, monkeypatch, caplog):
    planned(world, world.other, FIVE, TOMORROW)
    world.now = MIDNIGHT
    asked, real = [], turn_of_time.catch_up
    turned = Event()

    def down_at_first(desk):
        asked.append(desk)
        if len(asked) == 1:
            raise ConnectionError("no answer")
        following = real(desk)
        turned.set()
        return following

    monkeypatch.setattr(turn_of_time, "catch_up", down_at_first)
    monkeypatch.setattr(turn_of_time, "LONGEST_SLEEP", timedelta(milliseconds=5))
    with caplog.at_level(logging.ERROR, "guichet"), turn_of_time.turning(world.desk()):
        assert turned.wait(20)
    assert "no answer" in caplog.text
    assert state(world, world.other)[0] == FIVE


START = "from data.core import start, settings; start.prepare(settings.settings(), lambda _: None)"


def test_a_database_that_can_only_be_read_is_logged_without_a_trace_and_asked_again(caplog):
    asked = Event()

    def step() -> timedelta:
        if caplog.records:
            asked.set()
        raise disk.nothing_saved()

    with turn_of_time.repeating("a test", step, otherwise=timedelta()):
        assert asked.wait(20)
    assert "disk is full" in caplog.text and not any(record.exc_info for record in caplog.records)


def test_starting_catches_up_before_anybody_is_served_also_when_processes_start_at_once(world, database_url, tmp_path):
    """The world's Tuesday is long over by the real clock."""
    reference = filed(world, world.stranger)
    planned(world, world.other, THREE, None, FRIDAY)
    saturday = MIDNIGHT + 3 * DAY
    assert saturday < clock.now()
    environment = os.environ | {"DATABASE_URL": database_url, "GUICHET_VAR": str(tmp_path / "var")}
    started = [
        subprocess.Popen([sys.executable, "-c", START], cwd=HOUSE, env=environment, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    for process in started:
        _, problem = process.communicate(timeout=60)
        assert process.returncode == 0, problem.decode()
    assert state(world, world.other)[:2] == (NONE, None)
    assert [one.at for one in history(world, reference)] == [saturday]


def test_looking_for_what_is_due_costs_the_same_however_many_clients_wait(world, count_queries):
    counted = []
    for number in range(2):
        with opened(world.desk(), "test.many", writes=True) as desk:
            new = [world.client(desk.session, f"Client {number} {n}", None).id for n in range(20)]
            told = {"star_level": THREE, "starts_at": MIDNIGHT, "ends_at": None}
            core.add(desk, [told | {"client_id": one} for one in new])
        count_queries()
        assert turn_of_time.catch_up(world.desk()) == MIDNIGHT
        counted.append(count_queries())
    assert counted[0] == counted[1] <= 2

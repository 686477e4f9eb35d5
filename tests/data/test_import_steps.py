"""An import of tickets is written in steps: others write between them, and it can be stopped after any of them."""

import csv
import os
import shutil
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import MetaData
from sqlmodel import Session, col, delete, select, update

from data import imports, metrics, tickets
from data.core import clock, files
from data.core.database import open_engine
from data.core.desk import SYSTEM, Desk
from data.core.exchange import guichet_filing, servicenow_filing
from data.core.exchange.batch import Preset, batch
from data.core.settings import settings
from data.tickets import TicketForm
from models.client import Client, StarLevel
from models.ticket import Kind, Ticket, TicketLink, Urgency
from models.ticket_import import STOPPED_AFTER
from tests.conftest import World
from tests.data.test_exports import back, live, out
from tests.data.test_imports import brought_in, event, written

HOUSE = Path(__file__).parents[2]
# When it was, or drawn by lot; all others say what came of it.
OF_A_RUN = {"alembic_version", "audit_entry", "ticket_import", "installation", "access_code", "code_key"}


class Stopped(Exception):
    """As by a kill, between two steps."""


def everything(engine) -> dict[str, list[str]]:
    """Every row of every table, ids and all, but not when public holidays were looked up."""
    metadata, found = MetaData(), {}
    with engine.connect() as connection:
        metadata.reflect(connection)
        for table in metadata.sorted_tables:
            if table.name not in OF_A_RUN:
                rows = connection.execute(select(*(one for one in table.c if one.name != "known_at"))).mappings()
                found[table.name] = sorted(repr(sorted(row.items())) for row in rows)
    return found


def stopped_after(engine, path, preset, steps: int) -> bool:
    """Was it stopped, rather than finished before?"""
    left = steps

    def stop(_done: int, _total: int) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Stopped

    try:
        with batch(path, preset) as rows:
            imports.read(Desk(SYSTEM, engine), rows)
            rows.progress = stop
            imports.write(Desk(SYSTEM, engine), rows)
    except Stopped:
        return True
    return False


@pytest.fixture(autouse=True)
def one_at_a_time(monkeypatch):
    monkeypatch.setattr(guichet_filing, "AT_A_TIME", 1)
    monkeypatch.setattr(guichet_filing, "SURROUNDINGS_AT_A_TIME", 3)
    monkeypatch.setattr(servicenow_filing, "AT_A_TIME", 2)


@pytest.fixture
def lived(new_desk) -> World:
    return live(World(new_desk()))


@pytest.fixture
def log(tmp_path) -> Path:
    rows = [
        event(state, f"{day}/3/2026 {9 + n}:00", f"INC{day}", opened_at=f"{day}/3/2026 09:00", **of)
        for day in range(2, 12)
        for of in [{"location": f"Location {day % 3}", "assignment_group": f"Group {9 - day % 4}"}]
        for n, state in enumerate(("New", "Awaiting User Info", "Resolved"))
    ]
    return written(tmp_path, *rows)


# ------------------------------------------------------------------ stopped, and again


def test_a_log_that_is_stopped_after_any_step_goes_on_to_the_same_desk(new_desk, log):
    whole = new_desk()
    assert brought_in(whole, log).tickets == 10
    for steps in range(5):
        engine = new_desk()
        assert stopped_after(engine, log, Preset.SERVICENOW, steps)
        sums = brought_in(engine, log)
        assert (sums.read, sums.tickets) == (30, 8 - 2 * steps)
        assert everything(engine) == everything(whole)


def test_an_export_that_is_stopped_after_any_step_goes_on_to_the_same_desk(lived, new_desk, tmp_path):
    """Relations between tickets of different steps among all that belongs to them."""
    path = tmp_path / "tickets.csv"
    out(lived.engine, path)
    whole, steps = new_desk(), 0
    back(whole, path)
    while stopped_after(engine := new_desk(), path, Preset.GUICHET, steps):
        assert not back(engine, path).bad
        assert everything(engine) == everything(whole)
        steps += 1
    assert steps > 10


def test_an_export_that_is_stopped_twice_and_lies_in_any_order_goes_on(lived, new_desk, tmp_path):
    path = tmp_path / "tickets.csv"
    out(lived.engine, path)
    with path.open(newline="", encoding="utf-8") as file:
        head, *rows = list(csv.reader(file))
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([head, *sorted(rows, reverse=True)])
    whole, engine = new_desk(), new_desk()
    back(whole, path)
    assert stopped_after(engine, path, Preset.GUICHET, 6) and stopped_after(engine, path, Preset.GUICHET, 9)
    back(engine, path)
    assert everything(engine) == everything(whole)


def test_relations_that_somebody_has_changed_since_do_not_come_back(lived, new_desk, tmp_path):
    out(lived.engine, tmp_path / "tickets.csv")
    engine = new_desk()
    back(engine, tmp_path / "tickets.csv")
    with Session(engine.execution_options(writes=True)) as session:
        session.exec(delete(TicketLink))
        session.exec(update(Ticket).values(follows_id=None))
        session.commit()
    before = everything(engine)
    assert not back(engine, tmp_path / "tickets.csv").bad
    assert everything(engine) == before


def test_a_ticket_that_comes_later_is_related_to_those_that_are_there(lived, new_desk, tmp_path):
    path, part = tmp_path / "tickets.csv", tmp_path / "part.csv"
    out(lived.engine, path)
    shutil.copytree(tmp_path / "tickets.csv.files", tmp_path / "part.csv.files")
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(row for row in rows if row["reference"] != "INC-2026-000003")
    whole, engine = new_desk(), new_desk()
    back(whole, path)
    assert set(back(engine, part).rejected) == {"the other ticket is not there"}
    assert back(engine, path).tickets == 1
    assert relations(engine) == relations(whole)


def relations(engine) -> set[frozenset[str]]:
    with Session(engine) as session:
        names = dict(session.exec(select(Ticket.id, Ticket.reference)).all())
        pairs = [(link.ticket_id, link.other_id) for link in session.exec(select(TicketLink))]
        for ticket in session.exec(select(Ticket)):
            pairs += [(ticket.id, other) for other in (ticket.duplicate_of_id, ticket.follows_id) if other]
        return {frozenset((names[one], names[other])) for one, other in pairs}


def test_the_figures_say_that_an_import_is_under_way_or_was_stopped(new_desk, log):
    engine, now = new_desk(), clock.now()

    def known(after=timedelta()):
        return metrics.options(Desk(SYSTEM, engine, clock=lambda: now + after)).unfinished_import

    assert known() is None
    assert stopped_after(engine, log, Preset.SERVICENOW, 1)
    assert (known().file, known().stopped) == ("log.csv", False)
    assert known(STOPPED_AFTER + timedelta(minutes=1)).stopped
    assert known(timedelta(days=8)) is None  # nobody means to go on
    brought_in(engine, log)
    assert known() is None


# ------------------------------------------------------------------ others meanwhile


def test_attached_files_are_stored_while_others_may_write(lived, new_desk, tmp_path, monkeypatch):
    out(lived.engine, tmp_path / "tickets.csv")
    monkeypatch.setenv("GUICHET_FILES", f"file://{tmp_path / 'elsewhere'}")
    settings.cache_clear()
    engine, stored, keep = new_desk(), [], files.keep

    def kept(name, content):
        with engine.execution_options(writes=True).begin() as connection:  # waits for a minute and fails otherwise
            connection.exec_driver_sql("UPDATE installation SET demo = demo")
        stored.append(name)
        return keep(name, content)

    monkeypatch.setattr(files, "keep", kept)
    assert not back(engine, tmp_path / "tickets.csv").bad
    assert len(stored) == 8


def test_others_create_tickets_while_an_import_is_under_way(sqlite_template, tmp_path):
    database = shutil.copy(sqlite_template, tmp_path / "guichet.db")
    engine = open_engine(f"sqlite:///{database}")
    world = World(engine)
    events = [event(number=f"INC{number}", caller_id=f"Caller {number}") for number in range(1500)]
    words = ["import", "tickets", str(written(tmp_path, *events)), "--preset", "servicenow"]
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{database}"}
    under_way = subprocess.Popen(
        [sys.executable, "-m", "data", *words], cwd=HOUSE, env=environment, stdout=subprocess.PIPE
    )
    form = TicketForm(kind=Kind.INCIDENT, urgency=Urgency.LOW, subject="Panne", description="…")
    waits = []
    while under_way.poll() is None:
        if metrics.options(world.desk(world.manager)).unfinished_import:
            begun = time.monotonic()
            tickets.file(world.desk(world.contact), form)
            waits.append(time.monotonic() - begun)
    said, _ = under_way.communicate()
    assert b"new: 1500 tickets" in said
    assert len(waits) > 2 and max(waits) < 5
    with Session(engine) as session:
        numbers = sorted(int(one[-6:]) for one in session.exec(select(Ticket.reference)))
        levels = session.exec(select(Client.star_level).where(col(Client.name) == "Location 1")).all()
    assert numbers == list(range(1, 1501 + len(waits)))  # gapless, whoever came between
    assert levels == [StarLevel.THREE]
    engine.dispose()

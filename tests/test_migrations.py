"""The schema: that it is the models', that it comes about once whoever starts, and that it goes back."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, inspect, text, update
from sqlmodel import Session, col, func, select

from data import tickets
from data.core import start
from data.core.database import open_engine
from data.tickets import TicketForm
from models.installation import Installation
from models.service_level import CalendarVersion, ServiceLevel
from models.ticket import Kind, Urgency

HOUSE = Path(__file__).parents[1]


def alembic(engine: Engine, run: str, *arguments: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(start.MIGRATIONS))
    with engine.execution_options(writes=True).begin() as connection:
        config.attributes["connection"] = connection
        getattr(command, run)(config, *arguments)


def test_the_schema_is_the_one_of_the_models(engine):
    alembic(engine, "check")  # raises when a migration is missing


def test_every_migration_can_be_taken_back(engine):
    alembic(engine, "downgrade", "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    alembic(engine, "upgrade", "head")
    alembic(engine, "check")


def test_migrating_again_changes_nothing(engine):
    start.migrate(engine)
    with Session(engine) as session:
        assert session.exec(select(func.count(col(Installation.id)))).one() == 1
        assert session.exec(select(func.count(col(CalendarVersion.id)))).one() == 2
        assert session.exec(select(func.count(col(ServiceLevel.id)))).one() == 12 + 3 + 3


def test_days_added_to_the_holidays_become_special_days_and_back(world):
    problem = {
        "kind": Kind.INCIDENT,
        "urgency": Urgency.LOW,
        "subject": "It refers to the calendar",
        "description": "…",
    }
    tickets.file(world.desk(world.contact), TicketForm(client_id=world.acme.id, **problem))
    rules = {"exceptions": {"2026-05-15": {"name": "Pont", "hours": []}}}
    with Session(world.engine.execution_options(writes=True)) as session:
        session.exec(update(CalendarVersion).where(col(CalendarVersion.name) == "extended").values(rules))
        session.commit()
    alembic(world.engine, "downgrade", "0001")
    with world.engine.connect() as connection:
        told = connection.execute(text("SELECT added FROM calendar WHERE name = 'extended'")).scalar_one()
    assert (json.loads(told) if isinstance(told, str) else told) == {"2026-05-15": "Pont"}
    alembic(world.engine, "upgrade", "head")
    with Session(world.engine) as session:
        versions = session.exec(select(CalendarVersion)).all()
    assert {version.name: version.exceptions for version in versions} == {
        "standard": {},
        "extended": rules["exceptions"],
    }


def test_going_back_a_part_day_gets_the_weekly_hours(world):
    rules = {"exceptions": {"2026-12-24": {"name": "Réveillon", "hours": [["09:00", "12:00"]]}}}
    with Session(world.engine.execution_options(writes=True)) as session:
        session.exec(update(CalendarVersion).values(rules))
        session.commit()
    alembic(world.engine, "downgrade", "0001")
    alembic(world.engine, "upgrade", "head")
    with Session(world.engine) as session:
        assert [version.exceptions for version in session.exec(select(CalendarVersion))] == [{}, {}]


START = "from data.core import start, database, settings; start.migrate(database.engine())"


@pytest.mark.parametrize("processes", [4])
def test_processes_that_start_at_once_on_an_empty_database_make_one_schema(database_url, tmp_path, processes):
    engine = open_engine(database_url)
    alembic(engine, "downgrade", "base")
    environment = os.environ | {"DATABASE_URL": database_url, "GUICHET_VAR": str(tmp_path)}
    started = [
        subprocess.Popen([sys.executable, "-c", START], cwd=HOUSE, env=environment, stderr=subprocess.PIPE)
        for _ in range(processes)
    ]
    for process in started:
        _, problem = process.communicate(timeout=60)
        assert process.returncode == 0, problem.decode()
    test_migrating_again_changes_nothing(engine)
    engine.dispose()


def test_a_demo_is_whole_or_not_there_at_all(tmp_path, monkeypatch):
    from data.core.settings import settings

    def killed(_engine: Engine) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        start.prepare(settings(), killed)
    assert not settings().embedded_file.exists()
    start.prepare(settings(), lambda _engine: None)
    with Session(open_engine(settings().database_url)) as session:
        assert session.get_one(Installation, 1).demo


def test_a_database_that_was_not_born_as_a_demo_is_never_seeded(monkeypatch):
    from data.core import settings as module

    def never(_engine: Engine) -> None:
        raise AssertionError("seeded")

    monkeypatch.setenv("GUICHET_DEMO", "0")
    module.settings.cache_clear()
    start.prepare(module.settings(), never)
    monkeypatch.setenv("GUICHET_DEMO", "1")
    module.settings.cache_clear()
    start.prepare(module.settings(), never)
    with Session(open_engine(module.settings().database_url)) as session:
        assert not session.get_one(Installation, 1).demo


def test_a_database_chosen_by_url_is_never_seeded(database_url, monkeypatch):
    from data.core import settings as module

    def never(_engine: Engine) -> None:
        raise AssertionError("seeded")

    monkeypatch.setenv("DATABASE_URL", database_url)
    module.settings.cache_clear()
    start.prepare(module.settings(), never)

"""The schema: that it is the models', that it comes about once whoever starts, and that it goes back."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, bindparam, inspect, text, update
from sqlmodel import Session, col, func, select

from data import articles, clients, conversation, corrections, products, services, tickets
from data.core import clock, sign_in, start
from data.core.database import open_engine
from data.tickets import TicketForm
from models import addresses
from models.article import ArticleRead
from models.base import Instant
from models.client import Client, Subscription
from models.client_list import ClientFilters
from models.installation import Installation
from models.service_level import CalendarVersion, CalendarYear, ServiceLevel
from models.subscription import Standing
from models.ticket import Change, HistoryEntry, Kind, Service, Urgency
from models.ticket_words import TicketWords
from models.user import User
from tests.data.test_articles import written

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


def test_clients_of_an_older_desk_are_found_and_were_heard_of_when_they_last_filed(world):
    form = TicketForm(kind=Kind.INCIDENT, urgency=Urgency.LOW, subject="Panne", description="…")
    tickets.file(world.desk(world.contact), form)
    alembic(world.engine, "downgrade", "0002")
    alembic(world.engine, "upgrade", "head")
    for text_ in ("ACME", "contact@guichet"):
        [line] = clients.search(world.desk(world.sales), ClientFilters(text=text_)).lines
        assert (line.name, line.last_contact_at) == ("Acme (démo)", world.now)


def test_products_of_an_older_desk_have_an_order_and_keep_their_names(world):
    alembic(world.engine, "downgrade", "0005")
    with world.engine.execution_options(writes=True).begin() as connection:
        for name in ("tachy", "Zèbre", "Tachy", "Étiquettes"):
            connection.execute(text("INSERT INTO product (name, active) VALUES (:name, true)"), {"name": name})
    alembic(world.engine, "upgrade", "head")
    listed = products.listed(world.desk(world.manager)).lines
    assert [one.name for one in listed] == ["Comptoir", "Étiquettes", "tachy", "Tachy", "Zèbre"]
    made = products.create(world.desk(world.manager), ["TACHY", "zebre", "Neuf"])
    assert [one.name for one in made.created] == ["Neuf"]
    second = next(one for one in listed if one.name == "Tachy")
    products.rename(world.desk(world.manager), second.id, "Tachy 2", "Tachy")


def test_a_desk_that_goes_back_keeps_no_history_that_it_cannot_read(world):
    form = TicketForm(kind=Kind.INCIDENT, urgency=Urgency.LOW, subject="Panne", description="…")
    reference = tickets.file(world.desk(world.contact), form)
    technician = world.desk(world.technician)
    present = corrections.choices(technician, reference).present
    corrections.correct(technician, reference, replace(present, subject="Autre"), present)
    alembic(world.engine, "downgrade", "0005")
    alembic(world.engine, "upgrade", "head")
    with Session(world.engine) as session:
        assert [one.change for one in session.exec(select(HistoryEntry))] == [Change.STATUS]


def test_what_was_read_before_is_decided_by_the_tickets_that_followed(world):
    read = [written(world).id, written(world, product_id=None).id]
    for reader in (world.contact, world.stranger):
        articles.read(world.desk(reader), read)
    world.now += timedelta(days=2, microseconds=3)
    form = TicketForm(kind=Kind.INCIDENT, urgency=Urgency.LOW, subject="Panne", description="…")
    tickets.file(world.desk(world.contact), replace(form, product_id=world.product.id))

    def kept() -> set[tuple[object, ...]]:
        one = ArticleRead
        columns = select(one.article_id, one.user_id, one.at, one.decided_at, one.ticket_id)
        with Session(world.engine) as session:
            return {tuple(row) for row in session.exec(columns)}

    before = kept()
    assert len({row[3] for row in before}) == 2
    alembic(world.engine, "downgrade", "0004")
    alembic(world.engine, "upgrade", "head")
    assert kept() == before


def test_tickets_of_an_older_desk_are_found_by_the_same_words_as_new_ones(world):
    def words() -> dict[int, set[str]]:
        with Session(world.engine) as session:
            return {row.ticket_id: set(row.words.split()) for row in session.exec(select(TicketWords))}

    form = TicketForm(kind=Kind.INCIDENT, subject="Œillets décalés", description="L’écran n°2 : « noir » " + "x" * 99)
    for user in (world.contact, world.stranger):
        reference = tickets.file(world.desk(user), form)
        conversation.reply(world.desk(world.technician), reference, "Redémarrez-le.")
        conversation.note(world.desk(world.technician), reference, "Entre nous")
    tickets.resolve(world.desk(world.technician), reference, "Remplacé")
    before = words()
    assert len(before) == 2 and {"oeillets", "ecran", "redemarrez"} <= before[1] and "nous" not in before[1]
    alembic(world.engine, "downgrade", "0005")
    alembic(world.engine, "upgrade", "head")
    assert words() == before


def test_technicians_of_an_older_desk_go_on_working_what_they_hold(world):
    form = {"kind": Kind.ENQUIRY, "service": Service.LOGISTICS, "urgency": Urgency.NONE}
    reference = tickets.file(world.desk(world.contact), TicketForm(subject="Un retour", description="…", **form))
    services.choose(world.desk(world.manager), world.technician.id, {Service.LOGISTICS})
    tickets.assign(world.desk(world.manager), reference, world.technician.id)
    alembic(world.engine, "downgrade", "0003")
    alembic(world.engine, "upgrade", "head")
    worked = services.of(world.desk(world.manager), [world.technician.id, world.sales.id])
    assert worked[world.technician.id] == (Service.TECHNICAL, Service.LOGISTICS, Service.ACCOUNTING)
    assert worked[world.sales.id] == (Service.SALES,)
    assert services.unattended(world.desk(world.manager)) == ()


def test_calendars_of_an_older_desk_keep_the_holidays_of_every_year_that_it_has_used(world):
    form = TicketForm(kind=Kind.INCIDENT, urgency=Urgency.LOW, subject="Panne", description="…")
    world.now = datetime.fromisoformat("2024-12-31T23:30:00+01:00")
    tickets.file(world.desk(world.contact), form)
    alembic(world.engine, "downgrade", "0010")
    with world.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("UPDATE calendar SET country = 'XX' WHERE name = 'standard'"))  # known no more
    before = clock.now()
    alembic(world.engine, "upgrade", "head")
    with Session(world.engine) as session:
        found = session.exec(select(CalendarYear).join(CalendarVersion).order_by(col(CalendarYear.year))).all()
        names = {session.get_one(CalendarVersion, one.calendar_id).name for one in found}
    assert names == {"extended"}
    assert [one.year for one in found] == list(range(2024, before.year + 1))
    assert found[0].holidays["2024-07-14"] == "Fête nationale" and len(found[0].holidays) == 11
    assert all(before <= one.known_at <= clock.now() for one in found)


def test_calendars_of_a_desk_without_a_ticket_keep_no_year_yet(engine):
    alembic(engine, "downgrade", "0010")
    alembic(engine, "upgrade", "head")
    with Session(engine) as session:
        assert session.exec(select(CalendarYear)).all() == []


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


@pytest.fixture
def older(engine):
    """A database from before subscriptions were summed up, with a client for each of these lives."""
    alembic(engine, "downgrade", "0002")

    def fill(**lives: list[tuple[int, datetime, datetime | None]]) -> None:
        moment = bindparam("a", type_=Instant()), bindparam("b", type_=Instant())
        with engine.execution_options(writes=True).begin() as connection:
            for number, (name, spans) in enumerate(lives.items(), 1):
                told = {"id": number, "name": name, "a": NOW}
                client = text("INSERT INTO client (id, name, created_at) VALUES (:id, :name, :a)").bindparams(moment[0])
                connection.execute(client, told)
                for stars, starts_at, ends_at in spans:
                    insert = (
                        "INSERT INTO subscription (client_id, star_level, starts_at, ends_at) VALUES (:id, :s, :a, :b)"
                    )
                    connection.execute(
                        text(insert).bindparams(*moment), {"id": number, "s": stars, "a": starts_at, "b": ends_at}
                    )

    return fill


NOW, DAY = clock.now(), timedelta(days=1)
LIVES = {
    "without": [],
    "endless": [(4, NOW - 9 * DAY, None)],
    "ended": [(5, NOW - 9 * DAY, NOW - 3 * DAY)],
    "renewed": [(3, NOW - 9 * DAY, NOW + 3 * DAY), (3, NOW + 3 * DAY, NOW + 9 * DAY)],
    "paused": [(3, NOW - 9 * DAY, NOW + 3 * DAY), (5, NOW + 4 * DAY, None)],
    "to come": [(5, NOW + 4 * DAY, None)],
    "again to come": [(3, NOW - 9 * DAY, NOW - 3 * DAY), (5, NOW + 4 * DAY, NOW + 5 * DAY)],
}


def test_what_subscriptions_come_to_is_summed_up_for_the_clients_there_are(older, engine):
    older(**LIVES)
    alembic(engine, "upgrade", "head")
    with Session(engine) as session:
        subscriptions = session.exec(select(Subscription)).all()
        for client in session.exec(select(Client)):
            theirs = [one for one in subscriptions if one.client_id == client.id]
            kept = client.star_level, client.next_change_at, client.subscribed_until
            assert kept == Standing.of(theirs, NOW), client.name
        assert [one.star_level for one in session.exec(select(Client).order_by(Client.id))] == [0, 4, 0, 3, 3, 0, 0]
        assert not any(one.cuts_short for one in subscriptions)


def test_subscriptions_that_overlap_already_are_named_and_nothing_is_changed(older, engine):
    older(
        **LIVES,
        both=[(4, NOW - 9 * DAY, NOW + 9 * DAY), (3, NOW, None)],
        twice=[(5, NOW, None), (5, NOW, NOW + DAY)],
    )
    with pytest.raises(ValueError, match=r"overlap.*: both, twice\.$"):
        alembic(engine, "upgrade", "head")
    assert "star_level" not in {column["name"] for column in inspect(engine).get_columns("client")}
    with engine.execution_options(writes=True).begin() as connection:  # as somebody decides who knows
        connection.execute(text("DELETE FROM subscription WHERE client_id > 7 AND ends_at IS NOT NULL"))
    alembic(engine, "upgrade", "head")


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


def test_addresses_of_an_older_desk_get_one_form_unless_another_has_it(world):
    written_ = {
        world.technician.id: "Te\u0301o\u200b@guichet.example",
        world.sales.id: "\uff4danager@guichet.example",  # the form of this is the manager's
    }
    alembic(world.engine, "downgrade", "0005")
    with world.engine.execution_options(writes=True).begin() as connection:
        for id_, email in written_.items():
            connection.execute(text('UPDATE "user" SET email = :email WHERE id = :id'), {"email": email, "id": id_})
    alembic(world.engine, "upgrade", "head")
    with Session(world.engine) as session:
        assert session.get_one(User, world.technician.id).email == addresses.sign_in_name(written_[world.technician.id])
        assert session.get_one(User, world.sales.id).email == written_[world.sales.id]
        assert session.get_one(User, world.manager.id).email == "manager@guichet.example"


def test_when_the_people_of_an_older_desk_were_last_seen_is_known_from_their_sessions(world):
    for minutes in (5, 1):
        sign_in.open_session(world.engine, world.manager.id, "", "", world.now - timedelta(minutes=minutes))
    alembic(world.engine, "downgrade", "0005")
    alembic(world.engine, "upgrade", "head")
    with Session(world.engine) as session:
        assert session.get_one(User, world.manager.id).seen_at == world.now - timedelta(minutes=1)
        assert session.get_one(User, world.contact.id).seen_at is None

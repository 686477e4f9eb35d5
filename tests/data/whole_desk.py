"""A desk that has something of everything, and what a desk holds, with names in place of numbers."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Engine, event, select
from sqlmodel import Session

import data.core.tables  # noqa: F401
from data import (
    access_codes,
    articles,
    checklist,
    corrections,
    desk_settings,
    documents,
    editorial,
    hotline,
    subscriptions,
)
from data.core import finding
from data.core.exchange.carried import CARRIED
from data.core.uploads import Upload, store
from data.editorial import Manuscript
from data.tickets import TicketForm
from models.article import ArticleKind
from models.base import Table
from models.checklist import Step
from models.client import Client, StarLevel
from models.client_import import KnownHeader
from models.document import DocumentKind, Paper
from models.message import Message, TicketSeen
from models.product import Product
from models.service_level import CalendarVersion, ServiceLevel
from models.subscription import Plan
from models.ticket import Kind, Ticket, Urgency
from models.user import Language, User
from tests.conftest import World
from tests.data.test_exports import file, live

MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\0" * 64
_DAYS = ("mon", "tue", "wed", "thu", "fri")
# Columns that point without a foreign key.
_POINTING = {"history_entry.assignee_id": "user", "history_entry.former_product_id": "product"}
_NAMES = {
    "user": ("email",),
    "client": ("name",),
    "product": ("name",),
    "ticket": ("reference",),
    "message": ("at", "body"),
    "calendar": ("name", "valid_from", "zone", "hours"),
    "article": ("language", "title"),
}


def something_of_everything(world: World) -> World:
    live(world)
    _rules(world)
    _clients(world)
    _help(world)
    _calls(world)
    return world


def contents(engine: Engine) -> dict[str, list[str]]:
    """Every column that is carried, of every table, whatever numbers its rows have."""
    with Session(engine) as session:
        found = {name: session.execute(select(_table(name))).mappings().all() for name in CARRIED}
        called = {
            name: {row["id"]: tuple(map(str, (row[column] for column in columns))) for row in found[name]}
            for name, columns in _NAMES.items()
        }
    return {name: sorted(repr(_row(name, row, called)) for row in rows) for name, rows in found.items()}


def _row(name, row, called) -> dict[str, object]:
    values = {}
    for column in sorted(CARRIED[name]):
        keys = [key.column.table.name for key in _table(name).c[column].foreign_keys]
        target = next(iter(keys), _POINTING.get(f"{name}.{column}"))
        values[column] = called[target].get(row[column]) if target else row[column]
    if name == "ticket_link":  # which of the two comes first says nothing
        values |= zip(("ticket_id", "other_id"), sorted((values["ticket_id"], values["other_id"])), strict=True)
    return values


def _table(name: str):
    return Table.metadata.tables[name]


def _rules(world: World) -> None:
    manager = world.desk(world.manager)
    desk_settings.set_direct_line_number(manager, "01 99 00 12 34")
    checklist.confirm(manager, Step.CALENDARS)
    checklist.confirm(manager, Step.TARGETS)
    checklist.close(manager)
    since = datetime(2026, 1, 1, tzinfo=UTC)
    bridge = {"2026-05-04": {"name": "Pont", "hours": [["10:00", "10:30"]]}}
    rules = {"zone": "Indian/Reunion", "country": "FR", "exceptions": bridge, "removed": ["2026-05-08"]}
    targets = {"kind": Kind.INCIDENT, "star_level": StarLevel.FIVE, "urgency": Urgency.LOW, "calendar": "night"}
    with Session(world.engine.execution_options(writes=True)) as session:
        for opens in ("20:00", "21:00"):  # of one moment, as after a clock that was set back
            hours = {day: [[opens, "23:00"]] for day in _DAYS}
            session.add(CalendarVersion(name="night", valid_from=since, hours=hours, **rules))
            session.flush()
        for target in (5, 6):
            spans = {"first_response": timedelta(hours=target), "resolution": timedelta(hours=10)}
            session.add(ServiceLevel(valid_from=since, **targets, **spans))
            session.flush()
        session.add(KnownHeader(header="raison sociale", meaning="name"))
        session.add(KnownHeader(header="notes", meaning=None))
        session.commit()


def _clients(world: World) -> None:
    sales = world.desk(world.sales)
    access_codes.issue(sales, world.acme.id)
    with Session(world.engine.execution_options(writes=True)) as session:
        event.listen(session, "after_flush", finding.keep)
        known = {"number": "C-1", "phone": "01 02 03 04 05", "address": "1, rue du Guichet\n44000 Nantes"}
        acme = session.get_one(Client, world.acme.id)
        for column, value in known.items():
            setattr(acme, column, value)
        session.add(Client(name="Sans rien", created_at=world.now))
        session.add(Product(name="Ancien", active=False, position=1))
        contact = session.get_one(User, world.stranger.id)
        contact.phone, contact.language, contact.active = "+33 1", Language.FRENCH, False
        contact.password_hash = "$2b$12$hash"
        ticket = session.execute(select(Ticket).order_by(Ticket.id)).scalars().first()
        ticket.source, ticket.source_id = "elsewhere", "INC0001"
        session.add(Message(ticket_id=ticket.id, at=world.now, body="Reçu.", automatic=True))
        session.merge(TicketSeen(user_id=world.contact.id, ticket_id=ticket.id, seen_at=world.now))
        session.commit()
    subscriptions.save(sales, world.other.id, Plan(StarLevel.THREE, until=date(2026, 12, 31)))
    subscriptions.save(sales, world.other.id, Plan(StarLevel.FOUR, begins=date(2026, 6, 1)))
    for number in ("F-2026-1", "F-2026-2"):
        [file] = store([Upload(f"{number}.pdf", b"%PDF-1.4 " + number.encode())])
        paper = Paper(DocumentKind.INVOICE, number, "Été", date(2026, 3, 1))
        added = documents.add(sales, world.acme.id, paper, file)
    world.now += timedelta(minutes=5)
    documents.remove(world.desk(world.sales), added, "Une erreur")


def _help(world: World) -> None:
    desk, made = world.desk(world.technician), []
    for language, title in ((Language.FRENCH, "Démarrer"), (Language.ENGLISH, "=Start")):
        text = Manuscript(world.product.id, ArticleKind.MANUAL, language, title, "# Un\n\n- deux", place=3)
        made.append(editorial.publish(desk, editorial.begin(desk, text).id, seen=1))
    link = "https://videos.example.org/1"
    draft = Manuscript(None, ArticleKind.VIDEO, Language.FRENCH, "Film", "", video_link=link)
    begun = editorial.begin(desk, draft)
    [film] = store([Upload("film.mp4", MP4)])
    editorial.keep_video(desk, begun.id, film, seen=1)
    world.now += timedelta(days=1)
    reader = world.desk(world.contact)
    articles.read(reader, [one.id for one in made])
    articles.vote(reader, made[0].id, True)
    world.now += timedelta(hours=1)
    reference = file(world, "Encore", product_id=world.product.id)
    present = corrections.choices(desk, reference).present
    corrections.correct(desk, reference, replace(present, product_id=None), present)


def _calls(world: World) -> None:
    technician = world.desk(world.technician)
    form = TicketForm(kind=Kind.INCIDENT, subject="Appel", description="Au téléphone.", urgency=Urgency.LOW)
    for _ in range(2):  # at one moment, as by a clock that stands still
        hotline.look_up(technician, "22222222")
    code = access_codes.reveal(world.desk(world.sales), world.acme.id)
    call = hotline.look_up(technician, code)
    reference = hotline.file(technician, call, form, caller_name="=Marie", caller_phone="+33 1")
    hotline.note(technician, call, reference, "Il a dit son code.")
    hotline.note(technician, hotline.call_by_name(technician, world.acme.id), reference, "Il rappelle.")

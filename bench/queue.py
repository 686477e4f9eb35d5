"""The desk's daily gestures, each beside the least SQL that could do it, on the same database in the same run.

The floor reads or writes the same rows through the driver alone: no permission, no scope, no audit trail, no deadline.
"""

import random
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from bench.timing import Row, side_by_side
from bench.world import TECHNICIANS, filled
from data import conversation, queue, sheets, tickets
from data.core import clock, users
from data.core.desk import Desk
from data.tickets import TicketForm
from models.ticket import Kind, Urgency
from models.user import User

LINES = """
    SELECT ticket.reference, ticket.subject, client.name, ticket.star_level, product.name, ticket.kind, ticket.urgency,
           ticket.status, "user".name, ticket.filed_at, ticket.next_due_at
    FROM ticket JOIN client ON client.id = ticket.client_id LEFT JOIN product ON product.id = ticket.product_id
    LEFT JOIN "user" ON "user".id = ticket.assignee_id WHERE status IN ('new', 'in_progress') {past}
    ORDER BY next_due_at, urgency_rank, star_rank, filed_at, ticket.id LIMIT 51"""
PAST = """AND (next_due_at, urgency_rank, star_rank, filed_at, ticket.id) >
    (SELECT next_due_at, urgency_rank, star_rank, filed_at, id FROM ticket WHERE reference = {sign})"""
TILES = """
    SELECT count(*), count(*) FILTER (WHERE assignee_id IS NULL), count(*) FILTER (WHERE next_late_at < {sign}),
           count(*) FILTER (WHERE next_warning_at < {sign}) FROM ticket WHERE status != 'resolved'"""


def measure(size: int, database: str, rounds: int) -> list[Row]:
    print(f"Filling {database} with {size:,} tickets …", flush=True)
    started = perf_counter()
    with filled(size, database) as engine:
        print(f"… filled in {perf_counter() - started:.0f} s.", flush=True)
        return _measured(engine, size, rounds)


def _measured(engine: Engine, size: int, rounds: int) -> list[Row]:
    raw = Raw(engine)
    with Session(engine) as session:
        technician, contact = session.get_one(User, 1), session.get_one(User, TECHNICIANS + 1)
        desk, portal = Desk(users.actor(technician), engine), Desk(users.actor(contact), engine)
    deep = _reference_at(desk, size * 4 // 100 // 2)
    open_ones = [line.reference for line in queue.page(desk).lines]
    pick = random.Random(1)
    form = TicketForm(kind=Kind.INCIDENT, subject="Panne", description="Plus rien", urgency=Urgency.LOW, product_id=1)

    def open_one() -> None:
        reference = pick.choice(open_ones)
        sheets.sheet(desk, reference)
        conversation.thread(desk, reference)

    return [
        side_by_side("first page", size, lambda: queue.page(desk), lambda: raw.read(LINES.format(past="")), rounds),
        side_by_side(
            "deep page",
            size,
            lambda: queue.page(desk, after=deep),
            lambda: raw.read(raw.signed(LINES, PAST), deep),
            rounds,
        ),
        side_by_side("tiles", size, lambda: queue.counts(desk), raw.tiles, rounds),
        side_by_side("open one ticket", size, open_one, lambda: raw.open(pick.choice(open_ones)), rounds),
        side_by_side(
            "reply", size, lambda: conversation.reply(desk, pick.choice(open_ones), "Bonjour"), raw.reply, rounds
        ),
        side_by_side("file", size, lambda: tickets.file(portal, form), raw.file, rounds),
    ]


def _reference_at(desk: Desk, depth: int) -> str:
    page = queue.page(desk)
    for _ in range(depth // 50):
        page = queue.page(desk, after=page.lines[-1].reference)
    return page.lines[-1].reference


class Raw:
    """The driver's own connection, prepared as ours are."""

    def __init__(self, engine: Engine) -> None:
        self.borrowed = engine.raw_connection()  # held, or it would go back to the pool
        self.connection: Any = self.borrowed.driver_connection
        self.postgres = engine.dialect.name == "postgresql"
        self.sign = "%s" if self.postgres else "?"
        self.begin = "BEGIN" if self.postgres else "BEGIN IMMEDIATE"
        if self.postgres:
            self.connection.autocommit = True
        self.number = 0

    def signed(self, query: str, past: str) -> str:
        return query.format(past=past.format(sign=self.sign))

    def read(self, statement: str, *values: object) -> list[Any]:
        return self.connection.execute(statement, values).fetchall()  # type: ignore[no-any-return]

    def tiles(self) -> None:
        now = self.moment()
        self.read(TILES.format(sign=self.sign), now, now)

    def open(self, reference: str) -> None:
        [row] = self.read(f"SELECT * FROM ticket WHERE reference = {self.sign}", reference)
        for table in ("message", "history_entry", "attachment"):
            self.read(f"SELECT * FROM {table} WHERE ticket_id = {self.sign}", row[0])

    def reply(self) -> None:
        self.connection.execute(self.begin)
        self._insert(
            "message", ticket_id=1, at=self.moment(), author_id=1, body="Bonjour", internal=False, automatic=False
        )
        self.connection.execute(f"UPDATE ticket SET changed_at = {self.sign} WHERE id = 1", [self.moment()])
        self.connection.execute("COMMIT")

    def file(self) -> None:
        self.number += 1
        now = self.moment()
        self.connection.execute(self.begin)
        self._insert(
            "ticket", reference=f"RAW-{self.number}", kind="request", service="technical", channel="portal",
            subject="Panne", description="Plus rien", client_id=1, urgency=0, star_level=3, status="new", filed_at=now,
            changed_at=now, next_due_at=now, solution="",
        )  # fmt: skip
        self._insert("history_entry", ticket_id=1, at=now, change="status", after="new", reason="")
        self.connection.execute("COMMIT")

    def _insert(self, table: str, **values: object) -> None:
        signs = ", ".join([self.sign] * len(values))
        names = ", ".join(values)
        self.connection.execute(f"INSERT INTO {table} ({names}) VALUES ({signs})", list(values.values()))

    def moment(self, at: datetime | None = None) -> object:
        """As the driver wants it; now when it is not told."""
        at = at or clock.now()
        return at if self.postgres else at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")

"""Checks the numbers of tickets: one after the other for each kind and year, and the next ones not given yet."""

from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select, text
from sqlalchemy import Table as SqlTable
from sqlmodel import Session, col

from data.core.integrity.findings import Job, Problem, Section, counted, quoted
from data.core.references import REFERENCE
from models.audit import AuditEntry
from models.base import Table
from models.ticket import PREFIX, Kind, ReferenceCounter, Ticket

_KINDS = {prefix: kind for kind, prefix in PREFIX.items()}

BAD_REFERENCE = Problem("reference that is none", "Compare with a backup.")
GAP = Problem("gap in the references of a year: tickets were lost", "Compare with a backup: these tickets were there.")
GAP_OF_IMPORT = Problem(
    "gap in the references of a year",
    "Tickets were imported with their references here. Unless the gap is that of the import, compare with a backup.",
    harmless=True,
)
BEHIND = Problem("counter of references that would give a number once more")
AHEAD = Problem("counter of references ahead of the last ticket: tickets were lost", GAP.advice)
SEQUENCE = Problem("sequence of ids that would give a number once more")

_SEQUENCE = "SELECT pg_get_serial_sequence(:table, 'id')"
_LAST_VALUE = "SELECT last_value FROM pg_sequences WHERE schemaname || '.' || sequencename = :name"


@dataclass
class Numbers:
    """Of each kind and year, how many references there are and the greatest number; `begun` are the counters before
    the first ticket was looked at, for tickets are created meanwhile."""

    begun: dict[tuple[Kind, int], int] = field(default_factory=dict)
    counts: dict[tuple[Kind, int], int] = field(default_factory=dict)
    last: dict[tuple[Kind, int], int] = field(default_factory=dict)
    bad: list[str] = field(default_factory=list)

    def add(self, reference: str) -> None:
        found = REFERENCE.fullmatch(reference)
        if not found:
            self.bad.append(reference)
            return
        key = _KINDS[found[1]], int(found[2])
        self.counts[key] = self.counts.get(key, 0) + 1
        self.last[key] = max(self.last.get(key, 0), int(found[3]))


def check(job: Job, numbers: Numbers) -> Section:
    section = job.section("References")
    for reference in numbers.bad:
        section.add(BAD_REFERENCE, quoted(reference))
    with Session(job.engine) as session:
        now = counters(session)
        gap = GAP_OF_IMPORT if imported(session) else GAP
        for key, last in sorted(numbers.last.items()):
            missing = last - numbers.counts[key]
            if missing > 0 and (missing := last - _count(session, key, last)) > 0:
                section.add(gap, f"{_name(key)}: {missing} of {last} numbers have no ticket")
        for key in sorted(numbers.last.keys() | numbers.begun.keys()):
            last = numbers.last.get(key, 0)
            if now.get(key, 0) < last:
                section.add(BEHIND, f"{_name(key)}: {now.get(key, 0)}, the last ticket is {last}", repair=f"{last}")
            elif numbers.begun.get(key, 0) > last:
                section.add(AHEAD, f"{_name(key)}: {numbers.begun[key]}, the last ticket is {last}")
        for table, given, greatest in sequences(session.connection()):
            section.add(SEQUENCE, f"{table}: {given}, the last row is {greatest}", repair=f"{greatest}")
    section.scope = counted(sum(numbers.counts.values()), "reference")
    return section


def counters(session: Session) -> dict[tuple[Kind, int], int]:
    return {(one.kind, one.year): one.last for one in session.execute(select(ReferenceCounter)).scalars()}


def raise_sequences(connection: Connection) -> list[tuple[str, int, int]]:
    """Those that were behind, as `sequences` has them."""
    behind = sequences(connection)
    for table, _, greatest in behind:
        name = _sequence(connection, Table.metadata.tables[table])
        connection.execute(text("SELECT setval(CAST(:name AS regclass), :last)"), {"name": name, "last": greatest})
    return behind


def imported(session: Session) -> bool:
    """Were tickets imported, which bring their numbers along and may lack what ours have?"""
    found = select(col(AuditEntry.id)).where(col(AuditEntry.action).startswith("imports.")).limit(1)
    return session.execute(found).first() is not None


def _count(session: Session, key: tuple[Kind, int], last: int) -> int:
    """Asked once more: a ticket may have been created beside those that were being read."""
    reference = Ticket.__table__.c.reference  # type: ignore[attr-defined]
    numbered = session.scalars(select(reference).where(reference.like(f"{_name(key)}-%")))
    return sum(int(one.rpartition("-")[2]) <= last for one in numbered if REFERENCE.fullmatch(one))


def sequences(connection: Connection) -> list[tuple[str, int, int]]:
    """Of PostgreSQL, those behind their table: the table, the last number given, the greatest id."""
    if connection.dialect.name != "postgresql":
        return []
    found = []
    for table in sorted(Table.metadata.tables.values(), key=lambda one: one.name):
        name = _sequence(connection, table)
        if name:
            last = connection.scalar(text(_LAST_VALUE), {"name": name}) or 0
            greatest = connection.scalar(select(func.max(table.c.id))) or 0
            if last < greatest:
                found.append((table.name, last, greatest))
    return found


def _sequence(connection: Connection, table: SqlTable) -> str | None:
    """What gives the ids of a table. One that has a single row always has the id 1."""
    if "id" not in table.c or table.c.id.default is not None:
        return None
    named: str | None = connection.scalar(text(_SEQUENCE), {"table": f'"{table.name}"'})
    return named


def _name(key: tuple[Kind, int]) -> str:
    return f"{PREFIX[key[0]]}-{key[1]}"

"""A desk on which something of each kind has happened, ways to damage it, and what the check says."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text
from sqlmodel import Session, select

from data import _check_command, conversation, corrections, metrics, subscriptions, tickets
from data.core.integrity import check
from data.core.integrity.findings import Job, Problem, Report
from data.core.uploads import Upload, store
from models.audit import AuditEntry
from models.client import StarLevel
from models.metrics import Filters
from models.period import Period
from models.subscription import Plan
from models.ticket import Service, Urgency
from tests.data.random_desk import filed

TABLES = ("ticket", "history_entry", "client", "reference_counter")


def lively(world) -> list[str]:
    """One resolved after a pause and changes of urgency, one that changed its kind and service, one that waits."""
    manager = world.desk(world.manager)
    one, other, third = (filed(world, urgency=Urgency.SERIOUS) for _ in range(3))
    _later(world, hours=1)
    conversation.reply(world.desk(world.technician), one, "Bonjour", store([Upload("a.txt", b"a file")]), ask=True)
    tickets.set_urgency(manager, one, Urgency.CRITICAL, "Plus grave")
    _later(world, hours=3)
    conversation.reply(world.desk(world.contact), one, "Voilà")
    tickets.set_urgency(manager, one, Urgency.LOW, "Moins grave")
    subscriptions.save(manager, world.acme.id, Plan(StarLevel.FOUR))
    _later(world, hours=1)
    corrections.hand_over(manager, other, Service.ACCOUNTING)
    conversation.reply(world.desk(world.technician), third, "Quelle version ?", ask=True)
    tickets.resolve(manager, one, "Redémarrer")
    _later(world, days=2)
    while metrics.seal(world.desk()):
        pass
    return [one, other, third]


def _later(world, **lasting: int) -> None:
    world.now += timedelta(**lasting)


def damage(engine: Engine, statement: str, **values: Any) -> None:
    """Past everything that Guichet checks."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        done = connection.execute(text(statement), values)
        assert done.rowcount
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys = ON")
        else:
            connection.commit()


def break_page(engine: Engine) -> None:
    """The first page of an index of a SQLite database holds nonsense, as after a fault of the disk."""
    with engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        page = connection.exec_driver_sql(
            "SELECT rootpage FROM sqlite_master WHERE name = 'history_by_ticket'"
        ).scalar()
        size = connection.exec_driver_sql("PRAGMA page_size").scalar()
    engine.dispose()
    with Path(engine.url.database or "").open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)


def rows(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """What the tables hold that a repair may change."""
    with engine.connect() as connection:
        return {
            name: sorted(map(tuple, connection.execute(text(f'SELECT * FROM "{name}"'))), key=str) for name in TABLES
        }


@contextmanager
def undone(engine: Engine) -> Iterator[None]:
    """What is done to tickets and their history meanwhile is undone afterwards."""
    with engine.connect() as connection:
        saved = {
            name: connection.execute(text(f"SELECT * FROM {name}")).mappings().all()
            for name in ("ticket", "history_entry")
        }
        connection.rollback()
    yield
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("DELETE FROM history_entry"))
        for name, stored in saved.items():
            columns = [column for column in stored[0] if column not in ("urgency_rank", "star_rank")]
            changes = ", ".join(f"{column} = :{column}" for column in columns)
            values = ", ".join(f":{column}" for column in columns)
            statement = f"UPDATE ticket SET {changes} WHERE id = :id"
            if name == "history_entry":
                statement = f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({values})"
            connection.execute(text(statement), [{column: row[column] for column in columns} for row in stored])


def look(world, *names: str, quick: bool = False) -> Report:
    """These parts of the check; "Tickets" and what follows from them by default."""
    parts = check.parts()
    wanted = names or ("Tickets", "References")
    return Report(
        tuple(
            check.run(part, Job(world.engine, quick, clock=lambda: world.now)) for part in parts if part.name in wanted
        )
    )


def problems(report: Report) -> set[Problem]:
    return {problem for section in report.sections for problem in section.found if not problem.harmless}


def said(report: Report) -> str:
    return "\n".join(line for section in report.sections for line in section.lines())


def repaired(world) -> int:
    return _check_command.repair_all(Job(world.engine, clock=lambda: world.now), lambda _done, _total: None)


def audited(engine: Engine, action: str) -> list[AuditEntry]:
    with Session(engine) as session:
        return list(session.exec(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)))


def figures(world):
    today = world.now.date()
    return metrics.page(world.desk(), Period(today - timedelta(days=9), today), Filters())

"""Gives out ticket references: gapless for each kind and year, whoever files at the same time."""

import re
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col

from data.core.database import insert_into
from data.core.settings import settings
from models.ticket import Kind, ReferenceCounter, reference

REFERENCE = re.compile(r"(INC|REQ|ENQ)-(\d{4})-(\d{6,9})", re.ASCII)  # its prefix, year and number


def give(session: Session, kind: Kind, filed_at: datetime) -> str:
    """The next reference. The counter's row stays locked until the transaction ends, and goes back with it."""
    return reference(kind, year_of(filed_at), _count(session, kind, year_of(filed_at)))


def block(session: Session, kind: Kind, year: int, count: int) -> list[str]:
    """The next `count` references at once."""
    last = _count(session, kind, year, count)
    return [reference(kind, year, number) for number in range(last - count + 1, last + 1)]


def year_of(moment: datetime) -> int:
    return moment.astimezone(settings().zone).year


def reserve(session: Session, kind: Kind, year: int, number: int) -> None:
    """An imported ticket brings its number along; later ones go on after it."""
    _count(session, kind, year, at_least=number)


def _count(session: Session, kind: Kind, year: int, by: int = 1, *, at_least: int | None = None) -> int:
    insert = insert_into(session, ReferenceCounter).values(kind=kind, year=year, last=at_least or by)
    last = col(ReferenceCounter.last)
    raised = last + by if at_least is None else _greater(session, last, insert.excluded.last)
    upsert = insert.on_conflict_do_update(index_elements=["kind", "year"], set_={"last": raised})
    return int(session.execute(upsert.returning(ReferenceCounter.last)).scalar_one())


def _greater(session: Session, one: object, other: object) -> object:
    return (func.greatest if session.get_bind().dialect.name == "postgresql" else func.max)(one, other)

"""Brings in the public holidays that calendars have counted, so that the past does not move on the way."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlmodel import col, select

from data.core import calendars, scope
from data.core.desk import OpenDesk
from data.core.exchange.batch import Batch
from data.core.exchange.guichet import Read
from models.errors import Refused
from models.service_level import CalendarVersion, CalendarYear
from models.ticket import Ticket


class Found(NamedTuple):
    """The calendar version of a row, and what it stores of that year; None without."""

    version: CalendarVersion | None
    there: CalendarYear | None = None


def calendar_year(desk: OpenDesk, row: Read) -> Found:
    """Raises Refused where a desk with tickets counts others in that year.

    A desk without tickets has judged nothing by the years that it stored when it was started: it takes those of the
    file.
    """
    values = row.values
    named = col(CalendarVersion.name) == values["calendar"], col(CalendarVersion.valid_from) == values["calendar_from"]
    editions = desk.session.exec(select(CalendarVersion).where(*named).order_by(col(CalendarVersion.id))).all()
    edition = values["edition"] or 1
    version = editions[edition - 1] if edition <= len(editions) else None
    if version is None or not version.country:
        return Found(None)
    there = desk.session.get(CalendarYear, (version.id, values["year"]))
    if there is not None and there.holidays != values["holidays"] and not _is_unused(desk):
        raise Refused(
            "The public holidays of {year} of the calendar {name} are not those of this desk: its deadlines would "
            "not be the same.",
            year=there.year,
            name=version.name,
        )
    return Found(version, there)


def calendar_years(desk: OpenDesk, batch: Batch, rows: Sequence[Read]) -> None:
    is_unused = _is_unused(desk)
    for row in rows:
        version, there = calendar_year(desk, row)
        if version is None:
            batch.rejects.add(row.line, "unknown calendar, or one without public holidays", row.cells)
            continue
        told = {"holidays": row.values["holidays"], "known_at": row.values["known_at"]}
        if there is None:
            desk.session.add(CalendarYear(calendar_id=version.id, year=row.values["year"], **told))
            desk.session.flush()
        elif is_unused:
            there.holidays, there.known_at = told["holidays"], told["known_at"]
        batch.sums.count(new=there is None)
    desk.session.flush()
    calendars.forget(desk.session)


def _is_unused(desk: OpenDesk) -> bool:
    return desk.session.scalar(scope.every_ticket().with_only_columns(col(Ticket.id)).limit(1)) is None

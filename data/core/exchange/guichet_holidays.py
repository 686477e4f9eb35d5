"""Brings in the public holidays that calendars have counted, so that the past does not move on the way."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select

from data.core import calendars, scope
from data.core.desk import OpenDesk
from data.core.exchange.batch import Batch
from data.core.exchange.guichet import Read
from models.errors import Refused
from models.service_level import CalendarVersion, CalendarYear
from models.ticket import Ticket


def calendar_years(desk: OpenDesk, batch: Batch, rows: Sequence[Read]) -> None:
    """A desk without tickets has judged nothing by the years that it stored when it was started: it takes these.

    Raises Refused where a desk with tickets counts others in that year.
    """
    is_unused = desk.session.scalar(scope.every_ticket().with_only_columns(col(Ticket.id)).limit(1)) is None
    versions = _versions(desk)
    for row in rows:
        values = row.values
        editions = versions[values["calendar"], values["calendar_from"]]
        edition = values["edition"] or 1
        if edition > len(editions) or not editions[edition - 1].country:
            batch.rejects.add(row.line, "unknown calendar, or one without public holidays", row.cells)
            continue
        version = editions[edition - 1]
        there = desk.session.get(CalendarYear, (version.id, values["year"]))
        told = {"holidays": values["holidays"], "known_at": values["known_at"]}
        if there is None:
            desk.session.add(CalendarYear(calendar_id=version.id, year=values["year"], **told))
        elif is_unused:
            there.holidays, there.known_at = told["holidays"], told["known_at"]
        elif there.holidays != told["holidays"]:
            raise Refused(
                "The public holidays of {year} of the calendar {name} are not those of this desk: its deadlines would "
                "not be the same.",
                year=there.year,
                name=version.name,
            )
        batch.sums.count(new=there is None)
    desk.session.flush()
    calendars.forget(desk.session)


def _versions(desk: OpenDesk) -> dict[tuple[str, datetime], list[CalendarVersion]]:
    """The editions of each moment."""
    found: dict[tuple[str, datetime], list[CalendarVersion]] = defaultdict(list)
    for one in desk.session.exec(select(CalendarVersion).order_by(col(CalendarVersion.id))):
        found[one.name, one.valid_from].append(one)
    return found

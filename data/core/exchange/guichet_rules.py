"""Brings in what an export tells of the desk itself: calendars, targets, the direct line, how columns are called.

Calendars and targets take their places in time beside those of this desk.
"""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlmodel import col, select

from data.core import calendar_forms, redating
from data.core import calendars as known_calendars
from data.core.database import insert_into
from data.core.desk import OpenDesk
from data.core.exchange.batch import Batch
from data.core.exchange.guichet import Read
from data.core.exchange.rejects import Bad
from models.calendar_sheet import CalendarForm
from models.client_import import KnownHeader
from models.desk_settings import DeskSettings
from models.errors import Refused
from models.installation import Installation
from models.service_level import CalendarVersion, ServiceLevel


def export(_desk: OpenDesk, batch: Batch, rows: Sequence[Read]) -> None:
    """What the file says of itself was looked at when it was read."""
    for _ in rows:
        batch.sums.count(new=False)


def desk_settings(desk: OpenDesk, batch: Batch, rows: Sequence[Read]) -> None:
    """Only what this desk has not decided itself."""
    settings = desk.session.get_one(DeskSettings, 1, with_for_update=True)
    installation = desk.session.get_one(Installation, 1, with_for_update=True)
    for row in rows:
        settings.direct_line_number = settings.direct_line_number or row.values["direct_line_number"]
        for name in ("calendars_confirmed_at", "targets_confirmed_at", "checklist_closed_at"):
            setattr(installation, name, getattr(installation, name) or row.values[name])
        batch.sums.count(new=False)
    desk.session.add_all([settings, installation])
    desk.session.flush()


def headers(desk: OpenDesk, batch: Batch, rows: Sequence[Read]) -> None:
    for row in rows:
        new = insert_into(desk.session, KnownHeader).values(
            header=row.values["header"], meaning=row.values["meaning"] or None
        )
        done = desk.session.connection().execute(new.on_conflict_do_nothing())
        batch.sums.count(new=done.rowcount > 0)


class Editions(NamedTuple):
    """Where a row belongs among those of the desk that are alike: `there` is that row, if the desk has it already."""

    there: Any
    follows: bool = True  # on the last of them


def calendar(desk: OpenDesk, row: Read) -> Editions:
    """Raises Refused where the desk has another one in its place: the promises of the file would not be those it
    tells."""
    told = _calendar_told(row)
    alike = [col(getattr(CalendarVersion, name)) == told[name] for name in ("name", "valid_from")]
    found = _editions(desk, row, CalendarVersion, alike)
    if found.there and any(getattr(found.there, name) != value for name, value in told.items()):
        raise Refused(
            "The calendar {name} of {at} is not the one of this desk: its deadlines would not be the same.",
            name=found.there.name,
            at=found.there.valid_from.date(),
        )
    return found


def service_level(desk: OpenDesk, row: Read) -> Editions:
    """Raises Refused as `calendar` does."""
    told = _target_told(row)
    alike = [col(getattr(ServiceLevel, name)) == told[name] for name in ("kind", "star_level", "urgency", "valid_from")]
    found = _editions(desk, row, ServiceLevel, alike)
    if found.there and any(getattr(found.there, name) != value for name, value in told.items()):
        raise Refused(
            "The targets for {kind}, {urgency}, {stars}, of {at} are not those of this desk.",
            kind=found.there.kind,
            urgency=found.there.urgency.name.lower(),
            stars=int(found.there.star_level),
            at=found.there.valid_from.date(),
        )
    return found


def calendars(desk: OpenDesk, batch: Batch, rows: Sequence[Read]) -> None:
    for row in rows:
        batch.sums.calendars += _add(desk, batch, row, calendar(desk, row), CalendarVersion(**_calendar_told(row)))


def service_levels(desk: OpenDesk, batch: Batch, rows: Sequence[Read]) -> None:
    for row in rows:
        batch.sums.targets += _add(desk, batch, row, service_level(desk, row), ServiceLevel(**_target_told(row)))


def _add(desk: OpenDesk, batch: Batch, row: Read, found: Editions, new: CalendarVersion | ServiceLevel) -> bool:
    """Is it new, and good?"""
    if not found.there:
        try:
            if not found.follows:
                raise Bad("one of the same moment is missing before it")
            _require_calendar(new) if isinstance(new, CalendarVersion) else _require_kept(desk, new)
        except Bad as bad:
            batch.rejects.add(row.line, str(bad), row.cells)
            return False
        desk.session.add(new)
        desk.session.flush()
    batch.sums.count(new=not found.there)
    return not found.there


def _editions(desk: OpenDesk, row: Read, table: Any, alike: Sequence[Any]) -> Editions:
    found = desk.session.exec(select(table).where(*alike).order_by(col(table.id))).all()
    edition = row.values["edition"] or 1
    return Editions(found[edition - 1] if edition <= len(found) else None, edition <= len(found) + 1)


def _calendar_told(row: Read) -> dict[str, Any]:
    told = {"name": row.values["calendar"], "valid_from": row.values["calendar_from"]}
    return told | {name: row.values[name] for name in calendar_forms.RULES}


def _target_told(row: Read) -> dict[str, Any]:
    told = {name: row.values[name] for name in ("kind", "star_level", "urgency", "valid_from", "calendar")}
    return told | {name: row.values[f"{name}_target"] for name in ("first_response", "resolution")}


def _require_calendar(new: CalendarVersion) -> None:
    """Raises Bad for what no manager could have saved, and for what a database cannot keep."""
    rules = [getattr(new, name) for name in calendar_forms.RULES]
    try:
        calendar_forms.version(new.name, CalendarForm(*rules), new.valid_from)
        json.dumps(rules, allow_nan=False)
    except (Refused, ValueError, TypeError, AttributeError, KeyError):
        raise Bad("no calendar") from None


def _require_kept(desk: OpenDesk, new: ServiceLevel) -> None:
    """Raises Bad for a target without opening hours, or which they cannot keep."""
    version = known_calendars.find_version(desk.session, new.calendar, new.valid_from)
    if version is None:
        raise Bad("unknown calendar")
    try:
        redating.require_reachable(known_calendars.calendar(desk.session, version.id), new.resolution, new.valid_from)
    except (Refused, ValueError):
        raise Bad("a target that nobody can keep") from None

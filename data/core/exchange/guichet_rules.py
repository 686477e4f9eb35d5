"""Brings in what an export tells of the desk itself: calendars, targets, the direct line, how columns are called.

Calendars and targets take their places in time beside those of this desk.
"""

import json
from collections.abc import Sequence
from typing import Any

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

_EDITION_MISSING = "one of the same moment is missing before it"


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


def calendars(desk: OpenDesk, batch: Batch, rows: Sequence[Read]) -> None:
    """Raises Refused for one that contradicts the desk's: the promises of the file would not be those it tells."""
    for row in rows:
        told = {"name": row.values["calendar"], "valid_from": row.values["calendar_from"]}
        told |= {name: row.values[name] for name in calendar_forms.RULES}
        alike = select(CalendarVersion).where(
            col(CalendarVersion.name) == told["name"], col(CalendarVersion.valid_from) == told["valid_from"]
        )
        editions = desk.session.exec(alike.order_by(col(CalendarVersion.id))).all()
        edition = row.values["edition"] or 1
        if edition <= len(editions):
            there = editions[edition - 1]
            if any(getattr(there, name) != value for name, value in told.items()):
                raise Refused(
                    "The calendar {name} of {at} is not the one of this desk: its deadlines would not be the same.",
                    name=there.name,
                    at=there.valid_from.date(),
                )
            batch.sums.count(new=False)
            continue
        try:
            if edition > len(editions) + 1:
                raise Bad(_EDITION_MISSING)
            _require_calendar(told)
        except Bad as bad:
            batch.rejects.add(row.line, str(bad), row.cells)
            continue
        desk.session.add(CalendarVersion(**told))
        desk.session.flush()
        batch.sums.count(new=True)
        batch.sums.calendars += 1


def service_levels(desk: OpenDesk, batch: Batch, rows: Sequence[Read]) -> None:
    """Raises Refused for one that contradicts the desk's, as a calendar does."""
    for row in rows:
        values = row.values
        told = {name: values[name] for name in ("kind", "star_level", "urgency", "valid_from", "calendar")}
        told |= {name: values[f"{name}_target"] for name in ("first_response", "resolution")}
        same = (col(getattr(ServiceLevel, name)) == told[name] for name in ("kind", "star_level", "urgency"))
        alike = select(ServiceLevel).where(*same, col(ServiceLevel.valid_from) == told["valid_from"])
        editions = desk.session.exec(alike.order_by(col(ServiceLevel.id))).all()
        edition = values["edition"] or 1
        if edition <= len(editions):
            there = editions[edition - 1]
            if any(getattr(there, name) != value for name, value in told.items()):
                raise Refused(
                    "The targets for {kind}, {urgency}, {stars}, of {at} are not those of this desk.",
                    kind=there.kind,
                    urgency=there.urgency.name.lower(),
                    stars=int(there.star_level),
                    at=there.valid_from.date(),
                )
            batch.sums.count(new=False)
            continue
        try:
            if edition > len(editions) + 1:
                raise Bad(_EDITION_MISSING)
            _require_kept(desk, told)
        except Bad as bad:
            batch.rejects.add(row.line, str(bad), row.cells)
            continue
        desk.session.add(ServiceLevel(**told))
        desk.session.flush()
        batch.sums.count(new=True)
        batch.sums.targets += 1


def _require_calendar(told: dict[str, Any]) -> None:
    """Raises Bad for what no manager could have saved, and for what a database cannot keep."""
    form = CalendarForm(*(told[name] for name in calendar_forms.RULES))
    try:
        calendar_forms.version(told["name"], form, told["valid_from"])
        json.dumps([told[name] for name in calendar_forms.RULES], allow_nan=False)
    except (Refused, ValueError, TypeError, AttributeError, KeyError):
        raise Bad("no calendar") from None


def _require_kept(desk: OpenDesk, told: dict[str, Any]) -> None:
    """Raises Bad for a target without opening hours, or which they cannot keep."""
    version = known_calendars.find_version(desk.session, told["calendar"], told["valid_from"])
    if version is None:
        raise Bad("unknown calendar")
    try:
        calendar = known_calendars.calendar(desk.session, version.id)
        redating.require_reachable(calendar, told["resolution"], told["valid_from"])
    except (Refused, ValueError):
        raise Bad("a target that nobody can keep") from None

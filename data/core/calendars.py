"""Reads what is promised: the calendar and the service level that hold at a moment."""

import json
from collections.abc import Collection, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import holidays
from sqlmodel import Session, col, select

from models.calendar import Calendar
from models.client import StarLevel
from models.hours import Texts
from models.service_level import CalendarVersion, ServiceLevel, promised_level
from models.ticket import Kind, Urgency


class Holidays:
    """The public holidays of a country, without those on which the desk works. None of no country."""

    def __init__(self, country: str, removed: Collection[date]) -> None:
        self._country, self._removed = country, frozenset(removed)

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and day not in self._removed and day in public_holidays(self._country, day.year)


@lru_cache(maxsize=2048)
def public_holidays(country: str, year: int, language: str = "") -> Mapping[date, str]:
    """The public holidays of a year, called as in that language ("fr", "en") or, where nobody told, as they are there.

    ValueError for a country we know nothing of.
    """
    if not country:
        return {}
    try:
        known = holidays.country_holidays(country)
    except NotImplementedError:
        raise ValueError(f"Unknown country {country!r}.") from None
    spoken = [name for name in known.supported_languages if language and name.startswith(language)]
    chosen = spoken[0] if spoken else known.default_language
    return dict(holidays.country_holidays(country, years=year, language=chosen))


def calendar(session: Session, calendar_id: int) -> Calendar:
    """A version never changes: it is read once a call, and one object of it serves the whole process."""
    known: dict[int, Calendar] = session.info.setdefault("calendars", {})
    if calendar_id not in known:
        version = session.get_one(CalendarVersion, calendar_id)
        known[calendar_id] = build(version.zone, version.hours, version.country, version.exceptions, version.removed)
    return known[calendar_id]


def every_version(session: Session) -> dict[int, datetime]:
    """From when on each version of each calendar holds; read in one query, as `calendar` gives them afterwards."""
    versions = session.exec(select(CalendarVersion)).all()
    for version in versions:
        calendar(session, version.id)
    return {version.id: version.valid_from for version in versions}


def build(
    zone: str,
    hours: Mapping[str, Texts],
    country: str,
    exceptions: Mapping[str, Mapping[str, Any]],
    removed: Collection[str],
) -> Calendar:
    """The calendar that these texts tell (see CalendarVersion), saved or not; the same texts give the same object.

    ValueError names the zone, the country, the weekday, the interval or the date that is no good.
    """
    own = {day: told.get("hours") for day, told in exceptions.items()}
    return _build(json.dumps([zone, hours, country, own, sorted(removed)], sort_keys=True))


@lru_cache(maxsize=256)
def _build(texts: str) -> Calendar:
    zone, hours, country, own, removed = json.loads(texts)
    public_holidays(country, 2000)  # raises for a country we know nothing of
    special = {_date(day): pairs for day, pairs in own.items()}
    return Calendar.parse(zone, hours, Holidays(country, [_date(day) for day in removed]), special)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a date such as 2026-12-24.") from None


def calendar_version(session: Session, name: str, now: datetime) -> CalendarVersion:
    found = find_version(session, name, now)
    if found is None:
        raise LookupError(f"No calendar {name!r} holds at {now}.")
    return found


def names(session: Session) -> list[str]:
    return sorted(session.exec(select(CalendarVersion.name).distinct()))


def find_version(session: Session, name: str, now: datetime) -> CalendarVersion | None:
    """The version that holds at this moment; of two from the same moment on, the later one."""
    return session.exec(
        select(CalendarVersion)
        .where(col(CalendarVersion.name) == name, col(CalendarVersion.valid_from) <= now)
        .order_by(col(CalendarVersion.valid_from).desc(), col(CalendarVersion.id).desc())
        .limit(1)
    ).first()


def service_level(session: Session, kind: Kind, star_level: StarLevel, urgency: Urgency, now: datetime) -> ServiceLevel:
    return session.exec(
        select(ServiceLevel)
        .where(
            col(ServiceLevel.kind) == kind,
            col(ServiceLevel.star_level) == promised_level(star_level),
            col(ServiceLevel.urgency) == urgency,
            col(ServiceLevel.valid_from) <= now,
        )
        .order_by(col(ServiceLevel.valid_from).desc(), col(ServiceLevel.id).desc())
        .limit(1)
    ).one()


def service_levels(session: Session, now: datetime) -> list[ServiceLevel]:
    """What holds at this moment of every kind, urgency and star level: the whole grid, in an order of no meaning."""
    rising = select(ServiceLevel).where(col(ServiceLevel.valid_from) <= now)
    rising = rising.order_by(col(ServiceLevel.valid_from), col(ServiceLevel.id))
    return list({(one.kind, one.star_level, one.urgency): one for one in session.exec(rising)}.values())

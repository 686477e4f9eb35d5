"""Reads what is promised: the calendar and the service level that hold at a moment."""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import holidays
from sqlmodel import Session, col, select

from models.calendar import Calendar
from models.client import StarLevel
from models.hours import Texts
from models.service_level import CalendarVersion, CalendarYear, ServiceLevel, promised_level
from models.ticket import Kind, Urgency

StoredYears = Mapping[int, Mapping[str, str]]  # the public holidays that a calendar stores: names by date, by year


class Holidays:
    """The public holidays of a country, without those on which the desk works. None of no country.

    Those of a year that is `stored` are what was known when the desk first needed the year. The others are what the
    library knows now.
    """

    def __init__(self, country: str, removed: Collection[date], stored: Mapping[int, Collection[date]]) -> None:
        self._country, self._removed, self._stored = country, frozenset(removed), stored

    def __contains__(self, day: object) -> bool:
        if not isinstance(day, date) or day in self._removed:
            return False
        stored = self._stored.get(day.year)
        return day in (public_holidays(self._country, day.year) if stored is None else stored)

    def not_stored(self, first: int, last: int) -> list[int]:
        """The years from the first to the last that still come from the library."""
        return [year for year in range(first, last + 1) if year not in self._stored] if self._country else []


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
    return several(session, [calendar_id])[calendar_id]


def several(session: Session, calendar_ids: Iterable[int]) -> dict[int, Calendar]:
    """These calendars by number, with the holidays they store. One query for all that this call has not read yet."""
    known: dict[int, Calendar] = session.info.setdefault("calendars", {})
    wanted = sorted({int(one) for one in calendar_ids})
    if unread := [one for one in wanted if one not in known]:
        _read(session, unread)
    return {one: known[one] for one in wanted}


def every_version(session: Session) -> dict[int, datetime]:
    """From when on each version of each calendar holds; read in one query, as `calendar` gives them afterwards."""
    return {version.id: version.valid_from for version in _read(session)}


def forget(session: Session) -> None:
    """Read the calendars again when they are asked for next: more years are stored."""
    session.info.pop("calendars", None)


def _read(session: Session, calendar_ids: Collection[int] | None = None) -> list[CalendarVersion]:
    of_version = col(CalendarYear.calendar_id) == col(CalendarVersion.id)
    listed = select(CalendarVersion, CalendarYear).join(CalendarYear, of_version, isouter=True)
    if calendar_ids is not None:
        listed = listed.where(col(CalendarVersion.id).in_(calendar_ids))
    versions: dict[int, CalendarVersion] = {}
    stored: dict[int, dict[int, Mapping[str, str]]] = {}
    for version, year in session.exec(listed):
        versions[version.id] = version
        if year is not None:
            stored.setdefault(version.id, {})[year.year] = year.holidays
    known: dict[int, Calendar] = session.info.setdefault("calendars", {})
    for number, one in versions.items():
        if number not in known:
            rules = one.zone, one.hours, one.country, one.exceptions, one.removed
            known[number] = build(*rules, stored=stored.get(number, {}))
    return list(versions.values())


def build(
    zone: str,
    hours: Mapping[str, Texts],
    country: str,
    exceptions: Mapping[str, Mapping[str, Any]],
    removed: Collection[str],
    *,
    stored: StoredYears = MappingProxyType({}),
) -> Calendar:
    """The calendar that these texts tell (see CalendarVersion), saved or not; the same texts give the same object.

    ValueError names the zone, the country, the weekday, the interval or the date that is no good.
    """
    own = {day: told.get("hours") for day, told in exceptions.items()}
    dates = {year: sorted(found) for year, found in stored.items()}
    return _build(json.dumps([zone, hours, country, own, sorted(removed), dates], sort_keys=True))


@lru_cache(maxsize=256)
def _build(texts: str) -> Calendar:
    zone, hours, country, own, removed, dates = json.loads(texts)
    public_holidays(country, 2000)  # raises for a country we know nothing of
    special = {_date(day): pairs for day, pairs in own.items()}
    stored = {int(year): frozenset(map(_date, days)) for year, days in dates.items()}
    return Calendar.parse(zone, hours, Holidays(country, [_date(day) for day in removed], stored), special)


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

"""The public holidays of a calendar: since when they are known, what is new of them, and on which the desk works."""

from collections.abc import Mapping
from datetime import date

import streamlit as st
from babel.dates import format_date

from data.calendars import CalendarSheet
from data.core.calendars import public_holidays
from pages.components.text import _, day, language, plain

_YEARS = 3


def holidays_known(sheet: CalendarSheet, year: int) -> str:
    """Since when the public holidays of a year are known; nothing where the calendar has none."""
    if not sheet.country:
        return ""
    if year in sheet.years:
        known = day(sheet.years[year].known_at)
        return _(
            "Public holidays of {year} as known on {day}. Later lists do not change them.", year=str(year), day=known
        )
    return _(
        "Public holidays of {year} as known today. They are stored when a deadline first falls in this year.",
        year=str(year),
    )


def newest_holidays(sheet: CalendarSheet, country: str, first: bool, key: str) -> bool:
    """Shows what a newer list says otherwise of days to come. Is it to be followed?"""
    if not sheet.changes or country != sheet.country:
        return False
    spoken = language().value
    days = [(_named(one.date.isoformat(), plain(one.name), spoken), one.added) for one in sheet.changes]
    lines = [
        _("{day}: now a public holiday", day=day) if added else _("{day}: no longer a public holiday", day=day)
        for day, added in days
    ]
    news = _("The list of public holidays has changed for days to come. This calendar does not follow it yet:")
    st.info("\n- ".join([news, *lines]), icon=":material/event_upcoming:")
    return st.checkbox(
        _("Follow the new list"),
        first,
        help=_("For the days to come. What was promised and judged by the days before does not change."),
        persist_state="page",
        key=f"newest_{key}",
    )


def worked_holidays(sheet: CalendarSheet, country: str, first: list[str], key: str, this_year: int) -> list[str]:
    found = {
        day: name
        for year in range(this_year, this_year + _YEARS)
        for day, name in _public_holidays(sheet, country, year).items()
    }
    spoken = language().value
    chosen = st.multiselect(
        _("Public holidays on which you work"),
        sorted({*found, *first}),
        first,
        format_func=lambda day: _named(day, found.get(day, ""), spoken),
        placeholder=_("no public holiday"),
        persist_state="page",
        key=f"removed_{key}",
    )
    return sorted(chosen)


def _public_holidays(sheet: CalendarSheet, country: str, year: int) -> Mapping[str, str]:
    """As the calendar counts them, by ISO date."""
    if country == sheet.country and year in sheet.years:
        return sheet.years[year].holidays
    return {day.isoformat(): name for day, name in public_holidays(country, year).items()}


def _named(day: str, name: str, spoken: str) -> str:
    return f"{format_date(date.fromisoformat(day), 'EEE d MMM y', locale=spoken)} · {name}".removesuffix(" · ")

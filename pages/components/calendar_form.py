"""The fields of a calendar: its week as text, its zone, its public holidays and its special days.

What is typed is kept as texts under the calendar's name and version, until it is saved or dropped. The keys carry the
calendar's name and the moment its version began: a version saved by somebody else meanwhile shows as it is.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from hashlib import blake2s
from typing import Any
from zoneinfo import available_timezones

import holidays
import pandas as pd
import streamlit as st
from babel import Locale

from data.calendars import CalendarForm, CalendarSheet
from data.core.desk import Desk
from models.errors import Refused
from models.user import Language
from models.weekday import Weekday
from pages.components import hours_text
from pages.components.calendar_holidays import newest_holidays, worked_holidays
from pages.components.kept_form import KeptForm, begun
from pages.components.text import _, day, language, word

Typed = dict[str, Any]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=1)


def saved_form(sheet: CalendarSheet) -> CalendarForm:
    """What holds now, as the form would tell it."""
    return CalendarForm(
        zone=sheet.zone,
        hours={day.value: [list(pair) for pair in sheet.hours[day]] for day in Weekday if sheet.hours.get(day)},
        country=sheet.country,
        exceptions={
            day: {"name": told.get("name", ""), "hours": [list(pair) for pair in told.get("hours") or []]}
            for day, told in sorted(sheet.exceptions.items())
        },
        removed=sorted(sheet.removed),
    )


def calendar_form(desk: Desk, sheet: CalendarSheet, this_year: int) -> CalendarForm:
    """What is asked for. Raises Refused naming the row that cannot be read, once every field is drawn."""
    saved, key, form = saved_form(sheet), _key(sheet), _kept_form(desk, sheet)
    untouched = _typed(saved)
    first = untouched | _read_kept(form)
    week, special = st.columns(2, gap="large")
    with week, st.container(key="week"):
        st.subheader(_("The week"), anchor=False)
        st.caption(_("Several openings a day with commas; one that ends before it begins runs past midnight."))
        texts = {day: _weekday(day, name, first["hours"].get(day, ""), key) for day, name in _weekdays().items()}
    with special:
        st.subheader(_("Where and which holidays"), anchor=False)
        zones = _zones()
        at = zones.index(first["zone"] if first["zone"] in zones else saved.zone)
        zone = st.selectbox(_("Time zone"), zones, at, persist_state="page", key=f"zone_{key}")
        countries = _countries(language())
        country = st.selectbox(
            _("Public holidays of"),
            list(countries),
            list(countries).index(first["country"]) if first["country"] in countries else 0,
            format_func=lambda one: countries.get(one, one),
            persist_state="page",
            key=f"country_{key}",
        )
        newest = newest_holidays(sheet, country, first["newest"], key)
        removed = worked_holidays(sheet, country, first["removed"], key, this_year)
        st.subheader(_("Special days"), anchor=False)
        st.caption(_("Hours as on the left; a day without hours is closed. They also hold on a public holiday."))
        days = _special(begun(f"special_{key}", first["special"]), key)
    typed: Typed = {"hours": texts, "zone": zone, "country": country, "removed": removed, "special": _rows(days)}
    typed["newest"] = newest
    form.keep({"typed": json.dumps(typed)}, changed=typed != untouched)
    hours = {day: read for day, name in _weekdays().items() if (read := hours_text.read(name, texts[day]))}
    return replace(
        saved,
        zone=zone,
        hours=hours,
        country=country,
        exceptions=_exceptions(days),
        removed=removed,
        newest_holidays=newest,
    )


def began(at: datetime) -> str:
    """Since when a version holds; what a new desk begins with holds for all of history."""
    return _("since {moment}", moment=at) if at > _EPOCH else _("from the beginning")


def drop(desk: Desk, sheet: CalendarSheet) -> None:
    """Give up what was typed."""
    _kept_form(desk, sheet).drop()
    key = _key(sheet)
    st.session_state[f"calendar_tries_{sheet.name}"] = st.session_state.get(f"calendar_tries_{sheet.name}", 0) + 1
    for name in [str(name) for name in st.session_state if str(name).endswith(key)]:
        del st.session_state[name]


def _key(sheet: CalendarSheet) -> str:
    tries = st.session_state.get(f"calendar_tries_{sheet.name}", 0)
    return f"{sheet.name}_{sheet.valid_from:%Y%m%d%H%M%S%f}_{tries}"


def _kept_form(desk: Desk, sheet: CalendarSheet) -> KeptForm:
    version = f"{sheet.name} {sheet.valid_from:%Y%m%d%H%M%S%f}"
    return KeptForm(desk, f"calendar-{blake2s(version.encode(), digest_size=12).hexdigest()}")


def _typed(saved: CalendarForm) -> Typed:
    """What the fields hold where nothing was typed."""
    return {
        "hours": {day: hours_text.written(saved.hours.get(day, [])) for day in _weekdays()},
        "zone": saved.zone,
        "country": saved.country,
        "removed": list(saved.removed),
        "special": [
            [day, told["name"] or None, hours_text.written(told["hours"]) or None]
            for day, told in saved.exceptions.items()
        ],
        "newest": False,
    }


def _read_kept(form: KeptForm) -> Typed:
    """Nothing where it is not what this form writes: a draft comes from a browser."""
    try:
        kept = json.loads(form.fields().get("typed", "{}"))
        return {
            "hours": {day: str(text) for day, text in kept["hours"].items()},
            "zone": str(kept["zone"]),
            "country": str(kept["country"]),
            "removed": [date.fromisoformat(day).isoformat() for day in kept["removed"]],
            "special": [
                [day and date.fromisoformat(day).isoformat(), name and str(name), hours and str(hours)]
                for day, name, hours in kept["special"]
            ],
            "newest": kept.get("newest") is True,
        }
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        return {}


def _rows(days: Any) -> list[list[str | None]]:
    """The special days as they are typed, whole or not: date, name, hours."""
    rows = [[row[one] for one in ("date", "name", "hours")] for row in days.to_dict("records")]
    return [[None if pd.isna(one) or one == "" else str(one)[:200] for one in row] for row in rows]


def _weekday(day: str, name: str, first: str, key: str) -> str:
    label, field, said = st.columns([1.1, 3, 2], vertical_alignment="center", gap="small")
    label.markdown(name)
    text = field.text_input(
        name,
        first,
        placeholder=_("closed"),
        max_chars=200,
        label_visibility="collapsed",
        persist_state="page",
        key=f"hours_{day}_{key}",
    )
    try:
        said.caption(hours_text.told(hours_text.read(name, text or "")))
    except Refused:
        problem = _("cannot be read")
        said.caption(f":red[:material/error: {problem}]")
    return text or ""


def _special(first: list[list[str | None]], key: str) -> Any:
    dates = [date.fromisoformat(day) if day else None for day, _name, _hours in first]
    table = pd.DataFrame(
        {
            "date": pd.Series(dates, dtype="object"),
            "name": pd.Series([name for _day, name, _hours in first], dtype="object"),
            "hours": pd.Series([hours for _day, _name, hours in first], dtype="object"),
        }
    )
    return st.data_editor(
        table,
        num_rows="dynamic",
        hide_index=True,
        column_config={
            "date": st.column_config.DateColumn(_("Date"), format="DD/MM/YYYY"),
            "name": st.column_config.TextColumn(_("Name"), max_chars=80),
            "hours": st.column_config.TextColumn(_("Hours"), max_chars=200),
        },
        alt=_("Special days: date, name and hours"),
        key=f"special_{key}",
    )


def _exceptions(days: Any) -> dict[str, dict[str, Any]]:
    """Raises Refused for a row without a date, one that repeats a date, or hours that cannot be read."""
    found: dict[str, dict[str, Any]] = {}
    for number, row in enumerate(days.to_dict("records"), start=1):
        day, name, hours = (None if pd.isna(row[one]) else row[one] for one in ("date", "name", "hours"))
        if day is None and not name and not hours:
            continue
        if day is None:
            raise Refused("Special day {number} ({name}) has no date.", number=number, name=name or hours)
        iso = str(day)[:10]
        if iso in found:
            raise Refused("{day} stands twice among the special days.", day=_day(iso))
        found[iso] = {"name": str(name or "").strip(), "hours": hours_text.read(_day(iso), str(hours or ""))}
    return dict(sorted(found.items()))


def _day(iso: str) -> str:
    return day(date.fromisoformat(iso))


def _weekdays() -> dict[str, str]:
    return {day.value: word(day) for day in Weekday}


@cache
def _zones() -> list[str]:
    return sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC")


@cache
def _countries(spoken: Language) -> Mapping[str, str]:
    names = Locale.parse(spoken.value).territories
    known = {code: names.get(code, code) for code in holidays.list_supported_countries(include_aliases=False)}
    return {"": _("no country: no public holidays")} | dict(sorted(known.items(), key=lambda pair: pair[1]))

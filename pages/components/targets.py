"""The grid of targets as one table: a line for what and how urgent, two columns for each star level."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from data.core.desk import Desk
from data.service_levels import Target
from models.client import StarLevel
from models.ticket import Kind
from pages.components import span_text
from pages.components.kept_form import KeptForm, begun
from pages.components.text import _, calendar_name, word

PROMISES = ("first_response", "resolution")
_TRIES, _NAME = "targets_tries", "targets"


def targets_form(desk: Desk, grid: Sequence[Target], calendars: Sequence[str]) -> tuple[Target, ...]:
    """What is asked for. Raises Refused naming the cell that cannot be read, once every field is drawn."""
    levels = sorted({target.star_level for target in grid})
    form, key = KeptForm(desk, _NAME), f"targets_{st.session_state.get(_TRIES, 0)}"
    chosen = _calendars(grid, levels, calendars, _read_kept(form, "calendars"))
    saved = _cells(_table(grid))
    st.caption(
        _(
            "In hours of opening time, by the calendar of the star level: 4 h, 1 h 30 or 45 min. "
            "Each cell can be edited; Tab and the arrow keys lead on."
        )
    )
    edited = st.data_editor(
        _table(grid, begun(key, _read_kept(form, "cells"))),
        hide_index=True,
        disabled=["what"],
        column_config={"what": st.column_config.TextColumn(_("Ticket"), pinned=True, width=150)}
        | {
            _column(level, promise): st.column_config.TextColumn(_heading(level, promise), max_chars=20, required=True)
            for level in levels
            for promise in PROMISES
        },
        alt=_("Targets by kind, urgency and star level"),
        key=key,
    )
    _keep(form, grid, saved, _cells(edited), chosen)
    rows: dict[str, Any] = {row["what"]: row for row in edited.to_dict("records")}
    return tuple(_read(target, rows[_what(target)], chosen) for target in grid)


def drop(desk: Desk) -> None:
    """Give up what was typed, or begin again from what was saved."""
    KeptForm(desk, _NAME).drop()
    st.session_state[_TRIES] = st.session_state.get(_TRIES, 0) + 1


def _read_kept(form: KeptForm, field: str) -> dict[str, str]:
    try:
        kept = json.loads(form.fields().get(field, "{}"))
    except (RecursionError, ValueError):
        return {}
    return {name: text for name, text in kept.items() if isinstance(text, str)} if isinstance(kept, dict) else {}


def _keep(
    form: KeptForm,
    grid: Sequence[Target],
    saved: Mapping[str, str],
    typed: Mapping[str, str],
    chosen: Mapping[StarLevel, str | None],
) -> None:
    """The cells that are not as they are saved, by row and column, and the calendars chosen instead of others."""
    cells = {cell: text for cell, text in typed.items() if text != saved[cell]}
    used = {level: {target.calendar for target in grid if target.star_level == level} for level in chosen}
    calendars = {str(int(level)): name for level, name in chosen.items() if name and {name} != used[level]}
    fields = {"cells": json.dumps(cells), "calendars": json.dumps(calendars)}
    form.keep(fields, changed=bool(cells or calendars))


def _cells(table: pd.DataFrame) -> dict[str, str]:
    """Every text of the table, by its row and column."""
    columns = [column for column in table.columns if column != "what"]
    return {
        f"{number} {column}": "" if (text := row[column]) is None else str(text)
        for number, row in enumerate(table.to_dict("records"))
        for column in columns
    }


def _calendars(
    grid: Sequence[Target], levels: Sequence[StarLevel], names: Sequence[str], kept: Mapping[str, str]
) -> dict[StarLevel, str | None]:
    """The calendar of each star level; None, where its targets have several, leaves each its own."""
    chosen: dict[StarLevel, str | None] = {}
    called = {name: calendar_name(name) for name in names}  # in the user's language, whoever asks later
    for level, place in zip(levels, st.columns(len(levels)), strict=True):
        used = {target.calendar for target in grid if target.star_level == level}
        now = used.pop() if len(used) == 1 else None
        key = f"targets_calendar_{int(level)}_{st.session_state.get(_TRIES, 0)}"
        first = begun(key, kept.get(str(int(level)), now))
        chosen[level] = place.selectbox(
            _("Calendar of {stars}", stars=level),
            names,
            list(names).index(first) if first is not None and first in names else None,
            format_func=called.__getitem__,
            placeholder=_("several"),
            key=key,
        )
    return chosen


def _table(grid: Sequence[Target], typed: Mapping[str, str] | None = None) -> pd.DataFrame:
    """As it is saved, with what was `typed` into it before."""
    lines: dict[str, dict[str, str]] = {}
    for target in sorted(grid, key=lambda one: (list(Kind).index(one.kind), -one.urgency)):
        line = lines.setdefault(_what(target), {"what": _what(target)})
        for promise in PROMISES:
            line[_column(target.star_level, promise)] = span_text.written(getattr(target, promise))
    for number, line in enumerate(lines.values()):
        line.update({column: typed[cell] for column in line if typed and (cell := f"{number} {column}") in typed})
    return pd.DataFrame(list(lines.values()))


def _read(target: Target, row: Mapping[str, Any], chosen: Mapping[StarLevel, str | None]) -> Target:
    first, resolution = (_span(target, promise, row[_column(target.star_level, promise)]) for promise in PROMISES)
    calendar = chosen[target.star_level] or target.calendar
    return replace(target, calendar=calendar, first_response=first, resolution=resolution)


def _span(target: Target, promise: str, text: object) -> Any:
    """As it was where the text is the one that tells it: a target of seconds is kept."""
    kept = getattr(target, promise)
    if text == span_text.written(kept):
        return kept
    return span_text.read(f"{_what(target)}, {_heading(target.star_level, promise)}", "" if text is None else str(text))


def _what(target: Target) -> str:
    kind = word(target.kind)
    return f"{kind} · {word(target.urgency)}" if target.kind == Kind.INCIDENT else kind


def _column(level: StarLevel, promise: str) -> str:
    return f"{promise}_{int(level)}"


def _heading(level: StarLevel, promise: str) -> str:
    if promise == "first_response":
        return _("{stars} first response", stars=level)
    return _("{stars} resolution", stars=level)

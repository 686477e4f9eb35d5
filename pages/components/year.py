"""A year of a calendar at a glance: a month a row, a day a cell, told by colour, sign and word."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache
from html import escape
from typing import Any

import streamlit as st
from babel.dates import format_date, get_month_names

from data.calendars import Day
from models.user import Language
from pages.components.text import _, language, number, time_left
from pages.components.words import N_

_KINDS = {
    "open": ("#2F8A9B", "", N_("open")),
    "closed": ("rgba(128,140,150,0.2)", "", N_("closed")),
    "holiday": ("#E09F3E", "✱", N_("public holiday")),
    "special": ("#8A5A9E", "◆", N_("special day")),
}
_NUMBERS = {kind: place for place, kind in enumerate(_KINDS)}
_STYLE = """<style>
.year-legend { display: flex; flex-wrap: wrap; gap: 0.3rem 1.3rem; margin: 0; padding: 0 !important; list-style: none;
  font-size: 0.88rem; font-variant-numeric: tabular-nums; }
.year-legend li { margin: 0; display: flex; align-items: center; gap: 0.45rem; }
.year-legend i { width: 1rem; height: 1rem; border-radius: 3px; font: 0.62rem/1rem sans-serif; text-align: center;
  color: #fff; }
</style>"""


def year_plot(days: Sequence[Day]) -> None:
    said = _total(days)
    st.plotly_chart(
        _figure(tuple(days), language()),
        key="year_plot",
        config={"displayModeBar": False, "scrollZoom": False, "doubleClick": False},
        alt=". ".join([said, *_named(days)]),
    )
    counts = Counter[str](day.kind for day in days)
    chips = "".join(_chip(kind, counts[kind]) for kind in _KINDS)
    st.html(f'{_STYLE}<ul class="year-legend">{chips}<li><b>{escape(said)}</b></ul>')


def _total(days: Sequence[Day]) -> str:
    hours = sum((day.hours for day in days), timedelta())
    return _("{hours} of opening in {year}", hours=hours, year=str(days[0].date.year))


def _named(days: Sequence[Day]) -> list[str]:
    """The days that are not like others, in words: what the plot is to whoever does not see it."""
    return [_said(day) for day in days if day.kind in ("holiday", "special")]


def _said(day: Day) -> str:
    date = format_date(day.date, "EEE d MMMM", locale=language().value)
    kind = _(_KINDS[day.kind][2])
    told = f"{kind} · {day.name}" if day.name else kind
    return f"{date} : {told} · {time_left(day.hours)}" if day.hours else f"{date} : {told}"


def _chip(kind: str, count: int) -> str:
    colour, sign, name = _KINDS[kind]
    said = _(name)
    return f'<li><i style="background:{colour}">{sign}</i>{escape(said)} · {number(count)}</li>'


@lru_cache(maxsize=64)
def _figure(days: tuple[Day, ...], spoken: Language) -> dict[str, Any]:
    """A plain dict: no figure object is built, and Streamlit only writes it down."""
    months = get_month_names("abbreviated", locale=spoken.value)
    cells: list[list[Any]] = [[None] * 31 for _month in range(12)]
    signs = [[""] * 31 for _month in range(12)]
    hovers = [[""] * 31 for _month in range(12)]
    for day in days:
        row, column = day.date.month - 1, day.date.day - 1
        cells[row][column] = _NUMBERS[day.kind]
        signs[row][column], hovers[row][column] = _KINDS[day.kind][1], escape(_said(day))
    last = len(_KINDS) - 1
    scale = [[edge / len(_KINDS), colour] for n, (colour, *_) in enumerate(_KINDS.values()) for edge in (n, n + 1)]
    axis = {"showgrid": False, "zeroline": False, "fixedrange": True}
    return {
        "data": [
            {
                "type": "heatmap",
                "x": list(range(1, 32)),
                "y": [months[month] for month in range(1, 13)],
                "z": cells,
                "text": signs,
                "texttemplate": "%{text}",
                "textfont": {"color": "#ffffff", "size": 11},
                "customdata": hovers,
                "hovertemplate": "%{customdata}<extra></extra>",
                "hoverongaps": False,
                "colorscale": scale,
                "zmin": -0.5,
                "zmax": last + 0.5,
                "showscale": False,
                "xgap": 2,
                "ygap": 2,
            }
        ],
        "layout": {
            "height": 360,
            "margin": {"l": 44, "r": 4, "t": 24, "b": 4},
            "xaxis": axis | {"side": "top", "tickvals": [1, 5, 10, 15, 20, 25, 31], "ticks": ""},
            "yaxis": axis | {"autorange": "reversed", "ticks": ""},
            "dragmode": False,
        },
    }

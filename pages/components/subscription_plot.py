"""A client's subscriptions on a line of time: what was, what runs, what is to come, and where today stands."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from html import escape
from typing import Any

import streamlit as st

from models.client import StarLevel
from models.subscription import Period, Phase
from models.user import Language
from pages.components.text import _, day, language, word
from pages.components.words import N_

COLOURS = {StarLevel.THREE: "#7A8B99", StarLevel.FOUR: "#1F8A9C", StarLevel.FIVE: "#E09F3E"}
_PHASES = {Phase.PAST: N_("over"), Phase.RUNNING: N_("runs"), Phase.COMING: N_("to come")}
_OPACITY = {Phase.PAST: 0.5, Phase.RUNNING: 1.0, Phase.COMING: 0.75}
_AHEAD, _BEHIND = timedelta(days=400), timedelta(days=90)
_DAY = timedelta(days=1)


def subscription_plot(periods: Sequence[Period], today: date) -> None:
    st.plotly_chart(
        _figure(tuple(periods), today, language()),
        key="subscription_plot",
        config={"displayModeBar": False, "scrollZoom": False, "doubleClick": False},
        alt=". ".join(map(said, periods)),
    )


def said(period: Period) -> str:
    stars, begins, phase = word(period.star_level), day(period.begins), _(_PHASES[period.phase])
    if period.until is None:
        return _("{stars} from {begins}, without end ({phase})", stars=stars, begins=begins, phase=phase)
    until = day(period.until)
    return _("{stars} from {begins} to {until} ({phase})", stars=stars, begins=begins, until=until, phase=phase)


@lru_cache(maxsize=64)
def _figure(periods: tuple[Period, ...], today: date, _spoken: Language) -> dict[str, Any]:
    """A plain dict: no figure object is built, and Streamlit only writes it down."""
    last = max([today + _AHEAD, *(one.until + _BEHIND for one in periods if one.until)])
    first = min([today - _BEHIND, *(one.begins for one in periods)])
    levels = [word(level) for level in COLOURS]
    grid = "rgba(128,140,150,0.25)"
    return {
        "data": [_bar(one, last) for one in periods],
        "layout": {
            "height": 190,
            "margin": {"l": 36, "r": 8, "t": 22, "b": 26},
            "barmode": "overlay",
            "showlegend": False,
            "dragmode": False,
            "bargap": 0.35,
            "xaxis": {
                "type": "date",
                "tickformat": "%m/%Y",
                "range": [str(first), str(last)],
                "fixedrange": True,
                "gridcolor": grid,
            },
            "yaxis": {
                "type": "category",
                "categoryorder": "array",
                "categoryarray": levels,
                "range": [-0.5, len(levels) - 0.5],
                "fixedrange": True,
                "gridcolor": grid,
                "ticks": "",
            },
            "shapes": [
                {"type": "line", "xref": "x", "yref": "paper", "x0": str(today), "x1": str(today), "y0": 0, "y1": 1}
                | {"line": {"color": "#C8553D", "width": 2, "dash": "dot"}}
            ],
            "annotations": [
                {"x": str(today), "y": 1, "xref": "x", "yref": "paper", "yanchor": "bottom", "showarrow": False}
                | {"text": escape(_("today")), "font": {"color": "#C8553D", "size": 12}}
            ],
        },
    }


def _bar(one: Period, last: date) -> dict[str, Any]:
    until = one.until + _DAY if one.until else last
    return {
        "type": "bar",
        "orientation": "h",
        "y": [word(one.star_level)],
        "base": [str(one.begins)],
        "x": [max(until - one.begins, _DAY) // timedelta(milliseconds=1)],
        "marker": {
            "color": COLOURS[one.star_level],
            "opacity": _OPACITY[one.phase],
            "pattern": {"shape": "/" if one.phase is Phase.COMING else ""},
        },
        "text": ["→" if one.until is None else ""],
        "textposition": "inside",
        "insidetextanchor": "end",
        "hovertemplate": f"{escape(said(one))}<extra></extra>",
    }

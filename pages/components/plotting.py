"""Charts as plain dicts: no figure object is built, and Streamlit only writes them down.

The colours stand on light and dark ground alike and are told apart by people who do not see red and green; what is bad
is hatched as well. What a bar says on hover is ready-made, so that it speaks the user's language.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import streamlit as st

from models.user import Language
from pages.components.text import language, percent

Trace = dict[str, Any]

RESPONSE, RESOLUTION = "#1F7A8C", "#E09F3E"  # the two promises, the same everywhere
GOOD, BAD, QUIET, OTHER = "#1F7A8C", "#C8553D", "#7A8B99", "#8A5A9E"
HATCHED = "/"
_TEAL, _RED = (31, 122, 140), (200, 85, 61)
_DEEPEST = 0.62  # of a cell's colour, so that the text on it is read on either ground
TICKS = 10
LEGEND = {"orientation": "h", "x": 0, "y": 1.03, "yanchor": "bottom", "traceorder": "normal"}
BELOW_CAMERA: Trace = {"l": 8, "r": 8, "t": 54, "b": 4}  # margins, where there is little room beside it


@dataclass(frozen=True)
class Bar:
    """`key` names it in the address, `said` is what it tells on hover; `few` marks one that rests on few cases."""

    key: str
    at: Any
    value: float
    said: str
    few: bool = False
    text: str = ""


def bars(name: str, found: Sequence[Bar], colour: str, *, lying: bool = False, **more: Any) -> Trace:
    value, place = ("x", "y") if lying else ("y", "x")
    trace = {
        "type": "bar",
        "name": name,
        value: [bar.value for bar in found],
        place: [bar.at for bar in found],
        "orientation": "h" if lying else "v",
        "marker": {"color": colour, "pattern": _hatched(found, colour)},
        "text": [bar.text for bar in found],
        "textposition": "outside",
        "cliponaxis": False,
    }
    return trace | _told(found) | more


def line(name: str, found: Sequence[Bar], colour: str, **more: Any) -> Trace:
    """With a point for each; hollow where it rests on few cases."""
    trace = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": [bar.at for bar in found],
        "y": [bar.value for bar in found],
        "line": {"color": colour, "width": 2},
        "marker": {"size": 9, "color": colour, "symbol": ["circle-open" if bar.few else "circle" for bar in found]},
    }
    return trace | _told(found) | more


def cells(
    found: Sequence[Bar], colours: Sequence[str], *, height: float = 0.92, size: int = 12, **more: Any
) -> list[Trace]:
    """A heat map whose cells can be clicked on: bars of one height. `at` is a pair: column and row."""
    boxes = {
        "type": "bar",
        "width": 0.92,
        "marker": {"color": list(colours)},
        "showlegend": False,
    } | _placed(found, height)
    texts = {
        "type": "scatter",
        "mode": "text",
        "x": [bar.at[0] for bar in found],
        "y": [bar.at[1] for bar in found],
        "text": [bar.text for bar in found],
        "textfont": {"color": ink(), "size": size},
        "hoverinfo": "skip",
        "showlegend": False,
    }
    lined = boxes | _placed([bar for bar in found if bar.few], height) | {"hoverinfo": "skip"}
    lined["marker"] = {"color": ink(), "pattern": _lines(HATCHED, "rgba(0,0,0,0)", ink(), 0.2)}
    return [boxes | _told(found) | more, lined | more, texts | more]


def ink() -> str:
    """What is written with on the ground of the moment."""
    return "#E6E9E8" if _dark() else "#22303A"


def good_ink() -> str:
    return "#8CC56D" if _dark() else "#3F7A2C"


def bad_ink() -> str:
    return "#F08A76" if _dark() else "#B4412B"


def rates() -> dict[str, Any]:
    """An axis of shares, a little beyond the whole."""
    places = (0, 0.25, 0.5, 0.75, 1)
    return {"range": [0, 1.05], "tickvals": places, "ticktext": [percent(place) for place in places]}


def small_rates(most: float) -> dict[str, Any]:
    """An axis of shares from none to about so many, in a few steps."""
    step = next((one for one in (0.01, 0.02, 0.05, 0.1, 0.25) if most / one <= 4), 0.5)
    places = [n * step for n in range(int(most / step) + 1)]
    return {"range": [0, most], "tickvals": places, "ticktext": [percent(place) for place in places]}


def counts(most: int, room: float = 1.05) -> dict[str, Any]:
    """An axis of whole numbers up to this one, and some room above it."""
    steps = (digit * 10**power for power in range(18) for digit in (1, 2, 5))
    return {"range": [0, max(most, 1) * room], "tick0": 0, "dtick": next(one for one in steps if most <= one * 5)}


def deep(share: float) -> str:
    """A cell's colour, the deeper the more: of 0 to 1."""
    return _rgba(_TEAL, 0.06 + share * (_DEEPEST - 0.06))


def kept_colour(rate: float) -> str:
    """From red where half of the promises are broken, through none, to teal where all are kept."""
    where = min(max((rate - 0.5) * 2, 0), 1) * 2 - 1
    return _rgba(_TEAL if where > 0 else _RED, 0.08 + abs(where) * (_DEEPEST - 0.08))


def ticks(labels: Sequence[str], most: int = TICKS) -> dict[str, Any]:
    """An axis of places 0, 1, 2 … with words for some of them."""
    step = -(-len(labels) // most) or 1
    places = list(range(0, len(labels), step))
    return {"tickvals": places, "ticktext": [escape(labels[place]) for place in places]}


def figure(traces: Iterable[Trace], height: int, **layout: Any) -> dict[str, Any]:
    """`layout` overrides; nothing zooms, so that a touch scrolls the page and a click is a click."""
    fixed = {"fixedrange": True, "zeroline": False}
    for name in {"xaxis", "yaxis", *(key for key in layout if key.startswith(("xaxis", "yaxis")))}:
        layout[name] = fixed | layout.get(name, {})
    whole = {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 34, "b": 4},
        "legend": LEGEND,
        "bargap": 0.3,
        "dragmode": False,
        "hovermode": "closest",
        "separators": ",\N{NARROW NO-BREAK SPACE}" if language() == Language.FRENCH else ".,",
    }
    return {"data": list(traces), "layout": whole | layout}


def titled(drawn: dict[str, Any], title: str, below: str) -> dict[str, Any]:
    """With what `picture.js` writes above it in a picture; on the page the title stands outside of the chart."""
    return drawn | {"layout": drawn["layout"] | {"meta": [escape(title), escape(below)]}}


def chosen(drawn: dict[str, Any], key: str) -> dict[str, Any]:
    """With an outline around the bar of this key, if it has one. No other fades when one is clicked on."""
    return drawn | {"data": [_outlined(trace, key) for trace in drawn["data"]]}


def _outlined(trace: Trace, key: str) -> Trace:
    keys = [told[0] for told in trace.get("customdata", ())]
    marker, text = {"opacity": 1}, {"color": ink()}
    shown: Trace = {
        "selected": {"marker": marker, "textfont": text},
        "unselected": {"marker": marker, "textfont": text},
    }
    if key and key in keys:
        width = [3 if one == key else 0 for one in keys]
        shown["marker"] = trace.get("marker", {}) | {"line": {"color": ink(), "width": width}}
    return trace | shown


def heading(text: str, x: float) -> dict[str, Any]:
    """What a panel of several is about, above it."""
    place = {"x": x, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom"}
    return {"text": f"<b>{escape(text)}</b>", "showarrow": False, **place}


def _placed(found: Sequence[Bar], height: float) -> Trace:
    base = [bar.at[1] - height / 2 for bar in found]
    return {"x": [bar.at[0] for bar in found], "y": [height] * len(found), "base": base}


def _hatched(found: Sequence[Bar], colour: str) -> dict[str, Any]:
    """Lines over those that rest on few cases."""
    return _lines([HATCHED if bar.few else "" for bar in found], colour, "#FFFFFF", 0.4)


def _lines(shape: str | list[str], ground: str, lines: str, opacity: float) -> dict[str, Any]:
    """The ground is named: over an overlay or grounds of several colours, plotly chooses the lines by itself."""
    colours = {"fillmode": "replace", "bgcolor": ground, "fgcolor": lines, "fgopacity": opacity}
    return {"shape": shape, "size": 7, "solidity": 0.2} | colours


def _told(found: Sequence[Bar]) -> Trace:
    hovers = [[bar.key, escape(bar.said).replace("\n", "<br>")] for bar in found]
    return {"customdata": hovers, "hovertemplate": "%{customdata[1]}<extra></extra>"}


def _dark() -> bool:
    return st.context.theme.type == "dark"


def _rgba(colour: tuple[int, int, int], opacity: float) -> str:
    return f"rgba({colour[0]},{colour[1]},{colour[2]},{opacity:.3f})"

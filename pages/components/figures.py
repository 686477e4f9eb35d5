"""Small figures in words and tables, for a page that tells of numbers."""

from collections.abc import Sequence
from html import escape
from typing import Any

import streamlit as st

from models.decision import Attainment
from pages.components.text import _, percent

_STYLE = """<style>
.figures { width: 100%; border-collapse: collapse; font-size: 0.92rem; font-variant-numeric: tabular-nums; }
.figures th, .figures td { padding: 0.35rem 0.6rem; text-align: left; border: 0; vertical-align: top; }
.figures thead th { font-size: 0.78rem; font-weight: 500; opacity: 0.75; }
.figures tbody tr { border-top: 1px solid rgba(128, 140, 150, 0.3); }
.figures tbody th { font-weight: 500; }
</style>"""


def share(kept: Attainment) -> str:
    return "—" if kept.share is None else percent(kept.share)


def part(kept: Attainment) -> str:
    """Such as "93 % · 28 of 30"; a dash while nothing is decided."""
    if not kept.decided:
        return "—"
    return _("{share} · {met} of {all}", share=share(kept), met=kept.met, all=kept.decided)


def bars(height: int) -> dict[str, Any]:
    """How plotly lays out bars of percentages beside each other, `height` pixels high; they do not move."""
    return {
        "height": height,
        "margin": {"l": 44, "r": 8, "t": 34, "b": 26},
        "barmode": "group",
        "dragmode": False,
        "legend": {"orientation": "h", "y": 1.08, "yanchor": "bottom", "x": 0},
        "xaxis": {"fixedrange": True, "type": "category"},
        "yaxis": {"fixedrange": True, "range": [0, 101], "ticksuffix": " %", "gridcolor": "rgba(128,140,150,0.25)"},
    }


def simple_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """The first cell of each row names it."""
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in cells)}</tr>'
        for name, *cells in rows
    )
    st.html(f'{_STYLE}<table class="figures"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>')

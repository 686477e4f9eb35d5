"""Short lists of the manager's home: the queue's lines in brief, the week's promises, and who has what."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from models.figures import Figures, Workload
from models.metrics import NOBODY
from models.queue import Line
from pages.components.metrics_tiles import attained, drawn
from pages.components.plotting import bad_ink
from pages.components.text import _, number, plain, time_left

ONWARD = ":material/arrow_forward:"
_STYLE = """<style>
.st-key-home_day h3 { font-size: 1.02rem; padding: 0 0 0.2rem; }
.st-key-brief_nobody, .st-key-brief_newest { gap: 0; }
[class*="st-key-brief_"] [data-testid="stPageLink"] a { padding: 0.1rem 0; min-height: 0; }
[class*="st-key-brief_"] [data-testid="stPageLink"] :is(a, span) { min-width: 0; overflow: hidden; }
[class*="st-key-brief_"] [data-testid="stPageLink"] p { font-size: 0.87rem; white-space: nowrap; overflow: hidden;
  text-overflow: ellipsis; }
.who { width: 100%; border-collapse: collapse; font-size: 0.87rem; font-variant-numeric: tabular-nums; }
.who th { font-weight: 400; opacity: 0.75; text-align: right; }
.who th, .who td { padding: 0.14rem 0.3rem; border-bottom: 1px solid rgb(128 140 150 / 22%); text-align: right; }
.who td:first-child, .who th:first-child { text-align: left; padding-left: 0; }
.who a { color: inherit; text-decoration: none; }
.who a:hover { text-decoration: underline; }
.who .late { font-weight: 600; }
</style>"""


def style() -> None:
    st.html(_STYLE)


def brief(name: str, title: str, lines: Sequence[Line], nothing: str) -> None:
    """Each a link to its ticket, with what is left of its next promise."""
    st.subheader(title, anchor=False)
    with st.container(key=f"brief_{name}"):
        for line in lines:
            left = "" if line.left is None else f" · {time_left(line.left)}"
            label = f"**{line.reference}**{left} · {plain(line.subject)}"
            st.page_link("desk/ticket.py", label=label, query_params={"ref": line.reference}, width="stretch")
        if not lines:
            st.caption(nothing)


def week(figures: Figures) -> None:
    """How far the promises of this week were kept."""
    kept = figures.tiles.kept
    both = attained(_("First responses kept"), kept.first_response), attained(_("Resolutions kept"), kept.resolution)
    st.subheader(_("This week"), anchor=False)
    st.html(drawn(both, columns=1))


def who_has_what(workload: Sequence[Workload], most: int) -> None:
    """The first so many of them; all are on the page of figures."""
    st.subheader(_("Who has what"), anchor=False)
    found = by_need(workload)
    if not found:
        st.caption(_("Nobody has anything."))
        return
    heads = "".join(f"<th>{escape(head)}" for head in ("", _("Open"), _("Waiting"), _("Overdue")))
    rows = "".join(map(_row, found[:most]))
    st.html(f'<table class="who"><thead><tr>{heads}<tbody>{rows}</table>')
    if len(found) > most:
        label = _("{shown} of {count}: see all", shown=most, count=len(found))
        st.page_link("office/metrics.py", label=label, icon=ONWARD, query_params={"section": "work"})


def by_need(workload: Sequence[Workload]) -> list[Workload]:
    """Who has open tickets: those with most breached ones first, then those with most."""
    return sorted((one for one in workload if one.open), key=lambda one: (-one.overdue, -one.open))


def _row(one: Workload) -> str:
    who, name = ("nobody", _("Nobody")) if one.id == NOBODY else (str(one.id), one.name)
    late = f' class="late" style="color:{bad_ink()}"' if one.overdue else ""
    return (
        f'<tr><td><a href="/queue?who={who}" target="_self">{escape(name)}</a><td>{number(one.open)}'
        f"<td>{number(one.waiting)}<td{late}>{number(one.overdue)}"
    )

"""A few tickets of one's company, each on two lines: its title, whether it has news, and what is promised."""

from collections.abc import Iterable
from datetime import datetime

import streamlit as st

from models.followed import FollowedLine
from models.queue import Line
from models.sla import State
from models.ticket import Status
from pages.components.text import _, ago, deadline, plain, word

# The title is read whole, begins where the line below it does, and is underlined on hover.
_STYLE = """<style>
[class*="st-key-brief_"] [data-testid="stPageLink"] a { padding-inline: 0; height: auto; background: none; }
[class*="st-key-brief_"] [data-testid="stPageLink"] :is(a, span, p) { white-space: normal; overflow: visible; }
[class*="st-key-brief_"] a:is(:hover, :focus-visible) strong { text-decoration: underline; }
[class*="st-key-brief_"] .stMarkdownBadge { color: light-dark(#17697a, #7cc9d7) !important; }
</style>"""


def brief_list(lines: Iterable[FollowedLine], now: datetime) -> None:
    st.html(_STYLE)
    for one in lines:
        line = one.line
        with st.container(key=f"brief_{line.reference}", gap=None):
            new = _("New answer")
            label = f"**{plain(line.subject)}**" + (f" :primary-badge[{new}]" if one.news else "")
            st.page_link("portal/ticket.py", label=label, query_params={"ref": line.reference}, width="stretch")
            st.caption(" · ".join((line.reference, word(line.status), promise(line, now))))


def promise(line: Line, now: datetime) -> str:
    """What comes next of it, as it was promised; of a resolved one, since when it is."""
    if line.status == Status.RESOLVED:
        return ago(line.resolved_at, now) if line.resolved_at else ""
    if line.status == Status.WAITING or line.due_at is None:
        return _("your answer is awaited")
    due = deadline(line.due_at, now)
    if line.state == State.BREACHED:
        return _("was promised for {due}", due=due)
    return _("resolution before {due}", due=due) if line.answered else _("first response before {due}", due=due)

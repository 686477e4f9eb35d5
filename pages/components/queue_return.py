"""From a ticket back to the queue as it was left, and on to the next ticket of it."""

import streamlit as st

from data import queue
from data.core.desk import Desk
from models.queue import Line, Tab
from models.sheet import TicketSheet
from pages.components import queue_address
from pages.components.navigation import file_at, open_page
from pages.components.queue_address import View
from pages.components.text import _, plain

_LEFT = "queue_left"


def remember() -> None:
    """How the queue is looked at: its order, filters and page. Called by the queue."""
    st.session_state[_LEFT] = (st.query_params.to_dict(), queue_address.read())


def way_back() -> None:
    """A link to the queue as it was left. Where one came from there it is the browser's Back, see shell.js."""
    parameters, _view = _left()
    with st.container(key="way_back"):
        label = _("Back to the queue")
        st.page_link(
            file_at("queue"), label=label, icon=":material/arrow_back:", query_params=parameters, width="content"
        )


def after_resolved(desk: Desk, sheet: TicketSheet) -> None:
    """What comes next once a ticket is resolved: the next one, or a new ticket that follows it."""
    following = _next(desk, sheet.reference)
    with st.container(horizontal=True, vertical_alignment="center", key="after_resolved"):
        if following is not None:
            label = _("Next ticket: {subject}", subject=plain(_short(following.subject)))
            icon = ":material/arrow_forward:"
            if st.button(label, type="primary", icon=icon, shortcut="N", help=following.reference, key="next_ticket"):
                st.switch_page("desk/ticket.py", query_params={"ref": following.reference})
        if st.button(_("Create a follow-up ticket"), icon=":material/add_circle:", key="follow_up"):
            open_page("file", **_follow_up(sheet))


def _follow_up(sheet: TicketSheet) -> dict[str, str]:
    """What the address of the form says of a ticket that goes on from this one."""
    known = {
        "client": str(sheet.client_id),
        "kind": sheet.kind.value,
        "service": sheet.service.value,
        "contact": str(sheet.contact_id or ""),
        "product": str(sheet.product_id or ""),
        "follows": sheet.reference,
    }
    return {name: value for name, value in known.items() if value}


def _next(desk: Desk, reference: str) -> Line | None:
    """The first ticket of the queue as it was left that is nobody's or mine; else the first that there is."""
    _parameters, view = _left()
    tab = Tab.TO_DO if view.tab == Tab.RESOLVED_TODAY else view.tab
    page = queue.page(desk, tab, view.order, view.filters, after=view.after, before=view.before)
    lines = [line for line in page.lines if line.reference != reference]
    own = (line for line in lines if line.assignee in ("", desk.user.name))
    return next(own, lines[0] if lines else None)


def _left() -> tuple[dict[str, str], View]:
    left: tuple[dict[str, str], View] = st.session_state.get(_LEFT, ({}, queue_address.EVERYTHING))
    return left


def _short(subject: str) -> str:
    return subject if len(subject) <= 60 else f"{subject[:59].rstrip()}…"

"""What refreshes itself on the manager's home: the tiles, what breaks before closing, who has what."""

import streamlit as st

from data import forecast, metrics, queue
from data.core.desk import Desk
from models.errors import Refused
from models.period import DAY, Period
from models.queue import Filters, Holder, Order, Tab
from pages.components import home_lists
from pages.components.queue_address import View
from pages.components.queue_bulk import bulk_bar, selection_number
from pages.components.queue_lines import rows
from pages.components.queue_overview import overview
from pages.components.session import current_desk, refreshing
from pages.components.text import _, plural, told, when
from pages.components.tickets_table import tickets_table

REFRESHED_EVERY = 30
BREAKING, BRIEF, PEOPLE = 4, 6, 6  # lines, so that the day fits a screen
_WHOLE = View(Tab.TO_DO, Order.RECOMMENDED, Filters(), "", "")


@refreshing(REFRESHED_EVERY)
def board() -> None:
    desk = current_desk()
    home_lists.style()
    change = overview(queue.counts(desk), _WHOLE, tabs=False)
    if change is not None:
        st.switch_page("desk/queue.py", query_params={name: value for name, value in change.items() if value})
    _breaking(desk)
    today = metrics.options(desk).today
    figures = refusal = None
    try:
        figures = metrics.page(desk, Period(today - today.weekday() * DAY, today))
    except Refused as refused:  # the rest of the day is there all the same
        refusal = refused
    with st.container(key="home_day"):
        unassigned, newest, *counted = st.columns([3, 3, 2, 3] if figures else [3, 3, 5], gap="medium")
    with unassigned:
        nobodys = queue.page(desk, filters=Filters(holder=Holder.NOBODY)).lines[:BRIEF]
        home_lists.brief("nobody", _("Nobody's tickets"), nobodys, _("Everything has somebody."))
    with newest:
        home_lists.brief("newest", _("Newest"), queue.newest(desk, BRIEF), _("Nothing waits."))
    with counted[0]:
        if figures:
            home_lists.week(figures)
        elif refusal:
            st.error(told(refusal), icon=":material/error:")
    if figures:
        with counted[1]:
            home_lists.who_has_what(figures.workload, PEOPLE)


def _breaking(desk: Desk) -> None:
    coming = forecast.will_breach(desk)
    shown, until = coming.lines[:BREAKING], when(coming.until, desk.now)
    with st.container(horizontal=True, vertical_alignment="center"):
        title = _("What breaks before closing, {until}, if nothing is done", until=until)
        st.subheader(title, anchor=False, width="content")
        if shown:
            st.caption(_said(coming.count), width="content")
        if coming.count > len(shown):
            label = _("See all {count}", count=coming.count)
            st.page_link(
                "desk/queue.py", label=label, icon=home_lists.ONWARD, query_params={"closing": "1"}, width="content"
            )
    answer = tickets_table(
        rows(shown, desk.now),
        view=f"home {selection_number()}",
        empty="" if shown else _nothing(until),
    )
    if answer.opened:
        st.switch_page("desk/ticket.py", query_params={"ref": answer.opened})
    if answer.client:
        st.switch_page("sales/client.py", query_params={"id": answer.client})
    chosen = [line for line in shown if line.reference in answer.selected]
    if chosen:
        bulk_bar(desk, chosen)


def _said(count: int) -> str:
    return plural("{count} ticket, the next deadline first.", "{count} tickets, the next deadline first.", count)


def _nothing(until: str) -> str:
    return _("Every promise that falls due before {until} is kept. Nothing is about to break.", until=until)

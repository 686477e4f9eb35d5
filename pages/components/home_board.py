"""What refreshes itself on the manager's home: the tiles, and what breaks before closing if nothing is done."""

import streamlit as st

from data import forecast, queue
from models.queue import Filters, Order, Tab
from pages.components.queue_address import View
from pages.components.queue_bulk import bulk_bar, selection_number
from pages.components.queue_lines import rows
from pages.components.queue_overview import overview
from pages.components.session import current_desk, refreshing
from pages.components.text import _, plural, when
from pages.components.tickets_table import tickets_table

REFRESHED_EVERY = 30
_WHOLE = View(Tab.TO_DO, Order.RECOMMENDED, Filters(), "", "")


@refreshing(REFRESHED_EVERY)
def board() -> None:
    desk = current_desk()
    change = overview(queue.counts(desk), _WHOLE, tabs=False)
    if change is not None:
        st.switch_page("desk/queue.py", query_params={name: value for name, value in change.items() if value})
    coming = forecast.will_breach(desk)
    until = when(coming.until, desk.now)
    st.subheader(_("What breaks before closing, {until}, if nothing is done", until=until), anchor=False)
    if coming.lines:
        st.caption(_said(coming.count, len(coming.lines)))
    answer = tickets_table(
        rows(coming.lines, desk.now),
        view=f"home {selection_number()}",
        empty="" if coming.lines else _nothing(until),
    )
    if answer.opened:
        st.switch_page("desk/ticket.py", query_params={"ref": answer.opened})
    if answer.client:
        st.switch_page("sales/client.py", query_params={"id": answer.client})
    chosen = [line.reference for line in coming.lines if line.reference in answer.selected]
    if chosen:
        bulk_bar(desk, chosen)


def _said(count: int, shown: int) -> str:
    said = plural("{count} ticket, the next deadline first.", "{count} tickets, the next deadline first.", count)
    return said if shown >= count else said + " " + _("Here are the first {shown}.", shown=shown)


def _nothing(until: str) -> str:
    return _("Every promise that falls due before {until} is kept. Nothing is about to break.", until=until)

"""What is said once a ticket is filed: that it is in good hands, its number, its promise and its place in the queue."""

from html import escape

import streamlit as st

from data import sheets
from data.core.desk import Desk
from models.errors import NotFound
from models.sheet import TicketSheet
from pages.components.markdown import escaped
from pages.components.text import _, deadline, time_left
from pages.components.ticket_head import place_said, reference_button, style


def confirmation(desk: Desk, reference: str) -> None:
    """To a contact, whose form was sent; the page goes no further. What is not theirs leads to their tickets."""
    try:
        filed(desk, sheets.sheet(desk, reference))
    except NotFound:
        st.switch_page("portal/tickets.py")
    with st.container(horizontal=True):
        if st.button(_("Open the ticket"), type="primary", icon=":material/label:", key="open_filed"):
            st.switch_page("portal/ticket.py", query_params={"ref": reference})
        if st.button(_("To your tickets"), icon=":material/confirmation_number:", key="to_tickets"):
            st.switch_page("portal/tickets.py")
    st.stop()


def filed(desk: Desk, sheet: TicketSheet) -> None:
    style()
    with st.container(border=True, key="filed"):
        if desk.user.is_staff:
            done = _("{reference} is filed.", reference=sheet.reference)
        else:
            done = _("Your ticket {reference} is in good hands.", reference=sheet.reference)
        st.success(done, icon=":material/task_alt:")
        reference_button(sheet.reference)
        told = "".join(f"<li>{escape(line)}</li>" for line in _promised(desk, sheet))
        st.html(f"<b>{escaped(sheet.subject)}</b><ul>{told}</ul>")


def _promised(desk: Desk, sheet: TicketSheet) -> list[str]:
    first, resolution = sheet.first_response, sheet.resolution_clock
    lines = []
    if first.due_at:
        due = deadline(first.due_at, desk.now)
        lines.append(_("First response before {due} ({span} of opening)", due=due, span=time_left(first.target)))
    if resolution.due_at:
        due = deadline(resolution.due_at, desk.now)
        lines.append(_("Resolution before {due} ({span} of opening)", due=due, span=time_left(resolution.target)))
    if sheet.before is not None:
        lines.append(_("Its place: {place}", place=place_said(sheet.before)))
    return lines

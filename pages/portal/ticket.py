"""A contact's ticket: what was asked, the solution, the exchange with the technician, and what was promised."""

import streamlit as st

from data import followed, sheets
from models.errors import NotFound
from pages.components.clocks import clock
from pages.components.composer import leftover
from pages.components.conversation import description_html, solution_html, thread_html
from pages.components.earlier_messages import earlier_messages, shown_thread
from pages.components.followed_ticket import (
    end,
    facts_html,
    heartbeat,
    next_promise_html,
    part,
    raising,
    read_until,
    withdrawal,
    writing_to,
)
from pages.components.reply_box import reply_box
from pages.components.session import current_desk
from pages.components.text import _, told
from pages.components.ticket_head import head, style

desk = current_desk()

try:
    sheet = sheets.sheet(desk, st.query_params.get("ref", ""))
except NotFound as refusal:
    st.warning(told(refusal), icon=":material/search_off:")
    st.page_link("portal/tickets.py", label=_("Back to your tickets"), icon=":material/arrow_back:")
    st.stop()

reference = sheet.reference
st.set_page_config(page_title=f"{reference} · {sheet.subject}")
pulse = followed.pulse(desk, reference)
thread = shown_thread(desk, reference)
# What was drawn when the contact wrote or clicked: the message read last, and whether the ticket was open.
seen = st.session_state.get(f"seen_{reference}", thread.last_message_id)
was_open = st.session_state.get("open_ticket") == reference
st.session_state[f"seen_{reference}"] = thread.last_message_id
st.session_state["open_ticket"] = None if sheet.is_resolved else reference

style()
head(sheet)
main, side = st.columns([2.6, 1], gap="large")

with side, st.container(key="ticket_side"):
    clock(_("First response"), sheet.first_response)
    clock(_("Resolution"), sheet.resolution_clock)
    st.html(facts_html(sheet))
    st.link_button(
        _("Print, or keep as PDF"), f"/tickets/{reference}/print", icon=":material/print:", type="tertiary", key="print"
    )
    raising(desk, sheet)
    if sheet.mine and not sheet.is_resolved:
        withdrawal(desk, reference)

with main, st.container(key="own_ticket"):
    if coming := next_promise_html(sheet, desk.now):
        st.html(coming)
    st.html(part(_("Description")) + description_html(sheet, thread.files) + solution_html(sheet))
    exchanges = thread_html(thread)
    if exchanges:
        st.html(part(_("History of the exchanges")))
    earlier_messages(reference, thread)
    if exchanges:
        st.html(f'<div class="thread">{exchanges}</div>')
    if sheet.is_resolved:
        end(sheet)
        leftover(desk, reference)
    if was_open or not sheet.is_resolved:  # resolved meanwhile, it still hears what was sent, and says no in words
        st.html(part(writing_to(sheet.kind)))
        reply_box(desk, reference, seen)

read_until(desk, sheet, thread)
heartbeat(reference, pulse)

"""The ticket: what it is about and how it stands, the conversation, and what may be done next."""

import streamlit as st

from data import sheets
from models.errors import NotFound
from pages.components.clocks import clock
from pages.components.company import company
from pages.components.composer import composer, leftover
from pages.components.conversation import description_html, solution_html, thread_html
from pages.components.earlier_messages import earlier_messages, shown_thread
from pages.components.queue_return import after_resolved, way_back
from pages.components.session import current_desk
from pages.components.text import _, told
from pages.components.ticket_actions import actions
from pages.components.ticket_head import facts_html, head, style

desk = current_desk()
asked = st.query_params.get("ref", "")

try:
    sheet = sheets.sheet(desk, asked)
except NotFound as refusal:
    st.warning(told(refusal), icon=":material/search_off:")
    way_back()
    st.stop()

reference = sheet.reference
st.set_page_config(page_title=f"{reference} · {sheet.subject}")
drawn_at = desk.now
thread = shown_thread(desk, reference)
# What was drawn when the user wrote or clicked: the message read last, and whether the ticket was open.
seen = st.session_state.get(f"seen_{reference}", thread.last_message_id)
was_open = st.session_state.get("open_ticket") == reference
st.session_state[f"seen_{reference}"] = thread.last_message_id
st.session_state["open_ticket"] = reference if sheet.workable and not sheet.is_resolved else None

style()
way_back()
head(sheet)
# A ticket resolved by somebody else meanwhile still hears what was clicked, and says no in words.
in_hand = sheet.workable and (was_open or not sheet.is_resolved)
if in_hand:
    actions(desk, sheet)
main, side = st.columns([2.6, 1], gap="large")

with side, st.container(key="ticket_side"):
    clock(_("First response"), sheet.first_response)
    clock(_("Resolution"), sheet.resolution_clock)
    st.html(facts_html(sheet))
    st.link_button(
        _("Print, or keep as PDF"), f"/tickets/{reference}/print", icon=":material/print:", type="tertiary", key="print"
    )

with main:
    st.html(solution_html(sheet) + description_html(sheet, thread.files))
    earlier_messages(reference, thread)
    st.html(f'<div class="thread">{thread_html(thread)}</div>')
    if not sheet.workable:
        st.info(_("You can read this ticket. Another service works it."), icon=":material/visibility:")
    elif sheet.is_resolved:
        st.info(
            _("This ticket is resolved, and that is final. What comes up now goes into a new ticket that follows it."),
            icon=":material/lock:",
        )
        after_resolved(desk, sheet)
        leftover(desk, reference)
    else:
        company(reference, thread.last_message_id, drawn_at)
    if in_hand:
        composer(desk, sheet, seen)

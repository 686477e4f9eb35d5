"""The direct line: a code tells who calls and what they are entitled to; the call becomes a ticket or a note."""

import streamlit as st

from data import hotline
from models.errors import NotFound
from models.hotline import Caller
from pages.components import hotline_caller, ticket_head
from pages.components.direct_line import staff_line
from pages.components.hotline_call import new_ticket, tickets, who_calls
from pages.components.hotline_search import ask_code, ask_name
from pages.components.page_style import wide
from pages.components.session import current_desk
from pages.components.text import _, told

desk = current_desk()
asked = st.query_params.get("call", "")


def called() -> Caller | None:
    """The call of the address; that it is over is said once."""
    if not asked:
        return None
    try:
        return hotline.caller(desk, int(asked) if asked.isascii() and asked.isdecimal() else 0)
    except NotFound as over:
        st.info(told(over), icon=":material/call_end:")
        del st.query_params["call"]
        return None


wide()
ticket_head.style()
hotline_caller.style()
st.title(_("Hotline"), anchor=False)
caller = called()
code, name = st.columns([1, 1], gap="large", vertical_alignment="top")
with code:
    ask_code(desk, asked)
with name, st.container(key="hotline_by_name"):
    ask_name(desk)

staff_line(desk)
if caller is None:
    st.caption(_("Type the code as it is spoken: capitals, spaces and dashes do not matter. N brings you back here."))
    st.stop()

st.html(hotline_caller.caller_html(caller, desk.now))
if not caller.verified:
    st.warning(
        _("Found by name, not verified: give away nothing that only the client may know. The ticket says so too."),
        icon=":material/gpp_maybe:",
    )
form, known = st.columns([1.4, 1], gap="large")
with form, st.container(key="call_ticket"):
    if caller.ticket:
        link = f"[{caller.ticket}](/ticket?ref={caller.ticket})"
        st.info(_("This call is noted on {reference}.", reference=link), icon=":material/edit_note:")
    contact = who_calls(caller)
    new_ticket(desk, caller, contact)
with known:
    tickets(desk, caller, contact, desk.now)

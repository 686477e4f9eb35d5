"""The company's tickets, newest first: found by a word, opened by their title."""

import streamlit as st

from data import filing
from models.ticket import Kind
from pages.components.followed_list import followed_list, narrow
from pages.components.page_style import wide
from pages.components.session import current_desk
from pages.components.text import _

desk = current_desk()

wide()
with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
    st.title(_("Tickets"), anchor=False, width="content")
    if st.button(_("New ticket"), type="primary", icon=":material/add_circle:", shortcut="N", key="new_ticket"):
        st.switch_page("portal/new_ticket.py")

offer = filing.offer(desk, Kind.REQUEST)
narrow(offer.products + offer.retired)
followed_list()

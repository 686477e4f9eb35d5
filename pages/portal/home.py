"""A contact's home: what is open, what is new, and at the right the company's details with its access code."""

import streamlit as st

from pages.components.details_box import details_box
from pages.components.navigation import open_page
from pages.components.page_style import wide
from pages.components.portal_board import papers, tickets
from pages.components.session import current_desk
from pages.components.text import _, plain

desk = current_desk()

wide()
st.title(_("Hello {name}", name=plain(desk.user.name)), anchor=False)
st.caption(_("Follow your tickets, write to each of our services, and find your documents and your access code."))
main, side = st.columns([2.2, 1], gap="large")
with main:
    with st.container(horizontal=True):
        if st.button(_("Technical assistance"), type="primary", icon=":material/support:", key="home_assistance"):
            open_page("assistance")
        if st.button(_("Contact"), icon=":material/forum:", key="home_contact"):
            open_page("contact")
    tickets()
    papers()
with side:
    details_box(desk)

"""Technical assistance: for each product the client owns, its help, and the two kinds of ticket."""

import streamlit as st

from data import articles
from pages.components.assistance import card, reminder, style
from pages.components.page_style import wide
from pages.components.session import current_desk
from pages.components.text import _

desk = current_desk()

wide()

st.title(_("Technical assistance (use of the products)"), anchor=False)
shelves = articles.shelves(desk)
if not shelves:
    st.info(
        _("No product is registered for your company yet. Our sales team registers what you have: write to it."),
        icon=":material/inventory_2:",
    )
    st.stop()

reminder()
style()
with st.grid("auto", min_column_width=340):
    for shelf in shelves:
        card(shelf)

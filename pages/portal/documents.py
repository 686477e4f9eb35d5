"""A client's papers: quotes, orders and invoices, and its tickets to be printed."""

import streamlit as st

from data import programme
from pages.components.document_list import document_list
from pages.components.page_style import wide
from pages.components.printable import printable
from pages.components.session import current_desk
from pages.components.text import _

desk = current_desk()

wide()
st.title(_("Documents"), anchor=False)
papers, tickets = st.tabs([_("Quotes, orders and invoices"), _("Tickets")])
with papers:
    document_list(desk, programme.mine(desk).client_id)
with tickets:
    printable(desk)

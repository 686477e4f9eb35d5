"""A client: who it is, what it has, what it was promised and what became of it. Only the section looked at is read."""

import streamlit as st

from data import clients
from models.client_list import Section
from models.errors import NotFound
from pages.components import client_address
from pages.components.access_code import access_code
from pages.components.client_documents import documents
from pages.components.client_head import head
from pages.components.client_identity import identity
from pages.components.client_people import people, products
from pages.components.client_service import service
from pages.components.client_subscription import subscription
from pages.components.client_tickets import tickets
from pages.components.client_what_if import what_another_would_have_meant
from pages.components.page_style import wide
from pages.components.session import current_desk
from pages.components.text import _, told, word

desk = current_desk()

wide()

try:
    sheet = clients.sheet(desk, client_address.client_id() or 0)
except NotFound as refusal:
    st.warning(told(refusal), icon=":material/search_off:")
    st.page_link("sales/clients.py", label=_("To all clients"), icon=":material/arrow_back:")
    st.stop()

client_id, section = sheet.line.id, client_address.section()
head(sheet, desk.now)

chosen = st.segmented_control(
    _("Section"),
    list(Section),
    default=section,
    required=True,
    format_func=word,
    key=f"client_section_{client_id}_{section}",
    label_visibility="collapsed",
)
if chosen and chosen != section:
    client_address.go(section="" if chosen == Section.OVERVIEW else chosen)
    st.rerun()

match section:
    case Section.OVERVIEW:
        left, right = st.columns([1, 1.7], gap="large")
        with left:
            identity(desk, sheet)
            products(desk, client_id)
        with right:
            access_code(desk, client_id)
            people(desk, client_id)
    case Section.SUBSCRIPTION:
        subscription(desk, client_id)
    case Section.TICKETS:
        tickets(desk, client_id)
    case Section.SERVICE:
        service(desk, client_id)
        what_another_would_have_meant(desk, client_id, sheet.line.star_level)
    case Section.DOCUMENTS:
        documents(desk, client_id)

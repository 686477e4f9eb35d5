"""Messages to the services: technical matters are tickets, the others are asked here and answered here."""

import streamlit as st

from models.ticket import Kind, Service
from pages.components import filing_address
from pages.components.contact_service import direct_line, service_choice
from pages.components.enquiry import enquiry, technical, written_before
from pages.components.filed import confirmation
from pages.components.page_style import wide
from pages.components.session import current_desk
from pages.components.text import _

desk = current_desk()
asked = filing_address.read(kinds=(Kind.ENQUIRY,))

wide()
if asked.filed:
    confirmation(desk, asked.filed)

st.title(_("Contact"), anchor=False)
service = service_choice()
if service in (None, Service.TECHNICAL):
    direct_line()
if service is None:
    st.caption(_("Every service answers here: what is new is marked on your home page, and each exchange stays whole."))
    st.stop()
if service == Service.TECHNICAL:
    technical()
else:
    enquiry(desk, service, asked)
written_before(desk, service)

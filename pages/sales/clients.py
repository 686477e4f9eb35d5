"""The clients: found as one types, with what they subscribed to and whom somebody has to see to."""

import streamlit as st

from data import clients
from data.clients import ClientForm
from models.permission import Permission
from pages.components import clients_address
from pages.components.attempt import attempt
from pages.components.client_identity import fields
from pages.components.clients_board import board
from pages.components.clients_filters import filters
from pages.components.page_style import wide
from pages.components.session import current_desk
from pages.components.text import _

desk = current_desk()

wide()


@st.dialog(_("New client"), icon=":material/domain_add:")
def create() -> None:
    form = fields("new_client", ClientForm(name=st.session_state.get("clients_q") or ""))
    if st.button(_("Create"), type="primary", key="new_client_save"):
        made = 0
        with attempt(_("The client is created."), rerun=False):
            made = clients.create(current_desk(), form)
        if made:
            st.switch_page("sales/client.py", query_params={"id": str(made)})


with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
    st.title(_("Clients"), anchor=False, width="content")
    if desk.may(Permission.MANAGE_CLIENTS):
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            st.page_link("sales/invitations.py", label=_("Invite contacts"), icon=":material/person_add:")
            st.page_link("sales/import_clients.py", label=_("Import clients"), icon=":material/upload_file:")
            if st.button(_("New client"), type="primary", icon=":material/domain_add:", key="new_client"):
                create()

view = clients_address.read()
filters(desk, view)
board(desk, view)

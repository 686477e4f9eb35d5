"""Who a client is: read by all staff, changed by sales and managers."""

from html import escape

import streamlit as st

from data import clients
from data.clients import ClientForm, ClientSheet
from data.core.days import day_of
from data.core.desk import Desk
from models.permission import Permission
from pages.components.attempt import attempt
from pages.components.session import current_desk
from pages.components.text import _, day

_STYLE = """<style>
.identity {
  margin: 0; padding: 0 !important; font-size: 0.95rem;
  display: grid; grid-template-columns: max-content 1fr; gap: 0.35rem 1.2rem;
}
.identity dt { opacity: 0.7; }
.identity dd { margin: 0; white-space: pre-line; overflow-wrap: anywhere; }
</style>"""


def fields(key: str, form: ClientForm) -> ClientForm:
    """The fields with what they hold; nothing typed is lost by a refusal."""
    return ClientForm(
        name=st.text_input(_("Name"), form.name, key=f"{key}_name", max_chars=200),
        number=st.text_input(_("Number in the books"), form.number, key=f"{key}_number", max_chars=40),
        phone=st.text_input(_("Telephone"), form.phone, key=f"{key}_phone", max_chars=40),
        address=st.text_area(_("Address"), form.address, key=f"{key}_address", max_chars=500, height=110),
    )


def identity(desk: Desk, sheet: ClientSheet) -> None:
    form = sheet.form
    with st.container(key="client_identity"):
        st.subheader(_("Identity"), anchor=False)
        facts = [
            (_("Number in the books"), form.number),
            (_("Telephone"), form.phone),
            (_("Address"), form.address),
            (_("Client since"), day(day_of(sheet.created_at))),
        ]
        rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value or '—')}</dd>" for name, value in facts)
        st.html(f"{_STYLE}<dl class='identity'>{rows}</dl>")
        if desk.may(Permission.MANAGE_CLIENTS) and st.button(_("Change"), icon=":material/edit:", key="client_edit"):
            _change(sheet.line.id, form)


@st.dialog(_("Change the client"), icon=":material/edit:")
def _change(client_id: int, seen: ClientForm) -> None:
    asked = fields(f"client_{client_id}", seen)
    if st.button(_("Save"), type="primary", key="client_edit_save"):
        with attempt(_("The client is changed.")):
            clients.change(current_desk(), client_id, asked, seen)

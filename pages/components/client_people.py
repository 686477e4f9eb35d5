"""A client's contacts and products, on its page."""

import streamlit as st

from data import clients, contacts
from data.contacts import Contact
from data.core.desk import Desk
from models.permission import Permission
from models.user import LONGEST_PHONE, Language
from pages.components import links
from pages.components.account_form import change_account
from pages.components.attempt import attempt
from pages.components.confirmed import confirmed
from pages.components.navigation import file_at
from pages.components.session import current_desk
from pages.components.text import _, plain, word


def people(desk: Desk, client_id: int) -> None:
    """Whom we know there. The keys name the person: a click on a list that has changed meanwhile does nothing."""
    found, keeps = contacts.of(desk, client_id), desk.may(Permission.MANAGE_CLIENTS)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.subheader(_("Contacts"), anchor=False, width="content")
        if keeps and st.button(_("Invite"), icon=":material/person_add:", key="contact_invite"):
            _invite(client_id)
    links.show()
    if not found:
        st.caption(_("Nobody of this client can sign in yet."))
    for one in found:
        with st.container(horizontal=True, vertical_alignment="center", border=True, key=f"contact_{one.id}"):
            state = "" if one.active and not one.invited else f" · {_state(one)}"
            reached = " · ".join(filter(None, (plain(one.email), plain(one.phone))))
            st.markdown(f"**{plain(one.name)}**{state}  \n{reached}", width="stretch")
            if keeps:
                _actions(desk, one)


def _state(one: Contact) -> str:
    return _("invited") if one.active else _("disabled")


def _actions(desk: Desk, one: Contact) -> None:
    if st.button(_("Edit"), icon=":material/edit:", type="tertiary", key=f"contact_change_{one.id}"):
        change_account(one.id, one.form, contacts.change)
    if not one.active:
        if st.button(_("Enable"), icon=":material/check:", type="tertiary", key=f"contact_enable_{one.id}"):
            with attempt(_("{name} can sign in again.", name=plain(one.name))):
                contacts.enable(desk, one.id)
        return
    reset = _("Link for a new password")
    if st.button(_("Password"), icon=":material/key:", help=reset, type="tertiary", key=f"contact_reset_{one.id}"):
        with attempt():
            links.keep(one.name, contacts.reset(desk, one.id), invitation=one.invited)
    if st.button(_("Disable"), icon=":material/block:", type="tertiary", key=f"contact_disable_{one.id}"):
        with attempt(_("{name} can no longer sign in.", name=plain(one.name))):
            contacts.disable(desk, one.id)


@st.dialog(_("Invite a contact"), icon=":material/person_add:")
def _invite(client_id: int) -> None:
    name = st.text_input(_("Name"), key="contact_name")
    email = st.text_input(_("E-mail address"), key="contact_email")
    phone = st.text_input(_("Telephone"), max_chars=LONGEST_PHONE, key="contact_phone")
    language = st.selectbox(_("Language"), list(Language), format_func=word, key="contact_language")
    if st.button(_("Make the link"), type="primary", key="contact_send"):
        with attempt():
            token = contacts.invite(current_desk(), client_id, email, name, language or Language.FRENCH, phone=phone)
            links.keep(name, token, invitation=True)


def products(desk: Desk, client_id: int) -> None:
    found = clients.products(desk, client_id)
    keeps = desk.may(Permission.MANAGE_CLIENTS)
    st.subheader(_("Products owned"), anchor=False)
    if not found.owned:
        st.caption(_("None yet: this client cannot say which product a ticket is about."))
    warning = _("New tickets can no longer be about it. Those that are stay what they are.")
    with st.container(horizontal=True, gap="small", key="client_products"):
        for one in found.owned:
            if not keeps:
                st.badge(plain(one.name))
            elif confirmed(_("Take away"), warning, ":material/close:", f"disown_{one.id}", asks=plain(one.name)):
                with attempt(_("{name} is no longer owned.", name=plain(one.name))):
                    clients.disown(desk, client_id, one.id)
    if desk.may(Permission.MANAGE_PRODUCTS) and not found.others:
        st.page_link(file_at("products"), label=_("Create a product"), icon=":material/deployed_code:")
    if keeps and found.others:
        names = {one.id: one.name for one in found.others}
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            key = f"own_{client_id}_{len(found.owned)}"
            chosen = st.selectbox(
                _("Another product"), list(names), None, format_func=names.__getitem__, key=key, width=280
            )
            if st.button(_("Add"), icon=":material/add:", key="own_add", disabled=chosen is None) and chosen:
                with attempt(_("{name} is owned now.", name=plain(names[chosen]))):
                    clients.own(desk, client_id, chosen)

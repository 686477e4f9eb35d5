"""The people of the desk and of its clients: invite, reset, disable, change a role."""

import pandas as pd
import streamlit as st

from data import lookups, services, users
from data.users import Invitation
from models.permission import STAFF, Role
from models.user import LONGEST_PHONE, Language
from pages.components import links
from pages.components.attempt import attempt
from pages.components.person import actions, state
from pages.components.service_choice import said, warn_of_the_unattended
from pages.components.session import current_desk
from pages.components.text import _, ago, word

desk = current_desk()


@st.dialog(_("Invite somebody"), icon=":material/person_add:")
def invite() -> None:
    desk = current_desk()
    role = st.selectbox(_("Role"), list(Role), list(Role).index(Role.TECHNICIAN), format_func=word, key="invite_role")
    client = None
    if role == Role.CONTACT:
        text = st.text_input(_("Part of the client’s name"), type="search", live=True, key="invite_client_text")
        clients = {one.id: one.name for one in lookups.clients(desk, text or "")}
        client = st.selectbox(_("Client"), clients, None, format_func=clients.get, key="invite_client")
    name = st.text_input(_("Name"), key="invite_name")
    email = st.text_input(_("E-mail address"), key="invite_email")
    phone = st.text_input(_("Telephone"), max_chars=LONGEST_PHONE, key="invite_phone")
    language = st.selectbox(_("Language"), list(Language), format_func=word, key="invite_language")
    if st.button(_("Make the link"), type="primary", key="invite_send"):
        with attempt():
            form = Invitation(email=email, name=name, role=role, language=language, client_id=client, phone=phone)
            links.keep(name, users.invite(desk, form), invitation=True)


title, right = st.columns([4, 1], vertical_alignment="bottom")
title.title(_("People"))
if right.button(_("Invite"), icon=":material/person_add:", type="primary", width="stretch", key="invite"):
    invite()
links.show()
warn_of_the_unattended(desk)

contacts = st.segmented_control(
    _("Whom to show"),
    [False, True],
    default=False,
    required=True,
    format_func=lambda one: _("Contacts of clients") if one else _("Staff"),
    key="people_whom",
    label_visibility="collapsed",
)
search, groups = st.columns(2, vertical_alignment="bottom")
text = search.text_input(_("Search"), placeholder=_("Name, e-mail address or client"), type="search", key="people_text")
roles = [Role.CONTACT]
if not contacts:
    roles = groups.pills(_("Role"), STAFF, selection_mode="multi", format_func=word, key="people_roles") or list(STAFF)

# A page begins after the last of the one before; another search begins anew.
asked = (text, *roles)
start = st.session_state.get("people_after", {}).get(asked)
people = users.people(desk, text=text, roles=tuple(roles), after=start)
if not people.page:
    st.info(_("Nobody is called that."))
    st.stop()
works = services.of(desk, [person.id for person in people.page])
table = pd.DataFrame(
    {
        _("Name"): person.name,
        _("E-mail address"): person.email,
        _("Role"): word(person.role),
        **({_("Client"): person.client} if contacts else {_("Services"): said(works[person.id])}),
        _("Telephone"): person.phone,
        _("State"): state(person),
        _("Last seen"): ago(person.seen_at, desk.now) if person.seen_at else _("never"),
    }
    for person in people.page
)
key = f"people_{asked}_{start}"
chosen = st.dataframe(table, hide_index=True, on_select="rerun", selection_mode="single-row", key=key).selection.rows
for row in chosen[:1]:
    actions(desk, people.page[row])
st.caption(_("Choose a line to change an account."))

first, following = st.columns(2)
if start and first.button(_("First page"), key="people_first"):
    st.session_state["people_after"] = {}
    st.rerun()
if people.after and following.button(_("Next page"), key="people_next"):
    st.session_state["people_after"] = {asked: people.after}
    st.rerun()

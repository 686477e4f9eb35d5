"""The people of the desk and of its clients: invite, reset, disable, change a role."""

import pandas as pd
import streamlit as st

from data import lookups, services, users
from data.users import Invitation
from models.permission import Role
from models.user import Language
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
    language = st.selectbox(_("Language"), list(Language), format_func=word, key="invite_language")
    if st.button(_("Make the link"), type="primary", key="invite_send"):
        with attempt():
            form = Invitation(email=email, name=name, role=role, language=language, client_id=client)
            links.keep(name, users.invite(desk, form), invitation=True)


title, right = st.columns([4, 1], vertical_alignment="bottom")
title.title(_("People"))
if right.button(_("Invite"), icon=":material/person_add:", type="primary", width="stretch", key="invite"):
    invite()
links.show()
warn_of_the_unattended(desk)

search, groups = st.columns(2, vertical_alignment="bottom")
text = search.text_input(_("Search"), placeholder=_("Name, e-mail address or client"), type="search", key="people_text")
roles = groups.pills(_("Role"), list(Role), selection_mode="multi", format_func=word, key="people_roles")

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
        _("Services"): said(works[person.id]),
        _("Client"): person.client,
        _("State"): state(person),
        _("Last seen"): ago(person.seen_at, desk.now) if person.seen_at else "",
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

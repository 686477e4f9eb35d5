"""The people of the desk and of its clients: invite, reset, disable, change a role."""

import pandas as pd
import streamlit as st

from data import lookups, users
from data.users import Invitation, Person
from models.permission import STAFF, Role
from models.user import Language
from pages.components import links
from pages.components.attempt import attempt
from pages.components.session import current_desk
from pages.components.text import _, plain, word

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


def actions(person: Person) -> None:
    """The keys name the person: a click made on a list that has changed meanwhile does nothing."""
    with st.container(horizontal=True, vertical_alignment="center", border=True, key="person"):
        st.markdown(f"**{plain(person.name)}** · {plain(person.email)}")
        if person.active and st.button(_("Link for a new password"), icon=":material/key:", key=f"reset_{person.id}"):
            with attempt():
                links.keep(person.name, users.reset(desk, person.id), invitation=person.invited)
        if person.role in STAFF:
            with st.popover(_("Change the role"), icon=":material/badge:"):
                role = st.radio(_("Role"), STAFF, STAFF.index(person.role), format_func=word, key=f"role_{person.id}")
                if st.button(_("Change"), key=f"change_{person.id}"):
                    with attempt(_("{name} is now: {role}.", name=plain(person.name), role=role)):
                        users.change_role(desk, person.id, role)
        if person.active and st.button(_("Disable"), icon=":material/block:", key=f"disable_{person.id}"):
            with attempt(_("{name} can no longer sign in.", name=plain(person.name))):
                users.disable(desk, person.id)
        if not person.active and st.button(_("Enable"), icon=":material/check:", key=f"enable_{person.id}"):
            with attempt(_("{name} can sign in again.", name=plain(person.name))):
                users.enable(desk, person.id)


def state(person: Person) -> str:
    return _("disabled") if not person.active else _("invited") if person.invited else _("active")


title, right = st.columns([4, 1], vertical_alignment="bottom")
title.title(_("People"))
if right.button(_("Invite"), icon=":material/person_add:", type="primary", width="stretch", key="invite"):
    invite()
links.show()

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
table = pd.DataFrame(
    {
        _("Name"): person.name,
        _("E-mail address"): person.email,
        _("Role"): word(person.role),
        _("Client"): person.client,
        _("State"): state(person),
    }
    for person in people.page
)
key = f"people_{asked}_{start}"
chosen = st.dataframe(table, hide_index=True, on_select="rerun", selection_mode="single-row", key=key).selection.rows
for row in chosen[:1]:
    actions(people.page[row])
st.caption(_("Choose a line to change an account."))

first, following = st.columns(2)
if start and first.button(_("First page"), key="people_first"):
    st.session_state["people_after"] = {}
    st.rerun()
if people.after and following.button(_("Next page"), key="people_next"):
    st.session_state["people_after"] = {asked: people.after}
    st.rerun()

"""What managers do about one account, and how it stands."""

import streamlit as st

from data import users
from data.core.desk import Desk
from data.users import Person
from models.permission import STAFF
from pages.components import links
from pages.components.account_form import change_account
from pages.components.attempt import attempt
from pages.components.confirmed import confirmed
from pages.components.service_choice import service_choice
from pages.components.text import _, plain, word


def actions(desk: Desk, person: Person) -> None:
    """The keys name the person: a click made on a list that has changed meanwhile does nothing."""
    with st.container(horizontal=True, vertical_alignment="center", border=True, key="person"):
        st.markdown(" · ".join(filter(None, (f"**{plain(person.name)}**", plain(person.email), plain(person.phone)))))
        if st.button(_("Edit"), icon=":material/edit:", key=f"person_change_{person.id}"):
            change_account(person.id, person.form, users.change)
        if person.active and st.button(_("Link for a new password"), icon=":material/key:", key=f"reset_{person.id}"):
            with attempt():
                links.keep(person.name, users.reset(desk, person.id), invitation=person.invited)
        if person.role in STAFF:
            with st.popover(_("Change the role"), icon=":material/badge:"):
                roles = {role: word(role) for role in STAFF}
                current = STAFF.index(person.role)
                role = st.radio(_("Role"), STAFF, current, format_func=roles.__getitem__, key=f"role_{person.id}")
                if st.button(_("Change"), key=f"change_{person.id}"):
                    with attempt(_("{name} is now: {role}.", name=plain(person.name), role=role)):
                        users.change_role(desk, person.id, role)
            service_choice(desk, person)
        warning = _("They are signed out everywhere and cannot sign in again. What they wrote stays.")
        if person.active and confirmed(_("Disable"), warning, ":material/block:", f"disable_{person.id}"):
            with attempt(_("{name} can no longer sign in.", name=plain(person.name))):
                users.disable(desk, person.id)
        if not person.active and st.button(_("Enable"), icon=":material/check:", key=f"enable_{person.id}"):
            with attempt(_("{name} can sign in again.", name=plain(person.name))):
                users.enable(desk, person.id)


def state(person: Person) -> str:
    return _("disabled") if not person.active else _("invited") if person.invited else _("active")

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
from pages.components.text import _, plain, plural, word
from pages.components.words import N_

SHUT_OUT = N_(
    "For a password that somebody else may know: it opens nothing any more, every session ends, and links made before "
    "are void. You get a new link for the owner."
)
DISABLED = N_("{name} will not be able to sign in any more. What they wrote stays.")
ENABLED = N_("You get a link for a new password: the one from before opens nothing.")


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
        if person.active:
            _shut_out(desk, person)
            _disable(desk, person)
        elif st.button(_("Enable"), icon=":material/check:", key=f"enable_{person.id}", help=_(ENABLED)):
            with attempt(_("{name} can sign in again, with the link.", name=plain(person.name))):
                links.keep(person.name, users.enable(desk, person.id), invitation=person.invited)


def _shut_out(desk: Desk, person: Person) -> None:
    if not person.invited and confirmed(_("Shut out"), _(SHUT_OUT), ":material/gpp_bad:", f"shut_out_{person.id}"):
        with attempt(_("{name} is shut out until the link is used.", name=plain(person.name))):
            links.keep(person.name, users.shut_out(desk, person.id), invitation=False)


def _disable(desk: Desk, person: Person) -> None:
    held = users.holds(desk, person.id)
    warning = _(DISABLED, name=plain(person.name))
    if held:
        warning += "  \n" + plural(
            "**{count} open ticket** goes back to nobody.", "**{count} open tickets** go back to nobody.", held
        )
    if confirmed(_("Disable"), warning, ":material/block:", f"disable_{person.id}"):
        with attempt(rerun=False):
            given_back = users.disable(desk, person.id)
            done = _("{name} can no longer sign in.", name=plain(person.name))
            if given_back:
                done += " " + plural(
                    "{count} open ticket went back to nobody.", "{count} open tickets went back to nobody.", given_back
                )
            st.session_state["done"] = done
            st.rerun()


def state(person: Person) -> str:
    if not person.active:
        return _("disabled")
    if person.invited:
        return _("invited")
    return _("waiting for a new password") if person.expected else _("active")

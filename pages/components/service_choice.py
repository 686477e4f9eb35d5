"""Who works which service, on the page of the people."""

from collections.abc import Sequence

import streamlit as st

from data import services
from data.core.desk import Desk
from data.users import Person
from models.permission import Permission, Role
from models.ticket import Service
from pages.components.attempt import attempt
from pages.components.text import _, plain, word


def service_choice(desk: Desk, person: Person) -> None:
    """Behind a button; the keys name the person."""
    held = services.of(desk, [person.id]).get(person.id, ())
    with st.popover(_("Services"), icon=":material/support_agent:"):
        if person.role == Role.MANAGER:
            st.caption(_("Managers work every service. Choose those that this one looks after in person."))
        words = {service: word(service) for service in Service}
        chosen = st.pills(
            _("Works"),
            list(words),
            selection_mode="multi",
            default=held,
            format_func=words.__getitem__,
            key=f"works_{person.id}",
        )
        st.caption(_("What they hold of a service they leave goes back to nobody."))
        if st.button(_("Change"), key=f"choose_{person.id}"):
            with attempt(_("{name} works: {services}.", name=plain(person.name), services=said(chosen) or "—")):
                services.choose(desk, person.id, chosen)


def said(chosen: Sequence[Service]) -> str:
    return ", ".join(word(service) for service in chosen)


def warn_of_the_unattended(desk: Desk) -> None:
    """To managers, as long as there is a service that nobody has as their own."""
    missing = services.unattended(desk) if desk.may(Permission.MANAGE_USERS) else ()
    if missing:
        st.warning(
            _(
                "Nobody but the managers looks after: {services}. Choose who does on the page “People”.",
                services=said(missing),
            ),
            icon=":material/support_agent:",
        )

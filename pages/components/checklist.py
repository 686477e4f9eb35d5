"""The checklist of a new desk on the manager's home: each step done or open, each with its link."""

import streamlit as st

from data import checklist
from data.core.desk import Desk
from models.checklist import CONFIRMABLE, Step
from pages.components.attempt import attempt
from pages.components.confirmed import confirmed
from pages.components.session import current_desk
from pages.components.text import _
from pages.components.words import N_

# What each asks for, why, and where it is done.
_STEPS: dict[Step, tuple[str, str, str]] = {
    Step.PRODUCTS: (
        N_("Add your products"),
        N_("A technical ticket is about one of them."),
        "office/products.py",
    ),
    Step.PEOPLE: (
        N_("Invite your colleagues"),
        N_("Technicians work tickets, sales look after clients."),
        "office/users.py",
    ),
    Step.SERVICES: (
        N_("Choose who works each service"),
        N_("Choose a person, then “Services”. It may be yourself."),
        "office/users.py",
    ),
    Step.CALENDARS: (
        N_("Look at the opening hours"),
        N_("Targets count in these hours."),
        "office/calendars.py",
    ),
    Step.TARGETS: (
        N_("Look at the targets"),
        N_("The time to first response and to resolution, by stars and urgency."),
        "office/service_levels.py",
    ),
    Step.CLIENTS: (
        N_("Add your first client"),
        N_("With its subscription and a contact, or import a list of them."),
        "sales/clients.py",
    ),
}

_STYLE = """<style>
.st-key-checklist h3 { padding: 0; font-size: 1.15rem; }
.st-key-checklist [class*="st-key-step_"] { gap: 0.1rem 0.8rem; padding: 0.35rem 0;
  border-top: 1px solid color-mix(in srgb, currentColor 14%, transparent); }
.st-key-checklist [class*="st-key-step_"] :is(p, [data-testid$="Container"]) { margin: 0; }
.st-key-checklist { gap: 0.3rem; }
.st-key-checklist [class*="st-key-step_"] a p { color: light-dark(#17697a, #7cc9d7); }
</style>"""


def show(desk: Desk) -> bool:
    """Whether there is one. Once it is whole it says so, and is gone the next time."""
    found = checklist.read(desk)
    if found is None:
        return False
    if found.whole:
        checklist.close(desk)
        st.success(_("Your desk is ready: everything is set up."), icon=":material/check_circle:")
        return False
    st.html(_STYLE)
    with st.container(border=True, key="checklist"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            title = _("Set up your desk: {done} of {count} done", done=len(found.done), count=len(Step))
            st.subheader(title, anchor=False, width="content")
            warning = _("The list goes away for all managers and does not come back.")
            if confirmed(_("Hide the list"), warning, ":material/visibility_off:", "checklist_hide", asks=_("Hide")):
                with attempt():
                    checklist.close(current_desk())
        for step in Step:
            _step(step, done=step in found.done)
    return True


def _step(step: Step, *, done: bool) -> None:
    label, why, page = _STEPS[step]
    with st.container(horizontal=True, vertical_alignment="center", key=f"step_{step.value}"):
        said = _("done") if done else _("to do")
        icon = ":green[:material/check_circle:]" if done else ":material/radio_button_unchecked:"
        st.markdown(f"{icon} {said}", width=110)
        st.page_link(page, label=_(label), width="content")
        if done:
            return
        st.caption(_(why), width="content")
        if step is Step.CLIENTS:
            st.page_link("sales/import_clients.py", label=_("Import clients"), width="content")
        if step in CONFIRMABLE and st.button(_("These suit us"), icon=":material/check:", key=f"confirm_{step.value}"):
            with attempt():
                checklist.confirm(current_desk(), step)

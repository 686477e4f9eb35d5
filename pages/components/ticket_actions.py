"""What is done to a ticket besides writing on it: a row of buttons, each with its key, and the form it opens."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from data import lookups, tickets
from data.core.desk import Desk
from models.sheet import TicketSheet
from models.ticket import Kind, Urgency
from pages.components import ticket_corrections
from pages.components.attempt import attempt
from pages.components.text import _, word
from pages.components.words import N_

Form = Callable[[Desk, TicketSheet], None]


def actions(desk: Desk, sheet: TicketSheet) -> None:
    reference = sheet.reference
    row = st.container(horizontal=True, gap="xsmall", key="ticket_actions")
    if sheet.assignee_id != desk.user.id:
        free = sheet.assignee_id is None
        if row.button(
            _("Take"), icon=":material/back_hand:", shortcut="T", type="primary" if free else "tertiary", key="take"
        ):
            with attempt(_("{reference} is yours.", reference=reference)):
                tickets.take(desk, reference)
    for action in _ACTIONS:
        if action.form is _change_urgency and sheet.kind != Kind.INCIDENT:
            continue
        if row.button(
            _(action.label), icon=action.icon, shortcut=action.key, type="tertiary", key=f"open_{action.name}"
        ):
            ticket_corrections.begin()
            chosen = (reference, action.name)
            st.session_state["action"] = None if st.session_state.get("action") == chosen else chosen
    with st.container():  # always there, so that what stands below stays the same to the browser
        for action in _ACTIONS:
            if st.session_state.get("action") == (reference, action.name):
                with st.container(border=True, key="action_form"):
                    action.form(desk, sheet)


def _assign(desk: Desk, sheet: TicketSheet) -> None:
    people: dict[int | None, str] = {None: _("Nobody")}
    people |= {colleague.id: colleague.name for colleague in lookups.colleagues(desk, {sheet.service})}
    with st.form("assign_form", border=False):
        ids = list(people)
        now_at = ids.index(sheet.assignee_id) if sheet.assignee_id in people else 0
        chosen = st.selectbox(_("Give it to"), ids, index=now_at, format_func=people.__getitem__, key="assign_to")
        if _submitted(_("Assign")):
            with attempt(_("Given to {name}.", name=people[chosen]) if chosen else _("Nobody has it now.")):
                tickets.assign(desk, sheet.reference, chosen)
                _close()


def _change_urgency(desk: Desk, sheet: TicketSheet) -> None:
    with st.form("urgency_form", border=False):
        words = {urgency: word(urgency) for urgency in reversed(Urgency)}
        at = list(words).index(sheet.urgency)
        chosen = st.selectbox(_("Urgency"), list(words), index=at, format_func=words.__getitem__, key="urgency_to")
        reason = st.text_input(_("Why? The client can read it."), key="urgency_reason")
        if _submitted(_("Change the urgency")):
            with attempt(_("The urgency is changed, and the deadlines with it.")):
                tickets.set_urgency(desk, sheet.reference, chosen, reason)
                _close()


def _link(desk: Desk, sheet: TicketSheet) -> None:
    with st.form("link_form", border=False):
        other = st.text_input(_("Reference of the other ticket"), placeholder="INC-2026-000123", key="link_to")
        if _submitted(_("Link the two")):
            with attempt(_("Linked.")):
                tickets.link(desk, sheet.reference, other)
                _close()


def _mark_duplicate(desk: Desk, sheet: TicketSheet) -> None:
    with st.form("duplicate_form", border=False):
        st.caption(_("This ticket is resolved for good; the matter goes on in the other one, of the same client."))
        of = st.text_input(_("Duplicate of"), placeholder="INC-2026-000123", key="duplicate_of")
        if _submitted(_("Resolve as duplicate")):
            with attempt(_("{reference} is resolved.", reference=sheet.reference)):
                tickets.mark_duplicate(desk, sheet.reference, of)
                _close(resolved=True)


def _withdraw(desk: Desk, sheet: TicketSheet) -> None:
    with st.form("withdraw_form", border=False):
        st.caption(_("The client no longer needs it. The ticket is resolved for good, without a solution."))
        if _submitted(_("Withdraw for the client")):
            with attempt(_("{reference} is resolved.", reference=sheet.reference)):
                tickets.withdraw(desk, sheet.reference)
                _close(resolved=True)


@dataclass(frozen=True)
class Action:
    name: str
    label: str
    icon: str
    key: str  # of the keyboard
    form: Form


_ACTIONS = (
    Action("assign", N_("Assign"), ":material/person_add:", "A", _assign),
    Action("correct", N_("Correct"), ":material/edit:", "M", ticket_corrections.correct),
    Action("hand_over", N_("Hand over"), ":material/move_up:", "H", ticket_corrections.hand_over),
    Action("urgency", N_("Urgency"), ":material/priority_high:", "U", _change_urgency),
    Action("link", N_("Link"), ":material/link:", "L", _link),
    Action("duplicate", N_("Duplicate"), ":material/content_copy:", "D", _mark_duplicate),
    Action("withdraw", N_("Withdraw"), ":material/undo:", "W", _withdraw),
)


def _submitted(label: str) -> bool:
    return st.form_submit_button(label, type="primary", key="action_submit")


def _close(*, resolved: bool = False) -> None:
    st.session_state["action"] = None
    if resolved:
        st.session_state.pop("open_ticket", None)

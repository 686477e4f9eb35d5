"""What can be done to several tickets at once: all of them or, when one is refused, none."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from data import lookups, tickets
from data.core.desk import Desk
from models.queue import Line
from models.ticket import Urgency
from pages.components.attempt import attempt
from pages.components.queue_filters import named
from pages.components.text import _, plural, word

_NOBODY = "nobody"


def bulk_bar(desk: Desk, lines: Sequence[Line]) -> None:
    """It sticks to the lower edge: above the list, its coming would push the rows away from under the hand."""
    references = [line.reference for line in lines]
    with st.container(key="queue_bulk", border=True, gap="small"):
        refusals = st.container()
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            said = plural("**{count} ticket selected**", "**{count} tickets selected**", len(references))
            st.markdown(said, width="content")
            _assign(desk, lines, refusals)
            _urgency(desk, references, refusals)
            st.space("stretch")
            st.button(_("Clear selection"), type="tertiary", key="queue_unselect", on_click=forget_selection)


def selection_number() -> int:
    """Part of the list's view: another number is another view, in which nothing is selected."""
    return int(st.session_state.get("queue_selection_number", 0))


def forget_selection() -> None:
    st.session_state["queue_selection_number"] = selection_number() + 1


def _assign(desk: Desk, lines: Sequence[Line], refusals: DeltaGenerator) -> None:
    """Only to those who can work all of them."""
    references = [line.reference for line in lines]
    people = named(lookups.colleagues(desk, {line.service for line in lines}))
    mine = str(desk.user.id)
    choices = ({mine: _("Me")} if mine in people else {}) | {_NOBODY: _("Nobody")}
    choices |= {key: name for key, name in people.items() if key != mine}
    chosen = st.selectbox(
        _("Assign to"),
        list(choices),
        index=None,
        format_func=lambda one: choices.get(one, one),
        placeholder=_("Assign to…"),
        label_visibility="collapsed",
        key="queue_assign_to",
        width=200,
    )
    if st.button(_("Assign"), key="queue_assign", disabled=chosen is None) and chosen is not None:
        done = plural("{count} ticket assigned.", "{count} tickets assigned.", len(references))
        with refusals, attempt(done):
            tickets.assign_all(desk, references, None if chosen == _NOBODY else int(chosen))
            forget_selection()


def _urgency(desk: Desk, references: Sequence[str], refusals: DeltaGenerator) -> None:
    with st.popover(_("Set urgency"), key="queue_set_urgency"), st.form("queue_urgency_form", border=False):
        urgency = st.selectbox(_("Urgency"), list(reversed(Urgency)), format_func=word, index=None, placeholder="—")
        reason = st.text_input(_("Reason, which the client can read"), max_chars=300)
        sent = st.form_submit_button(_("Set urgency"), type="primary")
    if sent and urgency is None:
        refusals.error(_("Choose the urgency."))
    elif sent and urgency is not None:
        done = plural("Urgency of {count} ticket set.", "Urgency of {count} tickets set.", len(references))
        with refusals, attempt(done):
            tickets.set_urgency_all(desk, references, urgency, reason)
            forget_selection()

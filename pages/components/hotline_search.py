"""Finding out who calls: by the access code or, for a caller who has none at hand, by name."""

import streamlit as st

from data import clients, hotline
from data.core.desk import Desk
from models.client import StarLevel
from models.client_list import ClientFilters
from pages.components.attempt import attempt
from pages.components.focus import focus
from pages.components.text import _, plain

FOUND_SHOWN = 8
KEY = "n"  # of the keyboard: the next call


def ask_code(desk: Desk, call: str) -> None:
    """A code that is nobody's stays in the field, to be put right; that of a call does not.

    The cursor waits there until there is a call, which leaves it to whoever fills in the form.
    """
    turn = st.session_state.setdefault("hotline_turn", 0)
    field = f"hotline_code_{turn}"
    with st.form("hotline_form", border=False), st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        typed = st.text_input(
            _("Access code the caller gives"),
            placeholder="ABCD EFGH",
            autocomplete="off",
            key=field,
            width=260,
        )
        asked = st.form_submit_button(_("Who calls?"), type="primary", icon=":material/call:", key="hotline_ask")
    focus(field, "" if call else f"{turn}", KEY)
    if asked and typed:
        found = None
        with attempt(rerun=False):
            found = hotline.look_up(desk, typed)
            if found is None:
                st.error(
                    _("No client has this code now. Ask for it again, sign by sign, or find the caller by name."),
                    icon=":material/help:",
                )
        if found is not None:
            begin(found)


def ask_name(desk: Desk) -> None:
    """The first who are called so; whoever is chosen calls, not verified."""
    turn = st.session_state.get("hotline_turn", 0)
    with st.expander(_("The caller has no code at hand"), icon=":material/person_search:", key=f"hotline_lost_{turn}"):
        text = st.text_input(
            _("Name of the company or of a contact"), type="search", live=True, key=f"hotline_name_{turn}"
        )
        if text:
            _found(desk, text)


def _found(desk: Desk, text: str) -> None:
    found = clients.search(desk, ClientFilters(text=text)).lines
    if not found:
        st.info(_("No client is called that."))
    with st.container(gap=None):
        for one in found[:FOUND_SHOWN]:
            stars = one.star_level.stars if one.star_level != StarLevel.NONE else _("no subscription")
            label = " · ".join(filter(None, (plain(one.name), plain(one.number), plain(one.phone), stars)))
            if st.button(label, type="tertiary", icon=":material/call:", key=f"hotline_client_{one.id}"):
                with attempt(rerun=False):
                    begin(hotline.call_by_name(desk, one.id))
    if len(found) > FOUND_SHOWN:
        st.caption(_("There are more: type more of the name."))


def begin(call: int) -> None:
    """The call is in the address, so that a reload loses nothing; what was asked is nowhere any more."""
    st.session_state["hotline_turn"] = st.session_state.get("hotline_turn", 0) + 1
    st.query_params["call"] = str(call)
    st.rerun()

"""A client's access code: whether there is one, shown for a minute to those who may read it, issued and ended.

The code is drawn in the one run after it was asked for, and kept nowhere: whatever is done next hides it again.
"""

from html import escape

import streamlit as st

from data import access_codes
from data.access_codes import Code
from data.core.desk import Desk
from models.permission import Permission
from pages.components.assets import component
from pages.components.attempt import attempt
from pages.components.confirmed import confirmed
from pages.components.direct_line import staff_line
from pages.components.text import _, moment, plain

SHOWN_FOR = 60  # seconds
MASK = "•••• ••••"

_SHOWN = "code_to_show"  # in the session from one run to the next
_MASKED = '<p style="margin:0;font:600 1.5rem/1.5 monospace;letter-spacing:.08em" aria-label="{}">{}</p>'


def access_code(desk: Desk, client_id: int) -> None:
    """The section of the client page; technicians only read whether there is a code. Raises NotFound."""
    state = access_codes.state(desk, client_id)
    with st.container(key="access_code"):
        st.subheader(_("Access code"), anchor=False)
        _code(client_id, state)
        if state.live or state.due:
            staff_line(desk)
        if desk.may(Permission.MANAGE_CLIENTS):
            _actions(desk, client_id, state)


def _code(client_id: int, state: Code) -> None:
    owner, shown = st.session_state.pop(_SHOWN, (None, ""))
    if not state.live and state.due:
        st.warning(_("No code, though the stars entitle to one."), icon=":material/key_off:")
    elif not state.live:
        st.caption(_("None: codes come with four or five stars."))
    elif owner == client_id:
        _open(shown)
    else:
        st.html(_MASKED.format(escape(_("The code is hidden")), MASK))
    if state.live and state.issued_at:
        by = _("by {name}", name=plain(state.issued_by)) if state.issued_by else _("with the subscription")
        st.caption(_("Issued {at} {by}", at=moment(state.issued_at), by=by))


def _open(code: str) -> None:
    component("shown_code")(
        key="shown_code",
        data={
            "code": code,
            "mask": MASK,
            "seconds": SHOWN_FOR,
            "copy": _("Copy the code"),
            "copied": _("Copied"),
            "hint": _("hidden again in a minute"),
        },
        on_over_change=lambda: None,
    )


def _actions(desk: Desk, client_id: int, state: Code) -> None:
    """The keys name the code: a click made on one that has changed meanwhile does nothing."""
    name = f"{client_id}_{state.issued_at.timestamp():.0f}" if state.issued_at else str(client_id)
    refusals = st.container()
    with st.container(horizontal=True, gap="small"):
        if not state.live:
            label = _("Issue a code")
            if state.due and st.button(label, type="primary", icon=":material/key:", key=f"code_issue_{name}"):
                with refusals, attempt(_("The code is issued.")):
                    st.session_state[_SHOWN] = client_id, access_codes.issue(desk, client_id)
            return
        if st.button(_("Show"), icon=":material/visibility:", key=f"code_show_{name}"):
            with refusals, attempt():
                st.session_state[_SHOWN] = client_id, access_codes.reveal(desk, client_id)
        warning = _("The present code opens nothing any more from then on: tell the client.")
        if state.due and confirmed(_("Issue anew"), warning, ":material/autorenew:", f"code_anew_{name}"):
            with refusals, attempt(_("The code is issued.")):
                st.session_state[_SHOWN] = client_id, access_codes.issue(desk, client_id)
        warning = _("The client can no longer use the direct line, until a code is issued again.")
        if confirmed(_("End the code"), warning, ":material/block:", f"code_end_{name}"):
            with refusals, attempt(_("The code opens nothing any more.")):
                access_codes.end(desk, client_id)

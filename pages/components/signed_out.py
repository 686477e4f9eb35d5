"""Says on the sign-in page why it is there, to somebody who was signed in a moment ago."""

import streamlit as st

from data.core import clock, session_end
from data.core.database import engine
from data.core.session_end import SessionEnd
from pages.components import session
from pages.components.text import _
from pages.components.words import N_
from pages.http.visitor import COOKIE

_WHY = {
    SessionEnd.ENDED: N_(
        "Your session has ended: you have signed out in another tab, or it was ended from another browser."
    ),
    SessionEnd.EXPIRED: N_("Your session has expired."),
    SessionEnd.DISABLED: N_("Your account has been disabled. A manager of the desk can tell you more."),
}
_REASON, _WAS_HERE = "signed_out_because", "signed_out_here"


def leave() -> None:
    """Forget who was signed in here, and remember why they no longer are; for the router."""
    session_id, said = st.session_state.get("session_id"), st.session_state.get(_REASON)
    reason = said if session_id is None else session_end.why(engine(), session_id, clock.now())
    if session_id is None and said is None and "handover" not in st.session_state:
        token = st.context.cookies.get(COOKIE)
        reason = session_end.of_token(engine(), token, clock.now()) if isinstance(token, str) else None
    session.forget_the_former()
    st.session_state[_REASON] = reason.value if isinstance(reason, SessionEnd) else reason or ""
    st.session_state[_WAS_HERE] = st.session_state.get(_WAS_HERE, False) or session_id is not None


def say_why() -> None:
    reason = st.session_state.get(_REASON)
    if not reason:
        return
    said = [_(_WHY[SessionEnd(reason)])]
    if st.session_state.get(_WAS_HERE) and reason != SessionEnd.DISABLED:
        said.append(_("What you were writing is kept: sign in again, and it is back on this page."))
    st.info(" ".join(said), icon=":material/lock_clock:")

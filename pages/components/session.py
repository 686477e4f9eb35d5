"""Who sits before the screen. Only plain values are kept in Streamlit's session: its row's id, never its token."""

from datetime import datetime, timedelta

import streamlit as st

from data.core import clock, sign_in
from data.core.database import engine
from data.core.desk import Desk
from models.errors import NotSignedIn
from pages.http.visitor import COOKIE


def current_desk() -> Desk:
    """The desk of whoever is signed in, read afresh: call it again in each fragment and callback.

    Where the session has ended, the whole app runs anew and asks for sign-in.
    Raises NotSignedIn in a callback, which cannot do that.
    """
    desk = signed_in()
    if desk is None:
        st.rerun()
        raise NotSignedIn("Your session has ended. Please sign in again.")
    return desk


def signed_in() -> Desk | None:
    now = clock.now()
    session_id = st.session_state.get("session_id") or _session_of_cookie(now)
    desk = session_id and sign_in.desk_of_session(engine(), session_id, now)
    if not desk:
        return None
    st.session_state["session_id"] = session_id
    st.session_state["language"] = desk.user.language.value
    return desk


def note_seen(desk: Desk) -> None:
    """Once a minute and tab at most."""
    noted: datetime | None = st.session_state.get("seen_noted_at")
    if desk.session_id is not None and (noted is None or desk.now - noted > timedelta(minutes=1)):
        st.session_state["seen_noted_at"] = desk.now
        sign_in.note_seen(desk.engine, desk.session_id, desk.now)


def forget_the_former() -> None:
    """When a session has ended elsewhere, its user's work is no business of whoever signs in next."""
    if "session_id" in st.session_state:
        forget()


def forget() -> None:
    """Nothing of whoever was here before, save the message to the browser about the cookie."""
    for key in [str(key) for key in st.session_state if key != "handover"]:
        del st.session_state[key]


def address() -> str:
    """Of the browser; empty on the machine itself."""
    found = st.context.ip_address
    return found.removeprefix("::ffff:") if isinstance(found, str) else ""


def browser() -> str:
    found = st.context.headers.get("User-Agent")
    return found if isinstance(found, str) else ""


def _session_of_cookie(now: datetime) -> int | None:
    token = st.context.cookies.get(COOKIE)
    return sign_in.session_of_token(engine(), token, now) if isinstance(token, str) else None

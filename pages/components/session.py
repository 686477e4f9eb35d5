"""Who sits before the screen. Only plain values are kept in Streamlit's session: its row's id, never its token."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from functools import wraps
from typing import ParamSpec

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from data.core import clock, sign_in
from data.core.database import engine
from data.core.desk import Desk
from models.errors import NotSignedIn
from models.user import Actor
from pages.http import tabs
from pages.http.visitor import BROWSER_COOKIE, COOKIE, cookie_of

P = ParamSpec("P")

_WHO = {"ended", "handover", "handshake", "language", "session_id", "user"}


def current_desk() -> Desk:
    """The desk of whoever the router found: call it again in each fragment and callback.

    It costs nothing, and need not: what its user may do, and whether the session still lives, is asked anew by each
    call it is given to. Where nobody is signed in, the whole app runs anew and asks for it.
    Raises NotSignedIn in a callback, which cannot do that.
    """
    session_id, user = _remembered(clock.now()), st.session_state.get("user")
    if session_id is None or user is None:
        st.rerun()
        raise NotSignedIn("Your session has ended. Please sign in again.")
    return Desk(Actor(**user), engine(), session_id)


def signed_in() -> Desk | None:
    """Whoever is signed in now; for the router, once a run."""
    now = clock.now()
    session_id = _remembered(now)
    if session_id is None:
        if "session_id" in st.session_state:
            forget()
        session_id = _session_of_cookie(now)
    desk = sign_in.desk_of_session(engine(), session_id, now) if session_id else None
    if session_id is None or desk is None:
        return None
    remember(session_id)
    st.session_state["user"] = asdict(desk.user)
    st.session_state["language"] = desk.user.language.value
    st.session_state.pop("ended", None)
    return desk


def remember(session_id: int) -> None:
    """Signs this tab in with that session, for as long as its socket is the same or brings the session's cookie."""
    st.session_state["session_id"], st.session_state["handshake"] = session_id, _handshake()
    _belongs_to(session_id)


def refreshing(seconds: int) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """A fragment that runs again by itself; where the session has ended meanwhile, the whole app asks for sign-in."""

    def fragment_of(function: Callable[P, None]) -> Callable[P, None]:
        @st.fragment(run_every=seconds)
        @wraps(function)
        def drawn(*args: P.args, **kwargs: P.kwargs) -> None:
            try:
                function(*args, **kwargs)
            except NotSignedIn:
                st.rerun()

        return drawn

    return fragment_of


def forget_the_former() -> None:
    """When a session has ended elsewhere, its user's work is no business of the next person. Why it ended is for
    the sign-in page to say."""
    if "ended" not in st.session_state:
        now = clock.now()
        former = st.session_state.get("session_id") or _session_of_cookie(now)
        if "session_id" in st.session_state:
            forget()
        token = _cookie(COOKIE)
        why = sign_in.why_ended(engine(), former, now) if former else None
        if former is None and token and "handover" not in st.session_state:  # or one has just signed out here
            why = sign_in.why_token_ended(engine(), token, now)
        st.session_state["ended"] = why.value if why else ""


def forget() -> None:
    """Nothing of whoever was here before, save the message to the browser about the cookie."""
    for key in [str(key) for key in st.session_state if key != "handover"]:
        del st.session_state[key]
    _belongs_to(None)


def open_the_page_again() -> None:
    """Keeps who it is. All else is read again, as when the page is opened: what was typed comes back from its draft."""
    for key in [str(key) for key in st.session_state if key not in _WHO]:
        del st.session_state[key]


def tab() -> str:
    """What Streamlit calls this tab of a browser."""
    context = get_script_run_ctx()
    return context.session_id if context else ""


def address() -> str:
    """Of the browser; empty on the machine itself."""
    found = st.context.ip_address
    return found.removeprefix("::ffff:") if isinstance(found, str) else ""


def browser() -> str:
    found = st.context.headers.get("User-Agent")
    return found if isinstance(found, str) else ""


def browser_token() -> str:
    """By which this browser is known, if it is: as it was when the page was loaded."""
    return _cookie(BROWSER_COOKIE)


def _remembered(now: datetime) -> int | None:
    """The session of this tab; None if another socket has taken the tab over by its id, without the cookie.

    Callbacks and fragments run without the router, so `current_desk` asks here, too.
    """
    session_id: int | None = st.session_state.get("session_id")
    if session_id is None or st.session_state.get("handshake") == _handshake():
        return session_id
    return session_id if session_id == _session_of_cookie(now) else None


def _handshake() -> str | None:
    """A random value of the browser for this one socket. It is never in a page, a log or an address."""
    found = st.context.headers.get("Sec-WebSocket-Key")
    return found if isinstance(found, str) else None


def _belongs_to(session_id: int | None) -> None:
    """For the gate, which knows the tab by these names."""
    for name in (tab(), _handshake()):
        if name:
            tabs.remember(name, session_id)


def _session_of_cookie(now: datetime) -> int | None:
    token = _cookie(COOKIE)
    return sign_in.session_of_token(engine(), token, now) if token else None


def _cookie(name: str) -> str:
    origin = st.context.headers.get("Origin")
    secure = isinstance(origin, str) and origin.startswith("https:")
    return cookie_of(st.context.cookies, name, secure=secure)

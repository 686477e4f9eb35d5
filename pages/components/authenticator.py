"""streamlit-authenticator's form and bcrypt check, on our accounts and our sessions.

Its own cookie can be read by scripts and replayed after sign-out, so it gets none: signing in opens a session in
the database, and the browser exchanges a one-time ticket for an HttpOnly cookie at `/auth/session` (see app.py).
Unknown, disabled, uninvited and braked accounts are, for it, one account whose password nobody has: every try costs
one bcrypt and is refused in the same words.
"""

from datetime import datetime, timedelta
from typing import Any

import streamlit as st
import streamlit_authenticator as stauth
from streamlit_authenticator.controllers import AuthenticationController

from data.core import clock, passwords, sign_in
from data.core.database import engine
from data.core.desk import Desk
from pages.components import session
from pages.components.text import _

DRAWN_AGAIN_FOR = timedelta(seconds=30)

# Lives in the page itself, without a frame: what it posts is of our origin, so our route may set the cookie.
# A page that is to be loaded anew in another language, see chrome.py, waits for the cookie.
_HANDOVER = """
export default function ({ data }) {
  if (window.guichetHandover === data.ticket) return;
  window.guichetHandover = data.ticket;
  fetch(data.url, {
    method: "POST", credentials: "same-origin", keepalive: true,
    headers: { "content-type": "application/json" }, body: JSON.stringify({ ticket: data.ticket }),
  }).finally(() => {
    window.guichetHandedOver = data.ticket;
    if (window.guichetChrome?.stale) location.reload();
  });
}
"""


def sign_in_form() -> bool:
    """Draw the form. True once the right password was given; the next run finds its session."""
    fields = {
        "Form name": _("Sign in"),
        "Username": _("E-mail address"),
        "Password": _("Password"),
        "Login": _("Sign in"),
    }
    _Authenticate().login(fields=fields, key="sign_in")
    if st.session_state["authentication_status"] is False:
        st.error(_("E-mail address or password refused. After several refusals, wait a while before the next try."))
    return bool(st.session_state["authentication_status"])


def enter(user_id: int) -> None:
    """Open a session for a user who has proven who he is; his tab has it at once, his browser soon."""
    now = clock.now()
    session.forget()
    session_id, ticket = sign_in.open_session(engine(), user_id, session.address(), session.browser(), now)
    st.session_state["session_id"] = session_id
    _announce("auth/session", ticket, now)


def leave(desk: Desk) -> None:
    """End the session, in every tab, and have the browser drop its cookie."""
    now = clock.now()
    if desk.session_id is not None:
        sign_in.end_session(desk.engine, desk.session_id, now)
    session.forget()
    _announce("auth/sign-out", f"out {now.isoformat()}", now)


def hand_over() -> None:
    """Tell the browser what `enter` and `leave` left; drawn by every run for a while, so that no rerun loses it."""
    if pending := handing_over():
        component = st.components.v2.component("guichet_handover", js=_HANDOVER)
        component(data={"url": pending["url"], "ticket": pending["ticket"]}, key="guichet_handover")


def handing_over() -> dict[str, Any] | None:
    """What the browser is being told."""
    pending: dict[str, Any] | None = st.session_state.get("handover")
    return pending if pending and clock.now() - pending["at"] < DRAWN_AGAIN_FOR else None


def signing_out() -> bool:
    """Has the user just signed out here?"""
    pending = handing_over()
    return pending is not None and pending["url"] == "/auth/sign-out"


def _announce(path: str, ticket: str, now: datetime) -> None:
    st.session_state["handover"] = {"url": f"/{path}", "ticket": ticket, "at": now}


class _Record(dict[str, Any]):
    """What the form needs of one account. It counts failures here; that they count, the look-up has seen to."""

    def __init__(self, email: str, found: sign_in.Found) -> None:
        super().__init__(name=found.name, email=email, password=found.password_hash, failed_login_attempts=0)
        self.id = found.id


class _Accounts(dict[str, _Record]):
    """The account asked for, read when it is asked for, once. Empty to all appearance, or the form would list it."""

    def __contains__(self, email: object) -> bool:
        return True

    def __missing__(self, email: str) -> _Record:
        self[email] = _Record(email, sign_in.account(engine(), email, session.address(), clock.now()))
        return self[email]


class _Credentials(dict[str, Any]):
    def __setitem__(self, key: str, value: Any) -> None:
        """The form replaces what seems empty; ours stays."""


class _Controller(AuthenticationController):  # type: ignore[misc]
    def login(self, username: str | None = None, password: str | None = None, *args: Any, **kwargs: Any) -> bool | None:
        """Prepared first, the password loses none of its spaces and signs to what is done to it later."""
        if not username or not username.strip():
            return None
        return bool(super().login(username, passwords.prepared(password or ""), *args, **kwargs))


class _Sessions:
    """In the place of its cookie controller."""

    def __init__(self, accounts: _Accounts) -> None:
        self._accounts = accounts

    def get_cookie(self) -> None:
        """Our router knows who is signed in before there is a form."""

    def set_cookie(self) -> None:
        account = self._accounts[st.session_state["username"]]
        if account.id is None:
            raise AssertionError("Nobody's password was given.")
        enter(account.id)
        st.session_state["authentication_status"] = True


class _Authenticate(stauth.Authenticate):  # type: ignore[misc]
    """Without its constructor, which would read every account and put a frame for cookies into every page."""

    def __init__(self) -> None:
        accounts = _Accounts()
        self.path = None
        self.attrs = {"login_sleep_time": 0}
        self.cookie_controller = _Sessions(accounts)
        self.authentication_controller = _Controller(_Credentials(usernames=accounts), auto_hash=False)

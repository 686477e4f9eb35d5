"""streamlit-authenticator's bcrypt check, on our form, our accounts and our sessions.

Its own cookie can be read by scripts and replayed after sign-out, so it gets none: signing in opens a session in
the database, and the browser exchanges a one-time ticket for an HttpOnly cookie at `/auth/session` (see app.py).
Unknown, disabled and uninvited accounts are, for it, one account whose password nobody has: every try costs one bcrypt
and is refused in the same words. A try that the brake holds back costs none, and its answer says how long to wait: that
reveals nothing, for unknown names are braked as known ones are.
"""

from datetime import datetime, timedelta
from math import ceil
from typing import Any

import streamlit as st
import streamlit_authenticator as stauth
from streamlit_authenticator.controllers import AuthenticationController

from data.core import clock, passwords, sign_in, start
from data.core.database import engine
from data.core.desk import Desk
from models import addresses
from models.errors import DeskError, Refused
from models.networks import network
from pages.components import session
from pages.components.text import _, told

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
    _Authenticate().login()
    if refusal := st.session_state.get("sign_in_refusal"):
        st.error(refusal)
    return bool(st.session_state.get("authentication_status"))


def enter(user_id: int, *, announce: bool = True, proven_by: str | None = None) -> None:
    """Open a session for a user who has proven who he is; his tab has it at once, his browser soon. In a browser that
    is not known he gets a notice, unless it need not be `announce`d; a demo account is everybody's."""
    now = clock.now()
    session.forget()
    session_id, ticket = sign_in.open_session(
        engine(),
        user_id,
        session.address(),
        session.browser(),
        now,
        browser_token=session.browser_token(),
        announce=announce and not start.is_demo(engine()),
        proven_by=proven_by,
    )
    session.remember(session_id)
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
    """What the library needs of one account. It counts failures here; that they count, the look-up has seen to."""

    def __init__(self, email: str, found: sign_in.Found) -> None:
        super().__init__(name=found.name, email=email, password=found.password_hash, failed_login_attempts=0)
        self.found = found


class _Accounts(dict[str, _Record]):
    """The account asked for, read when it is asked for, once. Empty to all appearance, or the form would list it."""

    def __contains__(self, email: object) -> bool:
        return True

    def __missing__(self, email: str) -> _Record:
        address, token = session.address(), session.browser_token()
        found = sign_in.account(engine(), email, address, clock.now(), browser_token=token)
        if found.wait:
            raise _too_early(found.wait)
        self[email] = _Record(email, found)
        return self[email]


class _Credentials(dict[str, Any]):
    def __setitem__(self, key: str, value: Any) -> None:
        """The form replaces what seems empty; ours stays."""


class _Controller(AuthenticationController):  # type: ignore[misc]
    def __init__(self, accounts: _Accounts) -> None:
        super().__init__(_Credentials(usernames=accounts), auto_hash=False)
        self._accounts = accounts

    def login(self, username: str | None = None, password: str | None = None, *args: Any, **kwargs: Any) -> bool | None:
        """The name is brought into its one form, and the password prepared, before anything is done to them. Raises
        Refused for a try that comes too early, or where too many others are at it."""
        name, address, now = addresses.sign_in_name(username or ""), session.address(), clock.now()
        token = session.browser_token()
        if not name or not password:
            raise Refused("Please give your e-mail address and your password.")
        if wait := sign_in.wait(engine(), name, address, now, browser_token=token):
            raise _too_early(wait)
        found = self._accounts[name].found  # which counts the try: however many come at once, few wait for their turn
        try:
            with passwords.turn(network(address)):
                right = bool(super().login(name, passwords.prepared(password), *args, **kwargs))
        except Refused:
            sign_in.give_back(engine(), name, address, now, browser_token=token)
            raise
        if not right:
            sign_in.note_refusal(engine(), found, address, now)
        return right


class _Sessions:
    """In the place of its cookie controller."""

    def __init__(self, accounts: _Accounts) -> None:
        self._accounts = accounts

    def get_cookie(self) -> None:
        """Our router knows who is signed in before there is a form."""

    def set_cookie(self) -> None:
        account = self._accounts[st.session_state["username"]].found
        if account.id is None:
            raise AssertionError("Nobody's password was given.")
        enter(account.id, proven_by=account.password_hash)
        st.session_state["authentication_status"] = True


class _Authenticate(stauth.Authenticate):  # type: ignore[misc]
    """Without its constructor, which would read every account and put a frame for cookies into every page."""

    def __init__(self) -> None:
        accounts = _Accounts()
        self.cookie_controller = _Sessions(accounts)
        self.authentication_controller = _Controller(accounts)

    def login(self) -> None:
        """Its form, with limits to what may be typed. A refused password does not stay in it, nor with the server: the
        next form has another field."""
        tries = st.session_state.get("sign_in_tries", 0)
        with st.form("sign_in"):
            st.subheader(_("Sign in"), anchor=False)
            email = st.text_input(
                _("E-mail address"), max_chars=addresses.LONGEST, autocomplete="username", key="sign_in_email"
            )
            password = st.text_input(
                _("Password"),
                type="password",
                max_chars=passwords.LONGEST,
                autocomplete="current-password",
                key=f"sign_in_password_{tries}",
            )
            if not st.form_submit_button(_("Sign in"), type="primary"):
                return
        try:
            if self.authentication_controller.login(email, password):
                self.cookie_controller.set_cookie()
                return
            refusal = _("E-mail address or password refused. After several refusals, wait a while before the next try.")
        except DeskError as refused:
            refusal = told(refused)
        st.session_state.update(sign_in_tries=tries + 1, sign_in_refusal=refusal)
        st.rerun()


def _too_early(wait: timedelta) -> Refused:
    seconds = ceil(wait.total_seconds())
    if seconds < 60:
        return Refused("Too many attempts were refused. Try again in {seconds} s.", seconds=seconds)
    return Refused("Too many attempts were refused. Try again in {minutes} min.", minutes=ceil(seconds / 60))

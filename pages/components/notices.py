"""What happened to one's own account, said on every page until it is read."""

from datetime import timedelta

import streamlit as st

from data import account
from data.account import Notice
from data.core.desk import Desk
from models.user import NoticeKind
from pages.components.browsers import described
from pages.components.navigation import file_at
from pages.components.text import _, moment, plain

LOOKED_UP_EVERY = timedelta(minutes=1)
_BY_OTHERS = (NoticeKind.PASSWORD_LINK, NoticeKind.SHUT_OUT)


def tell_notices(desk: Desk) -> None:
    """A sign-in in a new browser beside the page, what others did to the account on top of it."""
    found = _looked_up(desk)
    hidden: set[int] = st.session_state.setdefault("notices_hidden", set())
    others = [one for one in found if one.kind in _BY_OTHERS and one.id not in hidden]
    sign_ins = [one for one in found if one.kind == NoticeKind.NEW_BROWSER]
    if others:
        with st.container(horizontal=True, vertical_alignment="center", key="notices"):
            st.warning("  \n".join(said(one) for one in others), icon=":material/key:")
            if st.button(_("I have read this"), icon=":material/check:", key="notices_read"):
                _put_away(desk, _BY_OTHERS)
                hidden.update(one.id for one in others)
                st.rerun()
    if any(one.kind == NoticeKind.CLOCK_SET_BACK for one in found):
        with st.container(horizontal=True, vertical_alignment="center", key="notices_clock"):
            st.warning(
                said(next(one for one in found if one.kind == NoticeKind.CLOCK_SET_BACK)), icon=":material/schedule:"
            )
            if st.button(_("I have read this"), icon=":material/check:", key="notices_clock_read"):
                _put_away(desk, (NoticeKind.CLOCK_SET_BACK,))
                st.rerun()
    if sign_ins:
        with st.sidebar, st.container(key="notices_sign_in"):
            st.warning(said(sign_ins[0]), icon=":material/devices:")
            if st.button(_("It was me"), icon=":material/check:", key="notices_me", width="stretch"):
                _put_away(desk, (NoticeKind.NEW_BROWSER,))
                st.rerun()
            st.page_link(file_at("profile"), label=_("It was not me"), icon=":material/warning:")


def said(one: Notice) -> str:
    """In words, as Markdown."""
    by, at = plain(one.by) or _("The command line of the server"), moment(one.at)
    match one.kind:
        case NoticeKind.NEW_BROWSER:
            browser, place = plain(described(one.browser)), plain(one.address) or _("this machine")
            return _("New sign-in: {browser}, {place}, {at}.", browser=browser, place=place, at=at)
        case NoticeKind.PASSWORD_LINK:
            return _("{by} made a link for a new password to your account ({at}).", by=by, at=at)
        case NoticeKind.SHUT_OUT:
            return _("{by} took your former password away and ended your sessions ({at}).", by=by, at=at)
        case NoticeKind.CLOCK_SET_BACK:
            return _(
                "The clock of the server was wrong: at {at} it showed a moment that it had shown before. Days that were"
                " counted too early are counted again when they are over. Please have the clock checked.",
                at=at,
            )


def _looked_up(desk: Desk) -> tuple[Notice, ...]:
    """Once a minute, not at each run."""
    cached = st.session_state.get("notices")
    if cached is None or desk.now - cached[0] > LOOKED_UP_EVERY:
        cached = st.session_state["notices"] = (desk.now, account.shown_notices(desk))
    found: tuple[Notice, ...] = cached[1]
    return found


def _put_away(desk: Desk, kinds: tuple[NoticeKind, ...]) -> None:
    account.put_notices_away(desk, kinds)
    st.session_state.pop("notices", None)

"""One's own account: name, language, password, and where one is signed in."""

import streamlit as st

from data import account
from data.core import passwords
from models.user import LONGEST_PHONE, Language, NoticeKind
from pages.components import authenticator
from pages.components.attempt import attempt
from pages.components.browsers import described
from pages.components.new_password import new_password
from pages.components.session import current_desk
from pages.components.text import _, ago, moment, plain, word

desk = current_desk()

st.title(_("My account"))
st.caption(f"{plain(desk.user.email)} · {word(desk.user.role)}")
left, right = st.columns(2, gap="large")

with left, st.form("profile"):
    st.subheader(_("About me"))
    name = st.text_input(_("Name"), desk.user.name, autocomplete="name", key="profile_name")
    phone = st.text_input(
        _("Telephone"), account.phone(desk), max_chars=LONGEST_PHONE, autocomplete="tel", key="profile_phone"
    )
    languages = list(Language)
    language = st.selectbox(
        _("Language"), languages, languages.index(desk.user.language), format_func=word, key="profile_language"
    )
    if st.form_submit_button(_("Save"), type="primary"):
        with attempt(_("Saved.")):
            account.update(desk, name, language, phone)

changed = st.session_state.get("password_changed") or ""  # counts: after a change the fields are new, and empty
with right, st.form("password"):
    st.subheader(_("Password"))
    present = st.text_input(
        _("Present password"),
        type="password",
        max_chars=passwords.LONGEST,
        autocomplete="current-password",
        key=f"password_present{changed}",
    )
    new, again = new_password(f"password_new{changed}", f"password_again{changed}")
    st.caption(_("All your other sessions end when the password changes, and this one gets a new cookie."))
    if st.form_submit_button(_("Change the password")):
        if new != again:
            st.error(_("The two passwords are not the same."))
        else:
            with attempt(rerun=False):
                account.change_password(desk, account.agree_password(desk, present, new))
                authenticator.enter(desk.user.id or 0, announce=False)
                st.session_state.update(done=_("Your password is changed."), password_changed=(changed or 0) + 1)
                st.rerun()

st.subheader(_("Where I am signed in"))
sessions, here = account.sessions(desk), _("this machine")
new_sign_ins = {one.session_id for one in account.shown_notices(desk) if one.kind == NoticeKind.NEW_BROWSER}
if new_sign_ins:
    st.warning(
        _(
            "There was a sign-in in a browser that was not known. If it was not you, end that session and change your "
            "password."
        ),
        icon=":material/warning:",
    )
for session in sessions:
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        with st.container():
            st.text(f"{described(session.browser)} · {session.address or here}")
            st.caption(_("since {start} · seen {seen}", start=session.started_at, seen=ago(session.seen_at, desk.now)))
        if session.this:
            st.badge(_("This browser"), icon=":material/check:", color="green")
        if session.id in new_sign_ins:
            st.badge(_("New browser"), icon=":material/warning:", color="orange")
        if not session.this and st.button(_("End"), key=f"end_{session.id}", help=moment(session.started_at)):
            with attempt(_("The session is ended.")):
                account.end_session(desk, session.id)
if len(sessions) > 1 and st.button(_("End all others"), icon=":material/logout:", key="end_others"):
    with attempt(_("All other sessions are ended.")):
        account.end_other_sessions(desk)

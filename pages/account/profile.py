"""One's own account: name, language, password, and where one is signed in."""

import streamlit as st

from data import account
from models.user import LONGEST_PHONE, Language
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

with right, st.form("password"):
    st.subheader(_("Password"))
    present = st.text_input(
        _("Present password"), type="password", autocomplete="current-password", key="password_present"
    )
    new, again = new_password("password_new", "password_again")
    st.caption(_("Your other sessions end when the password changes."))
    if st.form_submit_button(_("Change the password")):
        if new != again:
            st.error(_("The two passwords are not the same."))
        else:
            with attempt(_("Your password is changed.")):
                account.change_password(desk, account.agree_password(desk, present, new))

st.subheader(_("Where I am signed in"))
sessions, here = account.sessions(desk), _("this machine")
for session in sessions:
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        with st.container():
            st.text(f"{described(session.browser)} · {session.address or here}")
            st.caption(_("since {start} · seen {seen}", start=session.started_at, seen=ago(session.seen_at, desk.now)))
        if session.this:
            st.badge(_("This browser"), icon=":material/check:", color="green")
        elif st.button(_("End"), key=f"end_{session.id}", help=moment(session.started_at)):
            with attempt(_("The session is ended.")):
                account.end_session(desk, session.id)
if len(sessions) > 1 and st.button(_("End all others"), icon=":material/logout:", key="end_others"):
    with attempt(_("All other sessions are ended.")):
        account.end_other_sessions(desk)

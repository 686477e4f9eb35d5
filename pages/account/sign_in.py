"""The sign-in, in the place of whatever page was asked for."""

import streamlit as st

from data.core import start
from data.core.database import engine
from data.core.settings import settings
from models.user import Ending
from pages.components.authenticator import sign_in_form
from pages.components.text import _, plain, word

left, middle, right = st.columns([1, 1.6, 1])
with middle:
    st.title(_("Guichet"))
    st.caption(_("The support desk"))
    if said := st.session_state.get("ended"):
        ended = Ending(said)
        st.info(word(ended), icon=":material/logout:")
        if ended != Ending.SHUT_OUT:
            st.caption(_("What you were writing is kept: sign in again, and it is back on its page."))
    if sign_in_form():
        st.rerun()
    with st.expander(_("Password forgotten, or no account yet?"), icon=":material/help:", key="sign_in_help"):
        st.write(_("Somebody makes a link for you, with which you choose a new password. It works once."))
        if settings().sign_in_help:
            st.markdown(f"**{plain(settings().sign_in_help)}**")
        ways = (
            _("**You are a client:** call or write to the person in sales who looks after you."),
            _("**You work here:** ask a manager of the desk, who makes the link on the page “People”."),
            _(
                "**You are the only manager:** on the server, run {command} with your e-mail address after it.",
                command="`python -m data link`",
            ),
        )
        st.markdown("\n".join(f"- {way}" for way in ways))
        st.caption(_("A link also lets you in while others try wrong passwords for your account."))
    if start.is_demo(engine()):
        from data.demo import ACCOUNTS, PASSWORD

        with st.expander(_("Demo accounts"), icon=":material/science:"):
            accounts = [{_("E-mail address"): email, _("Role"): word(role)} for email, role in ACCOUNTS]
            st.table(accounts, hide_index=True)
            st.markdown(_("All of them have the password {password}", password=f"`{PASSWORD}`"))

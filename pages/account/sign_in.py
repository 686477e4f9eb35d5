"""The sign-in, in the place of whatever page was asked for."""

import streamlit as st

from data.core import start
from data.core.database import engine
from pages.components.authenticator import sign_in_form
from pages.components.signed_out import say_why
from pages.components.text import _, word

left, middle, right = st.columns([1, 1.6, 1])
with middle:
    st.title(_("Guichet"))
    st.caption(_("The support desk"))
    say_why()
    if sign_in_form():
        st.rerun()
    if start.is_demo(engine()):
        from data.demo import ACCOUNTS, PASSWORD

        with st.expander(_("Demo accounts"), icon=":material/science:"):
            accounts = [{_("E-mail address"): email, _("Role"): word(role)} for email, role in ACCOUNTS]
            st.table(accounts, hide_index=True)
            st.markdown(_("All of them have the password {password}", password=f"`{PASSWORD}`"))
    st.caption(_("No account, or a forgotten password? Ask a manager of the desk for a link."))

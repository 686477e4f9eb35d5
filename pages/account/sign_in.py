"""The sign-in, in the place of whatever page was asked for."""

import streamlit as st

from pages.components.authenticator import sign_in_form
from pages.components.text import _

left, middle, right = st.columns([1, 1.6, 1])
with middle:
    st.title(_("Guichet"))
    st.caption(_("The support desk"))
    if sign_in_form():
        st.rerun()
    st.caption(_("No account, or a forgotten password? Ask a manager of the desk for a link."))

"""A new desk, which nobody can sign in to yet."""

import streamlit as st

from pages.components.text import _

st.title(_("Welcome to your new desk"))
st.write(
    _(
        "Nobody has an account yet. The server has printed a link in its log: whoever opens it creates the first "
        "manager, who then invites everybody else. Each start of the server prints a new one."
    )
)

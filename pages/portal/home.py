"""The contact's home."""

import streamlit as st

from pages.components.session import current_desk
from pages.components.text import _, plain

desk = current_desk()

st.title(_("Your client space"))
st.write(
    _("Welcome, {name}. Here you can keep your name, language and password up to date.", name=plain(desk.user.name))
)
st.page_link("account/profile.py", label=_("My account"), icon=":material/account_circle:")

"""Follows a one-time link: sets a password, and signs in."""

import streamlit as st

from data.core import clock, one_time_links
from data.core.database import engine
from models.user import Language, LinkPurpose
from pages.components import authenticator
from pages.components.attempt import attempt
from pages.components.navigation import open_home
from pages.components.new_password import new_password
from pages.components.secret import secret_of_address
from pages.components.text import _, language, word

token = secret_of_address()
if token is None:
    st.stop()

_left, middle, _right = st.columns([1, 1.6, 1])
with middle:
    st.title(_("Welcome to Guichet"))
    link = None
    with attempt(rerun=False):
        link = one_time_links.look(engine(), token, clock.now())
    if link is None:
        st.stop()

    with st.form("welcome"):
        if link.purpose == LinkPurpose.FIRST_RUN:
            st.write(_("You are about to become the first manager of this desk."))
            email = st.text_input(_("E-mail address"), autocomplete="username", key="welcome_email")
            name = st.text_input(_("Name"), autocomplete="name", key="welcome_name")
            languages = list(Language)
            mine = languages.index(language())
            spoken = st.selectbox(_("Language"), languages, mine, format_func=word, key="welcome_language")
        else:
            st.text_input(_("E-mail address"), link.email, disabled=True, autocomplete="username")
        password, again = new_password("welcome_password", "welcome_again")
        sent = st.form_submit_button(_("Set the password and sign in"), type="primary")

    if sent and password != again:
        st.error(_("The two passwords are not the same."))
    elif sent:
        with attempt(rerun=False):
            if link.purpose == LinkPurpose.FIRST_RUN:
                user_id = one_time_links.create_desk(engine(), token, email, name, spoken, password, clock.now())
            else:
                user_id = one_time_links.follow(engine(), token, password, clock.now())
            authenticator.enter(user_id, announce=False)
            open_home()

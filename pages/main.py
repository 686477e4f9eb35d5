"""The router: who is it, which pages they get, run the chosen one, show refusals.

Every address is always registered, with the page, the sign-in or a refusal as its body. An address that is not
registered would show an inert "page not found", and lose what was asked for.
"""

import streamlit as st

from models.errors import DeskError, NotSignedIn
from pages.components import authenticator, invitation_list, links, session
from pages.components.activity import note_activity
from pages.components.announce import announce
from pages.components.attempt import say_done
from pages.components.chrome import banner, chrome, icon, signed_in_as
from pages.components.navigation import destinations
from pages.components.notices import tell_notices
from pages.components.page_style import readable
from pages.components.text import told

st.set_page_config(page_icon=icon(), layout="wide")

desk = session.signed_in()
if not desk:
    session.forget_the_former()

page = st.navigation(destinations(desk), position="sidebar" if desk else "hidden", expanded=True)
links.leave_behind(page.url_path)
invitation_list.forget_elsewhere(page.url_path)
chrome(desk)
readable()
announce()
if desk:
    note_activity()
authenticator.hand_over()
banner()
say_done(page.url_path)
if desk:
    signed_in_as(desk)
    tell_notices(desk)
try:
    page.run()
except NotSignedIn:
    st.rerun()
except DeskError as refusal:
    st.error(told(refusal), icon=":material/block:")

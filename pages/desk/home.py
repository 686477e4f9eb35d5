"""The first page of the staff: a manager's day on one screen; for everybody else the queue, under its own address."""

import streamlit as st

from models.permission import Permission
from pages.components import checklist
from pages.components.home_board import board
from pages.components.page_style import wide
from pages.components.sealing import seal_what_is_over
from pages.components.service_choice import warn_of_the_unattended
from pages.components.session import current_desk
from pages.components.text import _

desk = current_desk()

if not desk.may(Permission.MANAGE_SERVICE_LEVELS):
    st.switch_page("desk/queue.py")

wide()
with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
    st.title(_("Today"), anchor=False, width="content")
    if st.button(_("To the queue"), icon=":material/format_list_numbered:", shortcut="Q", key="home_queue"):
        st.switch_page("desk/queue.py")

if not checklist.show(desk):
    warn_of_the_unattended(desk)
seal_what_is_over(desk)
board()

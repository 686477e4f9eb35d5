"""The first page of the staff: the queue, under its own address."""

import streamlit as st

from pages.components.session import current_desk

desk = current_desk()

st.switch_page("desk/queue.py")

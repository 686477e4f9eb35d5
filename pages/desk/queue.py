"""The queue: what waits for the desk, in which order and why, and the next one to take."""

import streamlit as st

from data import lookups, services, tickets
from models.errors import NotFound, Refused
from models.permission import Permission
from pages.components import queue_address
from pages.components.queue_board import board
from pages.components.queue_filters import filters
from pages.components.session import current_desk
from pages.components.text import _, told

desk = current_desk()

# A list wants room; the bar of the selected tickets sticks to the lower edge.
st.html(
    """<style>
    .stMainBlockContainer { padding: 3.5rem clamp(1rem, 3vw, 3rem) 2rem; }
    .stMainBlockContainer h1 { font-size: 1.9rem; padding: 0; }
    :has(> .st-key-queue_bulk) { position: sticky; bottom: 0; z-index: 2; }
    .st-key-queue_bulk { margin-bottom: 0.75rem; background: Canvas; box-shadow: 0 4px 18px rgb(0 0 0 / 16%); }
    @media (max-width: 40rem) { .st-key-queue_filters > div { width: 100%; flex-grow: 1; } }
    </style>"""
)


def narrowed_to():
    """The client that the address names; nobody where it cannot be."""
    asked = queue_address.read().filters.client
    try:
        return lookups.client(desk, asked) if asked is not None else None
    except NotFound:
        return None


(products, assignees), client = lookups.filters(desk), narrowed_to()
queue_address.settle(
    products=[one.id for one in products],
    colleagues=[one.id for one in assignees],
    clients=[client.id] if client else [],
)

with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
    st.title(_("Queue"), anchor=False, width="content")
    st.space("stretch")
    if desk.may(Permission.USE_HOTLINE) and st.button(
        _("Hotline"), type="tertiary", icon=":material/call:", shortcut="H", key="queue_hotline"
    ):
        st.switch_page("desk/hotline.py")
    taking = st.button(
        _("Take the next one"), type="primary", icon=":material/back_hand:", shortcut="T", key="queue_take"
    )

if taking:
    try:
        taken = tickets.take_next(desk, queue_address.read().order)
    except Refused as nothing_left:
        st.toast(told(nothing_left), icon=":material/check_circle:")
    else:
        st.switch_page("desk/ticket.py", query_params={"ref": taken})

filters(products, assignees, client, services.mine(desk))
board()

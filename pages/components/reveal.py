"""Brings what a click has opened into view, and tells it to who cannot see it."""

import streamlit as st

from pages.components.assets import asset


def reveal(key: str, called: str, turn: str) -> None:
    """The container of this Streamlit key gets that name; once a `turn`, if there is one, it is scrolled into view and
    has the focus, so that it is read aloud and the next Tab leads into it."""
    component = st.components.v2.component("reveal", js=asset("reveal.js"))
    component(key=f"reveal_{key}", data={"key": key, "called": called, "turn": turn})

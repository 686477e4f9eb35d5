"""Puts the cursor into a field when its page is opened, and on a key of the keyboard."""

import streamlit as st

from pages.components.assets import asset


def focus(field: str, turn: str, key: str) -> None:
    """`field` is the Streamlit key of an input: the cursor goes there once a `turn`, if it has one, and by `key`."""
    component = st.components.v2.component("focus", js=asset("focus.js"))
    component(key="focus", data={"field": field, "turn": turn, "key": key})

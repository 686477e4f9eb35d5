"""Makes a text area of Streamlit's tell what is typed while it is typed, as its text inputs do."""

import streamlit as st

from pages.components.assets import asset


def live_area(key: str) -> None:
    """The text area of this key."""
    st.components.v2.component("live_area", js=asset("live_area.js"))(key=f"live_{key}", data={"key": key})

"""Makes a text area of Streamlit's tell what is typed while it is typed, as its text inputs do."""

from functools import cache
from pathlib import Path

import streamlit as st


def live_area(key: str) -> None:
    """The text area of this key."""
    st.components.v2.component("live_area", js=_script())(key=f"live_{key}", data={"key": key})


@cache
def _script() -> str:
    return Path(__file__).with_suffix(".js").read_text(encoding="utf-8")

"""Puts the cursor into a field when its page is opened, and on a key of the keyboard."""

from pathlib import Path

import streamlit as st

_SCRIPT = Path(__file__).parent / "focus.js"


def focus(field: str, turn: str, key: str) -> None:
    """`field` is the Streamlit key of an input: the cursor goes there once a `turn`, if it has one, and by `key`."""
    component = st.components.v2.component("focus", js=_SCRIPT.read_text(encoding="utf-8"))
    component(key="focus", data={"field": field, "turn": turn, "key": key})

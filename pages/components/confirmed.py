"""A button for what nobody should do by a slip: it first says what follows."""

import streamlit as st


def confirmed(label: str, warning: str, icon: str, key: str, *, asks: str | None = None) -> bool:
    """Whether it was pressed once more, beneath the warning. `asks` is what the first button is called."""
    with st.popover(asks or label, icon=icon, key=f"{key}_ask"):
        st.markdown(warning)
        return st.button(label, type="primary", icon=icon, key=key)

"""The two fields in which a new password is chosen."""

import streamlit as st

from data.core import passwords
from pages.components.text import _


def new_password(first_key: str, second_key: str) -> tuple[str, str]:
    """What was typed in each."""
    first = st.text_input(
        _("New password"),
        type="password",
        max_chars=passwords.LONGEST,
        autocomplete="new-password",
        help=_("At least 12 characters, of any kind. Several unrelated words make a good one."),
        key=first_key,
    )
    second = st.text_input(
        _("New password, once more"),
        type="password",
        max_chars=passwords.LONGEST,
        autocomplete="new-password",
        key=second_key,
    )
    return first or "", second or ""

"""Who somebody is and how they are reached, in a form: for staff and for contacts."""

from collections.abc import Callable

import streamlit as st

from data.core.accounts import AccountForm
from data.core.desk import Desk
from models.user import LONGEST_NAME, LONGEST_PHONE, Language
from pages.components.attempt import attempt
from pages.components.session import current_desk
from pages.components.text import _, word

Change = Callable[[Desk, int, AccountForm, AccountForm], None]


@st.dialog(_("Change the account"), icon=":material/edit:")
def change_account(user_id: int, seen: AccountForm, change: Change) -> None:
    """`change` is the command that keeps it. Nothing typed is lost by a refusal."""
    languages, key = list(Language), f"account_{user_id}"
    wanted = AccountForm(
        name=st.text_input(_("Name"), seen.name, max_chars=LONGEST_NAME, key=f"{key}_name"),
        email=st.text_input(_("E-mail address"), seen.email, key=f"{key}_email"),
        phone=st.text_input(_("Telephone"), seen.phone, max_chars=LONGEST_PHONE, key=f"{key}_phone"),
        language=Language(
            st.selectbox(
                _("Language"), languages, languages.index(seen.language), format_func=word, key=f"{key}_language"
            )
        ),
    )
    if wanted.email.strip().lower() != seen.email:
        st.caption(
            _(
                "From then on they sign in by the new address. Their password and their open sessions stay; a link "
                "that was sent and not used is withdrawn."
            )
        )
    if st.button(_("Save"), type="primary", key="account_save"):
        with attempt(_("The account is changed.")):
            change(current_desk(), user_id, wanted, seen)

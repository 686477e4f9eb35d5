"""Where a contact writes on a ticket that is not resolved: a message, with or without files, kept until it is sent."""

import streamlit as st

from data import conversation
from data.core.desk import Desk
from data.core.uploads import store
from pages.components.attempt import attempt
from pages.components.composer import begin_anew, keys, message
from pages.components.draft_keeper import keep_draft
from pages.components.text import _


def reply_box(desk: Desk, reference: str, seen: int) -> None:
    """`seen` is the last message that was drawn when the contact wrote."""
    above = st.container()  # a refusal stands where it is seen, and cannot stand in the form
    form = keys(reference)["form"]
    with st.form(form, border=False, enter_to_submit=False), st.container(key=f"{form}_box"):
        text, files = message(desk, reference)
        sent = st.form_submit_button(
            _("Send"), type="primary", icon=":material/send:", shortcut="Ctrl+Enter", key=f"{form}_send"
        )
    if sent:
        with above, attempt(_("Sent.")):
            conversation.reply(desk, reference, text, store(files), seen=seen)
            begin_anew(reference)
    # Last: what was sent has begun a new run by now, and what was refused is saved.
    keep_draft(desk, f"/drafts/{reference}", **keys(reference))

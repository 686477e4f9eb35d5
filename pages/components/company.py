"""Who else has the ticket open, and what has happened on it since it was drawn: looked up now and then, beside the
page, so that nothing being typed is disturbed."""

from datetime import datetime

import streamlit as st

from data import drafts
from pages.components.attempt import tolerant
from pages.components.session import current_desk, refreshing
from pages.components.text import _, plain


@refreshing(10)
def company(reference: str, seen: int, drawn_at: datetime) -> None:
    """`seen` is the last message that is drawn, `drawn_at` when that was."""
    found = None
    with tolerant():
        found = drafts.look_in(current_desk(), reference)
    if found is None:
        return
    with st.container(key="company"):
        if found.others:
            names = plain(", ".join(found.others))
            st.info(_("{name} has this ticket open too.", name=names), icon=":material/visibility:")
        if found.last_message_id > seen:
            news = _("{name} has written since you opened this page.", name=plain(found.last_author))
        elif found.changed_at > drawn_at:
            news = _("This ticket has changed since you opened this page.")
        else:
            return
        row = st.container(horizontal=True, vertical_alignment="center", key="news")
        row.warning(news, icon=":material/mark_chat_unread:")
        if row.button(_("Show"), key="show_news"):
            st.rerun()

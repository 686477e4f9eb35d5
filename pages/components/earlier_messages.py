"""How much of a long conversation a page draws, and what shows more of it."""

import streamlit as st

from data import conversation
from data.core.desk import Desk
from models.thread import CHARACTERS_SHOWN, MESSAGES_SHOWN, PAGES_SHOWN, Thread
from pages.components.text import plural


def shown_thread(desk: Desk, reference: str) -> Thread:
    """The latest messages, and as many earlier ones as were asked for."""
    times = _times(reference)
    return conversation.thread(desk, reference, times * MESSAGES_SHOWN, times * CHARACTERS_SHOWN)


def earlier_messages(reference: str, thread: Thread) -> None:
    with st.container(key="earlier_messages"):
        if not thread.earlier:
            return
        if _times(reference) < PAGES_SHOWN:
            label = plural("Show {count} earlier message", "Show earlier messages ({count})", thread.earlier)
            if st.button(label, icon=":material/expand_less:", type="tertiary", key="earlier"):
                st.session_state[_key(reference)] = _times(reference) + 1
                st.rerun()
            return
        said = plural(
            "{count} earlier message is on the printed pages.",
            "{count} earlier messages are on the printed pages.",
            thread.earlier,
        )
        st.caption(f"[{said}](/tickets/{reference}/print)")


def _times(reference: str) -> int:
    return int(st.session_state.get(_key(reference), 1))


def _key(reference: str) -> str:
    return f"shown_{reference}"

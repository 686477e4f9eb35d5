"""Doing what was asked, and saying how it went."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from models.errors import DeskError, NotSignedIn
from pages.components.text import told


@contextmanager
def attempt(done: str = "", *, rerun: bool = True) -> Iterator[None]:
    """Show a refusal where it happens; say `done` and draw everything anew where it goes well.

    What lies within has ended its transaction by then: an `st.rerun()` inside one would lose the write.
    In a callback, where Streamlit reruns by itself, give `rerun=False`.
    """
    try:
        yield
    except NotSignedIn as ended:
        st.rerun()  # to the sign-in; within a callback this does nothing
        st.error(told(ended))
    except DeskError as refusal:
        st.error(told(refusal), icon=":material/error:")
    else:
        if done:
            st.session_state["done"] = done
        if rerun:
            st.rerun()


def say_done() -> None:
    """What the last attempt achieved; called by the router, so that it outlives the rerun and a change of page."""
    done = st.session_state.pop("done", None)
    if done:
        st.toast(done, icon=":material/check_circle:")

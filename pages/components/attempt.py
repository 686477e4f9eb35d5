"""Doing what was asked, and saying how it went."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

import streamlit as st

from models.errors import DeskError, NotSignedIn, Unavailable
from pages.components.text import told

_TOAST_LASTS = 6  # seconds, and some to spare
_NO_TOAST = '<style>[data-testid="stToastContainer"] { display: none; }</style>'


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


@contextmanager
def tolerant() -> Iterator[None]:
    """For what a page saves by the way: where the server cannot, the page says so and goes on, with what was typed."""
    try:
        yield
    except Unavailable as trouble:
        st.warning(told(trouble), icon=":material/cloud_off:")


def say_done(page: str = "") -> None:
    """What the last attempt achieved; called by the router, so that it outlives the rerun and a change of page.

    On the next page that the user opens it is not shown any more.
    """
    done = st.session_state.pop("done", None)
    if done:
        st.toast(done, icon=":material/check_circle:")
        st.session_state["said_on"] = (page, monotonic())
    elif "said_on" in st.session_state:
        where, at = st.session_state["said_on"]
        if where != page and monotonic() - at < _TOAST_LASTS:
            st.html(_NO_TOAST)

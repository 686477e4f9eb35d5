"""What a page says while the database does not answer; it goes on by itself."""

from time import monotonic

import streamlit as st

from data.core.database import answers, engine
from pages.components.session import open_the_page_again
from pages.components.text import _

ASK_AGAIN = 2  # seconds


def one_moment() -> None:
    """In place of the page, or of the part of it, that could not be drawn."""
    _wait(monotonic())


@st.fragment(run_every=ASK_AGAIN)
def _wait(since: float) -> None:
    st.info(
        _(
            "One moment, please: the database does not answer. This page goes on by itself. Then check that your last "
            "change was saved."
        ),
        icon=":material/hourglass_top:",
    )
    if monotonic() - since > ASK_AGAIN / 2 and answers(engine()):
        open_the_page_again()
        st.rerun()

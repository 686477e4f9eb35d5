"""What the reader of a help page does on it: jumps to a place, has read an article, says whether it helped."""

from typing import Any

import streamlit as st

from data import articles
from pages.components.assets import asset
from pages.components.attempt import attempt
from pages.components.session import current_desk
from pages.components.text import _
from pages.components.tickets_table import nothing


@st.fragment
def reader(at: str, *, counts: bool) -> None:
    """`at` is where the page opens; `counts` whether the reader's deeds are noted, which the staff's are not.

    A fragment of its own: what it tells draws nothing anew.
    """
    given = st.components.v2.component("help_reader", js=asset("help_reader.js"))(
        key="help_reader",
        data={
            "at": at,
            "counts": counts,
            "thanks": _("Thank you."),
            "unplayable": _("This video cannot be played at present. Try again later, or tell the administrator."),
        },
        on_read_change=nothing,
        on_vote_change=nothing,
    )
    desk = current_desk()
    with attempt(rerun=False):
        if isinstance(given.read, list):
            articles.read(desk, [id_ for id_ in given.read if isinstance(id_, int)])
        vote: Any = given.vote
        if isinstance(vote, dict) and isinstance(vote.get("article"), int):
            articles.vote(desk, vote["article"], vote.get("helpful") is True)

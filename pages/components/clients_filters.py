"""The fields that narrow and order the list of clients. They show what the address says, and write to it."""

from collections.abc import Iterable
from enum import Enum

import streamlit as st

from models.client import StarLevel
from models.client_list import ClientFilters, Only, Sort
from pages.components import clients_address
from pages.components.clients_address import LONGEST_TEXT, View, asked
from pages.components.text import _, word

_NARROW = "<style>@media (max-width: 40rem) { .st-key-clients_filters > div { width: 100%; flex-grow: 1; } }</style>"


def filters(view: View) -> None:
    st.html(_NARROW)
    with st.container(key="clients_filters", horizontal=True, vertical_alignment="center", gap="small"):
        st.text_input(
            _("Search"),
            type="search",
            live="150ms",
            max_chars=LONGEST_TEXT,
            placeholder=_("Name, number, contact or e-mail address"),
            key=_shown("q", asked("q")),
            on_change=_write,
            args=("q",),
            label_visibility="collapsed",
            width=330,
        )
        _choice(_("All stars"), "stars", _words(reversed(StarLevel)), asked("stars") or None, width=150)
        _choice(_("Every client"), "only", _words(Only), asked("only") or None, width=250)
        sort = _("Order"), "sort", _words(Sort), view.sort.value
        _choice(*sort, width=210, none=False)
        if view.filters != ClientFilters():
            clear = clients_address.cleared()
            st.button(
                _("Clear filters"), type="tertiary", key="clients_clear", on_click=clients_address.go, kwargs=clear
            )


def _choice(label: str, name: str, words: dict[str, str], value: str | None, *, width: int, none: bool = True) -> None:
    st.selectbox(
        label,
        list(words),
        index=None if none else 0,
        format_func=lambda one: words.get(one, one),
        placeholder=label,
        key=_shown(name, value if value in words else None),
        on_change=_write,
        args=(name,),
        label_visibility="collapsed",
        width=width,
    )


def _shown(name: str, value: str | None) -> str:
    """Have a field show what the address says. What is being typed is left alone as long as the address stands."""
    key = f"clients_{name}"
    if st.session_state.get(key, "nothing yet") != value:
        st.session_state[key] = value
    return key


def _write(name: str) -> None:
    clients_address.go(**{name: st.session_state[f"clients_{name}"] or ""})


def _words(members: Iterable[Enum]) -> dict[str, str]:
    return {str(member.value): word(member) for member in members}

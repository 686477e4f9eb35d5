"""A form whose fields are saved while they are typed: what is neither saved nor dropped is back when its page is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import streamlit as st

from data import form_drafts
from data.core.desk import Desk
from pages.components.attempt import tolerant

T = TypeVar("T")


@dataclass(frozen=True)
class KeptForm:
    """`name` says which form it is; its draft is the same in every tab of its user."""

    desk: Desk
    name: str

    def fields(self) -> Mapping[str, str]:
        """What is kept of it; read once a session."""
        if self._state not in st.session_state:
            kept = form_drafts.begin(self.desk, self.name)
            st.session_state[self._state] = {"key": kept.key, "fields": dict(kept.fields)}
        fields: dict[str, str] = st.session_state[self._state]["fields"]
        return fields

    @property
    def key(self) -> str:
        """By which the browser saves what is typed into a text area, see draft_keeper.py."""
        self.fields()
        return str(st.session_state[self._state]["key"])

    def keep(self, fields: dict[str, str], *, changed: bool) -> None:
        """Save what was typed where it is no longer what holds; forget it where it is."""
        if not changed:
            if self.fields():
                self.drop()
        elif self.fields() != fields:
            kept = st.session_state[self._state]
            with tolerant():
                form_drafts.save(self.desk, kept["key"], fields)
                kept["fields"] = fields

    def drop(self) -> None:
        form_drafts.drop(self.desk, self.name)
        st.session_state.pop(self._state, None)

    @property
    def _state(self) -> str:
        return f"kept_{self.name}"


def begun(widget: str, value: T) -> T:
    """What the widget of this key begins with: `value` where it is not there yet, then the same as long as it is."""
    if widget not in st.session_state:
        st.session_state[f"begun_{widget}"] = value
    first: T = st.session_state[f"begun_{widget}"]
    return first

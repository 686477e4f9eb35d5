"""A form that is being filled in: its fields begin with what was kept of them, and it is sent once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from data import form_drafts, tickets
from data.core.desk import Desk
from data.core.uploads import Upload, store
from data.tickets import TicketForm
from models.errors import SentBefore
from pages.components.attempt import tolerant

_ANCHOR = "subject"  # every form has it: where the browser's session has lost it, the form is opened anew


@dataclass(frozen=True)
class FormState:
    """`name` says which form it is; its draft and its key are the same in every tab that has it open.

    `defaults` are what the fields begin with where nothing was typed yet.
    """

    desk: Desk
    name: str
    defaults: Mapping[str, str]

    def __post_init__(self) -> None:
        if self._state(_ANCHOR) not in st.session_state:
            kept = form_drafts.begin(self.desk, self.name)
            st.session_state[self._state("key")] = kept.key
            st.session_state[self._state("kept")] = dict(self.defaults) | dict(kept.fields)

    @property
    def key(self) -> str:
        return str(st.session_state[self._state("key")])

    def kept(self, field: str) -> str:
        return str(st.session_state[self._state("kept")].get(field, ""))

    def field(self, name: str, nothing: str | None = "") -> str:
        """The widget key of a field; `nothing` is what it holds while nothing was typed or chosen."""
        if self._state(name) not in st.session_state:
            st.session_state[self._state(name)] = self.kept(name) or nothing
        return self._state(name)

    def keep(self, **fields: str) -> None:
        """Save what has changed, and nothing else: a text area may hold more than it has told us yet.

        What cannot be saved stays on the page, which says so.
        """
        kept: dict[str, str] = st.session_state[self._state("kept")]
        changed = {name: text for name, text in fields.items() if text != kept.get(name, "")}
        if changed:
            with tolerant():
                form_drafts.save(self.desk, self.key, changed)
                kept.update(changed)

    def send(self, form: TicketForm, files: Sequence[Upload]) -> str:
        """File it and give the reference; the form is then forgotten.

        Sent before with other words in it, it gets another key and is refused: SentBefore.
        """
        try:
            reference = tickets.file(self.desk, form, store(files))
        except SentBefore:
            st.session_state[self._state("key")] = form_drafts.renew(self.desk, self.name)
            raise
        for state in [str(one) for one in st.session_state if str(one).startswith(self._state(""))]:
            del st.session_state[state]
        return reference

    def _state(self, part: str) -> str:
        return f"form_{self.name}_{part}"

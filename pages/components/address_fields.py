"""Fields that narrow and order a list. They show what its address says, and write to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

import streamlit as st

from pages.components.text import _, word


class Address(Protocol):
    """The module that reads and writes the view of one list."""

    def asked(self, key: str) -> str: ...

    def go(self, **changes: str) -> None: ...


def by_value(members: Iterable[Enum]) -> dict[str, str]:
    """What each is called, by how addresses write its value."""
    return {str(member.value): word(member) for member in members}


@dataclass(frozen=True)
class AddressFields:
    """`name` sets the fields of one list apart from another's."""

    name: str
    address: Address

    def text(self, placeholder: str, *, longest: int, width: int, live: str = "400ms") -> None:
        st.text_input(
            _("Search"),
            type="search",
            live=live,
            max_chars=longest,
            placeholder=placeholder,
            key=self.shown("q", self.address.asked("q")),
            on_change=self._write,
            args=("q",),
            label_visibility="collapsed",
            width=width,
        )

    def choice(
        self, label: str, key: str, words: Mapping[str, str], *, width: int | None = None, default: str = ""
    ) -> None:
        """One of `words` by its code. Without a default none is possible too, and the label says what that means."""
        st.selectbox(
            label,
            list(words),
            index=0 if default else None,
            format_func=lambda one: words.get(one, one),
            placeholder=label,
            key=self.shown(key, self._one_of(words, key, default) or None),
            on_change=self._write,
            args=(key,),
            label_visibility="collapsed",
            width=width or "stretch",
        )

    def segments(self, label: str, key: str, words: Mapping[str, str], *, default: str) -> None:
        """All of them beside each other. The default is what an address means that says nothing."""
        st.segmented_control(
            label,
            list(words),
            format_func=words.__getitem__,
            required=True,
            key=self.shown(key, self._one_of(words, key, default)),
            on_change=self._write,
            args=(key, default),
            label_visibility="collapsed",
        )

    def toggle(self, label: str, key: str) -> None:
        field = self.shown(key, self.address.asked(key) == "1")
        st.toggle(label, key=field, on_change=self._write, args=(key,))

    def leave(self, label: str, key: str, change: dict[str, str], *, icon: str | None = None) -> None:
        """A button that takes something out of the address."""
        st.button(
            label,
            type="secondary" if icon else "tertiary",
            icon=icon,
            key=f"{self.name}_{key}",
            on_click=self.address.go,
            kwargs=change,
        )

    def _one_of(self, words: Mapping[str, str], key: str, default: str) -> str:
        value = self.address.asked(key)
        return value if value in words else default

    def shown(self, key: str, value: object) -> str:
        """Have a field show what the address says. What is being typed is left alone as long as the address stands."""
        field = f"{self.name}_{key}"
        if st.session_state.get(field, "nothing yet") != value:
            st.session_state[field] = value
        return field

    def _write(self, key: str, unsaid: str = "") -> None:
        value = st.session_state[f"{self.name}_{key}"]
        said = "1" if value is True else value or ""
        self.address.go(**{key: "" if said == unsaid else said})

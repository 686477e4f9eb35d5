"""The fields that narrow and order the queue. They show what the address says, and write to it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import Enum

import streamlit as st

from data.lookups import Option
from models.client import StarLevel
from models.queue import Filters, Holder, Order
from models.ticket import Kind, Service, Urgency
from pages.components import queue_address
from pages.components.queue_address import asked, code
from pages.components.text import _, plain, word

_RARE = ("service", "product", "kind", "urgency", "stars", "late")
_LONGEST_TEXT = 100


def filters(
    products: Sequence[Option], colleagues: Sequence[Option], client: Option | None, services: Sequence[Service]
) -> None:
    """`services` are one's own: whoever has but one is not asked which."""
    with st.container(key="queue_filters", horizontal=True, vertical_alignment="center", gap="small"):
        _order()
        _text()
        who = {Holder.MINE.value: _("My tickets"), Holder.NOBODY.value: _("Nobody's tickets")}
        _choice(_("Anyone's tickets"), "who", who | named(colleagues), width=190)
        rare = sum(bool(asked(key)) for key in _RARE)
        with st.popover(_("More filters") + (f" · {rare}" if rare else ""), icon=":material/filter_list:"):
            if len(services) > 1:
                _choice(_("Every service"), "service", _words(services))
            _choice(_("Every product"), "product", named(products))
            _choice(_("Every kind"), "kind", _words(Kind))
            _choice(_("Every urgency"), "urgency", _words(reversed(Urgency)))
            _choice(_("All stars"), "stars", _words(reversed(StarLevel)))
            _overdue()
        if client:
            leave = {"client": ""}
            label = _("Client: {name}", name=plain(client.name))
            st.button(label, icon=":material/close:", key="queue_client", on_click=queue_address.go, kwargs=leave)
        if queue_address.read().filters != Filters():
            clear = queue_address.cleared()
            st.button(_("Clear filters"), type="tertiary", key="queue_clear", on_click=queue_address.go, kwargs=clear)


def _order() -> None:
    key = _shown("order", asked("order") or code(Order.RECOMMENDED))
    st.segmented_control(
        _("Order"),
        list(_words(Order)),
        format_func=_words(Order).__getitem__,
        required=True,
        key=key,
        on_change=_write,
        args=("order",),
        label_visibility="collapsed",
    )


def _text() -> None:
    st.text_input(
        _("Search"),
        type="search",
        live="400ms",
        max_chars=_LONGEST_TEXT,
        placeholder=_("Subject, reference or client"),
        key=_shown("q", asked("q")),
        on_change=_write,
        args=("q",),
        label_visibility="collapsed",
        width=230,
    )


def _choice(label: str, name: str, words: dict[str, str], *, width: int | None = None) -> None:
    """One of `words` by its code, or none; the label says what none means."""
    st.selectbox(
        label,
        list(words),
        index=None,
        format_func=lambda one: words.get(one, one),
        placeholder=label,
        key=_shown(name, asked(name) or None),
        on_change=_write,
        args=(name,),
        label_visibility="collapsed",
        width=width or "stretch",
    )


def _overdue() -> None:
    st.toggle(_("Only breached"), key=_shown("late", asked("late") == "1"), on_change=_write, args=("late",))


def _shown(name: str, value: str | bool | None) -> str:
    """Have a field show what the address says. What is being typed is left alone as long as the address stands."""
    key = f"queue_{name}"
    if st.session_state.get(key, "nothing yet") != value:
        st.session_state[key] = value
    return key


def _write(name: str) -> None:
    value = st.session_state[f"queue_{name}"]
    if value is True:
        value = "1"
    if (name, value) == ("order", code(Order.RECOMMENDED)):
        value = ""
    queue_address.go(**{name: value or ""})


def _words(members: Iterable[Enum]) -> dict[str, str]:
    return {code(member): word(member) for member in members}


def named(options: Sequence[Option]) -> dict[str, str]:
    """Two people of one name are told apart by their number: a field knows its choices by what they are called."""
    times = Counter(option.name for option in options)
    return {str(one.id): one.name if times[one.name] == 1 else f"{one.name} ({one.id})" for one in options}

"""The queue's view lives in its address: it can be bookmarked, sent, opened in a tab, and survives a reload.

The address is the one truth; the fields and tabs only show it and write to it. Its words are those of the code, never
of a language, so that a French manager can send a view to an English colleague.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar
from urllib.parse import urlencode

import streamlit as st

from models.client import StarLevel
from models.queue import Filters, Holder, Order, Tab
from models.ticket import Kind, Service, Urgency

E = TypeVar("E", bound=Enum)

FILTERS = ("who", "q", "service", "product", "kind", "urgency", "stars", "late", "closing", "client")
_FLAGS = ("late", "closing")
ANCHORS = ("after", "before")
_KEYS = ("tab", "order", *FILTERS, *ANCHORS)
_MEMBERS: dict[str, type[Enum]] = {
    "tab": Tab,
    "order": Order,
    "service": Service,
    "kind": Kind,
    "urgency": Urgency,
    "stars": StarLevel,
}
_LONGEST_TEXT, _LONGEST_ID = 100, 15


@dataclass(frozen=True)
class View:
    """What the address asks for. `after` and `before` are the reference beyond which the page begins or ends."""

    tab: Tab
    order: Order
    filters: Filters
    after: str
    before: str


EVERYTHING = View(Tab.TO_DO, Order.RECOMMENDED, Filters(), "", "")


def code(member: Enum) -> str:
    """How an enum's member is written in the address."""
    return str(int(member)) if isinstance(member, StarLevel) else member.name.lower()


def read() -> View:
    who = asked("who")
    return View(
        member(Tab, "tab") or Tab.TO_DO,
        member(Order, "order") or Order.RECOMMENDED,
        Filters(
            service=member(Service, "service"),
            product=number("product"),
            kind=member(Kind, "kind"),
            urgency=member(Urgency, "urgency"),
            star_level=member(StarLevel, "stars"),
            holder=Holder(who) if who in list(Holder) else Holder.ANYONE,
            assignee=number("who"),
            client=number("client"),
            overdue=asked("late") == "1",
            before_closing=asked("closing") == "1",
            text=asked("q"),
        ),
        asked("after"),
        asked("before"),
    )


def asked(key: str) -> str:
    return st.query_params.get(key, "")


def settle(*, products: Collection[int], colleagues: Collection[int], clients: Collection[int]) -> None:
    """Drop from the address what it cannot mean: a word we do not know, a product or a person that is not there."""
    known = {"product": products, "who": colleagues, "client": clients}
    right = {key: value for key in _KEYS if (value := asked(key)) and _means_something(key, value, known)}
    if right != st.query_params.to_dict():
        st.query_params.from_dict(right)


def go(**changes: str) -> None:
    """Change the address. Anything but a turn of the page goes back to the first page; an empty value is dropped."""
    st.query_params.from_dict(_changed(changes))


def link(**changes: str) -> str:
    return "/queue?" + urlencode(_changed(changes))


def cleared() -> dict[str, str]:
    """The change that clears every filter."""
    return dict.fromkeys(FILTERS, "")


def _changed(changes: dict[str, str]) -> dict[str, str]:
    kept = {key: value for key, value in st.query_params.to_dict().items() if key in _KEYS and key not in ANCHORS}
    return {key: value for key, value in (kept | changes).items() if value}


def _means_something(key: str, value: str, known: dict[str, Collection[int]]) -> bool:
    if key in _MEMBERS:
        return any(code(member) == value for member in _MEMBERS[key])
    if key == "who" and value in (Holder.MINE, Holder.NOBODY):
        return True
    if key in known:
        return number(key) in known[key]
    return value == "1" if key in _FLAGS else len(value) <= _LONGEST_TEXT


def member(words: type[E], key: str) -> E | None:
    return next((member for member in words if code(member) == asked(key)), None)


def number(key: str) -> int | None:
    value = asked(key)
    return int(value) if value.isascii() and value.isdecimal() and len(value) <= _LONGEST_ID else None

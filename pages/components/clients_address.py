"""The view of the list of clients lives in its address, in words of the code: it can be sent, and survives a reload."""

from dataclasses import dataclass
from enum import Enum
from typing import TypeVar
from urllib.parse import urlencode

import streamlit as st

from models.client import StarLevel
from models.client_list import ClientFilters, Only, Sort

E = TypeVar("E", bound=Enum)

LONGEST_TEXT = 100
_FILTERS = ("q", "stars", "product", "only")
_KEYS = (*_FILTERS, "sort", "after")


@dataclass(frozen=True)
class View:
    """What the address asks for; whatever it cannot mean is nothing. `after` is the client before the page."""

    filters: ClientFilters
    sort: Sort
    after: int | None


def read() -> View:
    filters = ClientFilters(
        text=asked("q")[:LONGEST_TEXT],
        star_level=_member(StarLevel, "stars"),
        only=_member(Only, "only"),
        product=number(asked("product")),
    )
    dated = filters.only is not None and filters.only is not Only.WITHOUT_CODE
    sort = _member(Sort, "sort") or (Sort.UNTIL if dated else Sort.NAME)
    return View(filters, sort, number(asked("after")))


def asked(key: str) -> str:
    return st.query_params.get(key, "")


def number(text: str) -> int | None:
    """An id in an address; None for what cannot be one."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None


def go(**changes: str) -> None:
    """Change the address: back to the first page unless told which; an empty value is dropped."""
    st.query_params.from_dict(_changed(changes))


def link(**changes: str) -> str:
    return "/clients?" + urlencode(_changed(changes))


def cleared() -> dict[str, str]:
    """The change that clears every filter."""
    return dict.fromkeys(_FILTERS, "")


def _changed(changes: dict[str, str]) -> dict[str, str]:
    kept = {key: value for key in _KEYS if key != "after" and (value := asked(key))}
    return {key: value for key, value in (kept | changes).items() if value}


def _member(words: type[E], key: str) -> E | None:
    return next((member for member in words if str(member.value) == asked(key)), None)

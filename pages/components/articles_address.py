"""What the address of the list of articles says, in words of the code: it can be sent, and survives a reload."""

from enum import Enum
from typing import TypeVar

import streamlit as st

from data.article_list import Filter
from models.article import ArticleKind, ArticleStatus
from models.user import Language
from pages.components.filing_address import number

Member = TypeVar("Member", bound=Enum)

NEW, ALL_PRODUCTS = "new", "0"
_FILTERS = ("product", "kind", "language", "status")
_LONGEST = 20


def read() -> Filter:
    product = asked("product")
    return Filter(
        product_id=0 if product == ALL_PRODUCTS else number(product),
        kind=_member(ArticleKind, "kind"),
        language=_member(Language, "language"),
        status=_member(ArticleStatus, "status"),
    )


def asked(key: str) -> str:
    return str(st.query_params.get(key, ""))[:_LONGEST]


def go(**changes: str) -> None:
    """Change the address. `id` is the article that is open, or NEW; what the list is narrowed by stays beside it."""
    kept = {key: asked(key) for key in _FILTERS}
    st.query_params.from_dict({key: value for key, value in (kept | changes).items() if value})


def cleared() -> dict[str, str]:
    return dict.fromkeys(_FILTERS, "")


def _member(options: type[Member], key: str) -> Member | None:
    return next((one for one in options if str(one.value) == asked(key)), None)

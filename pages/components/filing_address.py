"""What the address of a form for a new ticket says: the kind, the product, what it follows, what has been filed."""

import re
from dataclasses import dataclass

import streamlit as st

from data import sheets
from data.core.desk import Desk
from models.errors import NotFound
from models.ticket import Kind

ANY = "none"  # about no product in particular
_LONGEST = 40


@dataclass(frozen=True)
class Asked:
    """`kind` is the first one where the address names none, which `kind_is_named` tells. `product` is an id, None where
    the address names none; `any_product`: it says that it is about none."""

    kind: Kind
    kind_is_named: bool
    product: int | None
    any_product: bool
    follows: str
    filed: str


def read(*, kinds: tuple[Kind, ...] = (Kind.INCIDENT, Kind.REQUEST)) -> Asked:
    product = _word("product")
    named = next((kind for kind in kinds if kind.value == _word("kind")), None)
    return Asked(
        kind=named or kinds[0],
        kind_is_named=named is not None,
        product=number(product),
        any_product=product == ANY,
        follows=_word("follows").upper(),
        filed=_word("filed"),
    )


def subject_of(desk: Desk, reference: str) -> str:
    """What a ticket that goes on from this one begins with; nothing for one that is not there, or not ours."""
    try:
        return sheets.sheet(desk, reference).subject if reference else ""
    except NotFound:
        return ""


def number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 15 else None


def _word(key: str) -> str:
    """Letters, digits and hyphens, as references have them; nothing else is an answer."""
    found = str(st.query_params.get(key, ""))
    return found if len(found) <= _LONGEST and re.fullmatch(r"[A-Za-z0-9_-]*", found) else ""

"""What an import of clients may do when the file has problems: create its products, leave the bad rows out."""

from typing import Any

import streamlit as st

from data.core.desk import Desk
from models.client_import import MOST_NEW_PRODUCTS, Options
from models.permission import Permission
from pages.components.text import _, plain, plural

SHOWN = 20  # names of products

Outcomes = dict[tuple[bool, bool], dict[str, Any]]


def choose(desk: Desk, outcomes: Outcomes, key: str) -> Options:
    missing = outcomes[False, False]["missing"]
    create = bool(missing) and _create(desk, missing, key)
    skip = False
    if outcomes[create, False]["blocked"] and not outcomes[create, True]["nothing"]:
        skip = st.checkbox(
            _("Import the good rows, and give me the others as a file"),
            help=_(
                "A client is imported whole or not at all: when one of its rows has a problem, the file has all of its"
                " rows. Correct them there, then import that file."
            ),
            key=f"{key}_skip",
        )
    return Options(create, skip)


def _create(desk: Desk, missing: list[str], key: str) -> bool:
    """Whether to create them. Off by default: a new name may be a slip."""
    count = len(missing)
    names = ", ".join(plain(name) for name in missing[:SHOWN])
    more = _("{names} and {count} more", names=names, count=count - SHOWN) if count > SHOWN else names
    words = plural(
        "{count} product does not exist yet: {names}.", "{count} products do not exist yet: {names}.", count, names=more
    )
    if count > MOST_NEW_PRODUCTS:
        hint = _(
            "An import creates {most} products at most. Check that the right column is chosen for the products.",
            most=MOST_NEW_PRODUCTS,
        )
    elif desk.may(Permission.MANAGE_PRODUCTS):
        st.warning(words, icon=":material/inventory_2:")
        label = plural("Create {count} product", "Create {count} products", count)
        return st.checkbox(label, key=f"{key}_create")
    else:
        hint = _("Ask a manager to create what is missing, or correct the names in the file.")
    st.warning(f"{words} {hint}", icon=":material/inventory_2:")
    return False

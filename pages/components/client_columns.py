"""Which column of a file holds what: guessed, and corrected by whoever knows the file."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st
from openpyxl.utils import get_column_letter

from models.client_import import Column
from pages.components.text import _, plain, word
from pages.components.words import N_

HELP = {
    Column.NUMBER: N_("The client’s number in your books. A client is known by it or, without one, by its exact name."),
    Column.NAME: N_("Needed for a new client. A known number with another name renames the client."),
    Column.PHONE: N_("An empty cell changes nothing, here and in every other column."),
    Column.ADDRESS: N_("As on a letter, in several lines if you like."),
    Column.CONTACT_NAME: N_("One contact a row. For several contacts, repeat the client in several rows."),
    Column.CONTACT_EMAIL: N_("A contact is known by this address, and stays as it is if it is there already."),
    Column.CONTACT_PHONE: N_("Of a new contact. One who is there already stays as they are."),
    Column.CONTACT_LANGUAGE: N_("fr or en; French where nothing is said."),
    Column.STAR_LEVEL: N_("3, 4 or 5, also written ★4 or 4 stars. “none” ends the subscription that runs now."),
    Column.BEGINS: N_("31/12/2026 or 2026-12-31. Without a first day, the star level holds from the import on."),
    Column.UNTIL: N_("The last day, included. Without one, the subscription has no end."),
    Column.PRODUCTS: N_("What the client owns, by the product’s name; several are parted by semicolons."),
}

_ABSENT = -1


def choose(header: list[str], sample: list[list[str]], guessed: Mapping[str, int], key: str) -> dict[Column, int]:
    """A choice for each column that can be imported; those of the file that nobody chose are named."""
    nameless, absent = _("(no name)"), _("not in the file")
    names = [f"{get_column_letter(place + 1)} · {name or nameless}" for place, name in enumerate(header)]
    places: dict[Column, int] = {}
    left, right = st.columns(2)
    for count, column in enumerate(Column):
        with left if count < (len(Column) + 1) // 2 else right:
            found = guessed.get(column.value)
            place = st.selectbox(
                word(column),
                [_ABSENT, *range(len(header))],
                0 if found is None else found + 1,
                format_func=lambda place: absent if place == _ABSENT else names[place],
                help=_(HELP[column]),
                key=f"{key}_{column.value}",
            )
            if place != _ABSENT:
                places[column] = place
    idle = [plain(name) for place, name in enumerate(names) if place not in places.values()]
    if idle:
        st.caption(_("Not imported: {columns}", columns=", ".join(idle)))
    st.dataframe(pd.DataFrame(sample, columns=names), hide_index=True, alt=_("The first rows of the file"))
    return places

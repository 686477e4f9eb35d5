"""The fields that narrow and order the list of clients."""

from collections.abc import Iterable
from enum import Enum

import streamlit as st

from models.client import StarLevel
from models.client_list import ClientFilters, Only, Sort
from pages.components import clients_address
from pages.components.address_fields import AddressFields
from pages.components.clients_address import LONGEST_TEXT, View
from pages.components.text import _, word

_NARROW = "<style>@media (max-width: 40rem) { .st-key-clients_filters > div { width: 100%; flex-grow: 1; } }</style>"


def filters(view: View) -> None:
    st.html(_NARROW)
    fields = AddressFields("clients", clients_address)
    with st.container(key="clients_filters", horizontal=True, vertical_alignment="center", gap="small"):
        fields.text(_("Name, number, contact or e-mail address"), longest=LONGEST_TEXT, width=330, live="150ms")
        fields.choice(_("All stars"), "stars", _words(reversed(StarLevel)), width=150)
        fields.choice(_("Every client"), "only", _words(Only), width=250)
        fields.choice(_("Order"), "sort", _words(Sort), width=210, default=view.sort.value)
        if view.filters != ClientFilters():
            fields.leave(_("Clear filters"), "clear", clients_address.cleared())


def _words(members: Iterable[Enum]) -> dict[str, str]:
    return {str(member.value): word(member) for member in members}

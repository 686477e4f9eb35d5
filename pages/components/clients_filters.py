"""The fields that narrow and order the list of clients."""

import streamlit as st

from data import lookups
from data.core.desk import Desk
from models.client import StarLevel
from models.client_list import ClientFilters, Only, Sort
from pages.components import clients_address
from pages.components.address_fields import AddressFields, by_value
from pages.components.clients_address import LONGEST_TEXT, View
from pages.components.queue_filters import named
from pages.components.text import _

_NARROW = "<style>@media (max-width: 40rem) { .st-key-clients_filters > div { width: 100%; flex-grow: 1; } }</style>"


def filters(desk: Desk, view: View) -> None:
    st.html(_NARROW)
    fields = AddressFields("clients", clients_address)
    with st.container(key="clients_filters", horizontal=True, vertical_alignment="center", gap="small"):
        fields.text(_("Name, number, contact or e-mail address"), longest=LONGEST_TEXT, width=330, live="150ms")
        fields.choice(_("All stars"), "stars", by_value(reversed(StarLevel)), width=150)
        fields.choice(_("Every product"), "product", named(lookups.products(desk)), width=190)
        fields.choice(_("Every client"), "only", by_value(Only), width=250)
        fields.choice(_("Order"), "sort", by_value(Sort), width=210, default=view.sort.value)
        if view.filters != ClientFilters():
            fields.leave(_("Clear filters"), "clear", clients_address.cleared())

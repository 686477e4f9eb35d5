"""Which of the client's products a ticket is about: the address says so; where it does not, one is asked."""

import streamlit as st

from data.filing import Offer
from data.lookups import Option
from pages.components.filing_address import ANY, Asked
from pages.components.queue_filters import named
from pages.components.text import _


def product_choice(offer: Offer, asked: Asked) -> Option | None:
    """None is about no product in particular. The page goes no further until it is told which."""
    owned = {product.id: product for product in offer.products}
    if asked.product in owned:
        return owned[asked.product]
    if asked.any_product or not owned:
        return None
    if len(owned) == 1:
        return offer.products[0]
    choices = named(offer.products) | {ANY: _("About none of them in particular")}
    label = _("Which product is it about?")
    chosen = st.selectbox(label, list(choices), None, format_func=choices.__getitem__, placeholder="", key="which")
    if chosen is not None:
        st.query_params["product"] = chosen
        st.rerun()
    st.stop()
    return None

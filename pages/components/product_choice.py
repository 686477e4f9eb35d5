"""What a new ticket is and which product it is about: the address says so; where it does not, one is asked."""

import streamlit as st

from data.filing import Offer
from data.lookups import Option
from models.ticket import Kind
from pages.components.assistance import KINDS, meaning
from pages.components.filing_address import ANY, Asked
from pages.components.queue_filters import named
from pages.components.text import _, word


def kind_choice(asked: Asked) -> None:
    """The page goes no further until the address names the kind."""
    if asked.kind_is_named:
        return
    st.title(_("New ticket"), anchor=False)
    st.markdown(_("What do you want to create?"))
    for column, kind in zip(st.columns(2), KINDS, strict=True):
        with column, st.container(border=True, height="stretch", key=f"kind_{kind.value}"):
            st.markdown(f"**{word(kind)}**  \n{meaning(kind)}")
            label = _("Create an incident") if kind == Kind.INCIDENT else _("Create a service request")
            if st.button(label, icon=KINDS[kind], type="primary", key=f"choose_{kind.value}"):
                st.query_params["kind"] = kind.value
                st.rerun()
    st.stop()


def other_kind(asked: Asked) -> None:
    """From the form of the one kind to that of the other."""
    if asked.kind == Kind.INCIDENT:
        other, label = Kind.REQUEST, _("Not an incident? Create a service request instead")
    else:
        other, label = Kind.INCIDENT, _("Not a service request? Create an incident instead")
    if st.button(label, type="tertiary", icon=":material/swap_horiz:", key="other_kind"):
        st.query_params["kind"] = other.value
        st.rerun()


def product_choice(offer: Offer, asked: Asked) -> Option | None:
    """None is about no product in particular. The page goes no further until it is told which."""
    owned = {product.id: product for product in offer.products}
    if asked.product in owned:
        return owned[asked.product]
    if asked.any_product or not owned:
        return None
    if len(owned) == 1:
        return offer.products[0]
    st.title(word(asked.kind), anchor=False)
    choices = named(offer.products) | {ANY: _("About none of them in particular")}
    label = _("Which product is it about?")
    chosen = st.selectbox(label, list(choices), None, format_func=choices.__getitem__, placeholder="", key="which")
    if chosen is not None:
        st.query_params["product"] = chosen
        st.rerun()
    st.stop()
    return None

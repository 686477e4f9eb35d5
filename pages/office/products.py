"""The software that the publisher sells: created, put in order, renamed, retired; and whose it is."""

import streamlit as st

from data import products
from pages.components.attempt import attempt
from pages.components.page_style import wide
from pages.components.product_forms import create, create_here
from pages.components.product_list import product_list
from pages.components.session import current_desk
from pages.components.text import _, plural

SEARCHED_FROM = 12  # fewer are found by looking

desk = current_desk()

wide()

with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
    st.title(_("Products"), anchor=False, width="content")
    with st.container(horizontal=True, vertical_alignment="center", width="content"):
        order, new = st.container(width="content"), st.container(width="content")

text, found = "", products.listed(desk)
if found.total >= SEARCHED_FROM:
    text = st.text_input(
        _("Search"), placeholder=_("Name of a product"), type="search", live=True, key="products_text", width=330
    )
if text:
    found = products.listed(desk, text)

if not found.total:
    st.info(
        _(
            "There is no product yet. A product is software that you sell: clients are given products on their page, "
            "and create technical tickets about them. Begin with the names of what you support."
        ),
        icon=":material/deployed_code:",
    )
    create_here(desk)
    st.stop()
if new.button(_("New products"), icon=":material/add:", type="primary", key="products_new"):
    create()
if found.total > 2 and order.button(_("Sort by name"), icon=":material/sort_by_alpha:", key="products_sort"):
    with attempt(_("The products are in the order of their names.")):
        products.sort_by_name(desk)
if not found.lines:
    st.info(_("No product is called that."), icon=":material/search_off:")
product_list(desk, found, movable=not text)
if len(found.lines) < found.count:
    st.caption(
        plural("{count} more product: search for it.", "{count} more: search for them.", found.count - len(found.lines))
    )

"""The products, each on a line: whose it is, and what managers do with it."""

import streamlit as st

from data import products
from data.core.desk import Desk
from data.products import ProductLine, ProductList
from pages.components.attempt import attempt
from pages.components.navigation import file_at
from pages.components.product_forms import change
from pages.components.text import _, plain, plural

_STYLE = """<style>
[class*="st-key-product_"] { padding-block: 0.5rem; }
[class*="st-key-product_"] [data-testid="stPageLink"] a { padding-inline: 0.4rem; }
@media (max-width: 640px) { [class*="st-key-product_"] [data-testid="stMarkdown"] { flex: 1 1 100%; } }
</style>"""


def product_list(desk: Desk, found: ProductList, *, movable: bool) -> None:
    """`movable`: every product is there, so that up and down say what they do."""
    st.html(_STYLE)
    active = [one for one in found.lines if one.active]
    retired = [one for one in found.lines if not one.active]
    for index, one in enumerate(active):
        _line(desk, found, active, index if movable else None, one)
    if retired:
        st.subheader(_("Retired"), anchor=False)
        st.caption(_("They stay on the tickets and articles that name them. Nothing new can be about them."))
    for one in retired:
        _line(desk, found, active, None, one)


def _line(desk: Desk, found: ProductList, active: list[ProductLine], index: int | None, one: ProductLine) -> None:
    """The keys name the product: a click on a list that has changed meanwhile does nothing."""
    with st.container(horizontal=True, vertical_alignment="center", border=True, gap="small", key=f"product_{one.id}"):
        st.markdown(f"**{plain(one.name)}**", width="stretch")
        _links(one)
        if index is not None and len(active) > 1:
            _moves(desk, active, index)
        if st.button(_("Edit"), icon=":material/edit:", type="tertiary", key=f"product_change_{one.id}"):
            change(one, [other for other in found.lines if other.active and other.id != one.id])


def _links(one: ProductLine) -> None:
    clients = plural("{count} client", "{count} clients", one.clients)
    tickets = plural("{count} open ticket", "{count} open tickets", one.open_tickets)
    if one.clients:
        st.page_link(file_at("clients"), label=clients, query_params={"product": str(one.id)}, width="content")
    else:
        st.markdown(f":small[:gray[{clients}]]", width="content")
    if one.open_tickets:
        st.page_link(file_at("queue"), label=tickets, query_params={"product": str(one.id)}, width="content")
    else:
        st.markdown(f":small[:gray[{tickets}]]", width="content")


def _moves(desk: Desk, active: list[ProductLine], index: int) -> None:
    one = active[index]
    up, down = _("Up"), _("Down")
    if st.button(up, icon=":material/arrow_upward:", type="tertiary", disabled=not index, key=f"product_up_{one.id}"):
        with attempt():
            products.move(desk, one.id, active[index - 2].id if index > 1 else None)
    last = index == len(active) - 1
    if st.button(down, icon=":material/arrow_downward:", type="tertiary", disabled=last, key=f"product_down_{one.id}"):
        with attempt():
            products.move(desk, one.id, active[index + 1].id)

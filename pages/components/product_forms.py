"""The forms of products: a list of new ones, and the changes of one."""

from collections.abc import Sequence

import streamlit as st

from data import products
from data.core.desk import Desk
from data.products import Created, ProductLine
from models.product import LONGEST_NAME
from pages.components.attempt import attempt
from pages.components.confirmed import confirmed
from pages.components.session import current_desk
from pages.components.text import _, plain, plural

_FIRST = 0  # no product has this number


@st.dialog(_("New products"), icon=":material/add:")
def create() -> None:
    create_here(current_desk())


def create_here(desk: Desk) -> None:
    """What is typed stays where it is refused."""
    with st.form("products_form", border=False, enter_to_submit=False):
        text = st.text_area(
            _("One name on each line"),
            height=160,
            placeholder=_("Paste a list, or type one name."),
            key="products_names",
        )
        sent = st.form_submit_button(_("Create"), type="primary", key="products_create")
    if sent:
        with attempt(rerun=False):
            st.session_state["done"] = _said(products.create_list(desk, text or ""))
            st.rerun()


def _said(made: Created) -> str:
    said = []
    if made.created:
        said.append(plural("{count} product is created.", "{count} products are created.", len(made.created)))
    if made.existing:
        names = ", ".join(plain(one.name) for one in made.existing[:5]) + ("…" if made.existing[5:] else "")
        said.append(_("There already: {names}.", names=names))
    return " ".join(said)


@st.dialog(_("Change the product"), icon=":material/edit:")
def change(one: ProductLine, others: Sequence[ProductLine]) -> None:
    """`others` are those it can be put behind."""
    desk = current_desk()
    name = st.text_input(_("Name"), one.name, max_chars=LONGEST_NAME, key=f"product_name_{one.id}")
    if st.button(_("Rename"), type="primary", key=f"product_rename_{one.id}"):
        with attempt(_("The product is renamed.")):
            products.rename(desk, one.id, name or "", one.name)
    if one.active and others:
        places = {_FIRST: _("In the first place")} | {other.id: _("After {name}", name=other.name) for other in others}
        place = st.selectbox(
            _("Place in every list"), list(places), None, format_func=places.__getitem__, key=f"product_place_{one.id}"
        )
        if st.button(_("Move"), disabled=place is None, key=f"product_move_{one.id}"):
            with attempt(_("The product is moved.")):
                products.move(desk, one.id, place or None)
    st.divider()
    if one.active:
        _retire(desk, one)
    elif st.button(_("Bring back"), icon=":material/undo:", key=f"product_back_{one.id}"):
        with attempt(_("{name} is offered again.", name=plain(one.name))):
            products.bring_back(desk, one.id)


def _retire(desk: Desk, one: ProductLine) -> None:
    uses = _(
        "{clients} and {tickets}.",
        clients=plural("{count} client", "{count} clients", one.clients),
        tickets=plural("{count} open ticket", "{count} open tickets", one.open_tickets),
    )
    warning = _("New tickets and articles can no longer be about it; what is about it stays. You can bring it back.")
    if confirmed(_("Retire"), f"{uses} {warning}", ":material/archive:", f"product_retire_{one.id}"):
        with attempt(_("{name} is retired.", name=plain(one.name))):
            products.retire(desk, one.id)

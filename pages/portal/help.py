"""The help of one product: its manual, the frequent questions and the videos, searched as one types."""

import streamlit as st

from data import articles
from models.permission import Permission
from models.ticket import Kind
from pages.components import help_page
from pages.components.assistance import file_button
from pages.components.assistance import style as assistance_style
from pages.components.help_reader import reader
from pages.components.navigation import file_at
from pages.components.page_style import wide
from pages.components.session import current_desk
from pages.components.text import _, language, plain

desk = current_desk()

wide()
help_page.style()

asks = desk.may(Permission.USE_CLIENT_SPACE)
asked = st.query_params.get("product", "")
product_id = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 19 else 0


@st.fragment
def body() -> None:
    desk = current_desk()
    text = st.text_input(
        _("Search the help"),
        type="search",
        live=True,
        placeholder=_("A word or two; accents and endings do not matter"),
        label_visibility="collapsed",
        key=f"help_text_{product_id}",
    )
    found = articles.search(desk, product_id, text) if text and text.strip() else None
    if found:
        st.html(help_page.hits_html(found))
    given = articles.about(desk, product_id, language())
    st.html(help_page.help_html(given, found.words if found else (), asking=asks))


if asks:
    st.page_link(file_at("assistance"), label=_("Technical assistance"), icon=":material/arrow_back:")
if not asked:
    st.info(_("Choose the product whose help you want to read."), icon=":material/menu_book:")
    st.stop()
given = articles.about(desk, product_id, language())
st.title(plain(given.product), anchor=False)
st.caption(
    _("Tip: use the keyboard shortcut CTRL + F (CMD + F on a Mac) to find a keyword quickly: all of it is here.")
)
if given.pages:
    body()
else:
    st.info(_("There is no help on this product yet: ask us by a service request."), icon=":material/menu_book:")
reader(st.query_params.get("at", ""), counts=asks)

if asks:
    assistance_style()
    with st.container(border=True, key="not_found"):
        st.subheader(_("You have not found the answer to your question?"), anchor=False)
        file_button(Kind.REQUEST, product_id, given.product, primary=True)

"""The list of articles, narrowed by its address."""

import pandas as pd
import streamlit as st

from data import article_list, lookups
from data.article_list import Filter, Listed
from data.core.desk import Desk
from models.article import ArticleKind, ArticleStatus
from models.user import Language
from pages.components import articles_address
from pages.components.address_fields import AddressFields, by_value
from pages.components.articles_address import ALL_PRODUCTS
from pages.components.queue_filters import named
from pages.components.text import _, ago, word


def articles_list(desk: Desk) -> None:
    wanted = _filter(desk)
    key = f"articles_{wanted}"
    after = st.session_state.get("articles_after", {}).get(key)
    found = article_list.listed(desk, wanted, after)
    if not found.lines:
        nothing = wanted == Filter()
        st.info(
            _("No article has been written yet. Begin with what clients ask most.")
            if nothing
            else _("No article is like that."),
            icon=":material/menu_book:",
        )
        return
    _table(desk, found, f"{key}_{after}")
    first, following = st.columns(2)
    if after and first.button(_("First page"), key="articles_first"):
        st.session_state["articles_after"] = {}
        st.rerun()
    if found.after and following.button(_("Next page"), key="articles_next"):
        st.session_state["articles_after"] = {key: found.after}
        st.rerun()


def _filter(desk: Desk) -> Filter:
    products = {ALL_PRODUCTS: _("About all products")} | named(lookups.products(desk))
    fields = AddressFields("articles", articles_address)
    with st.container(key="articles_filters", horizontal=True, vertical_alignment="center", gap="small"):
        fields.choice(_("Every product"), "product", products, width=230)
        fields.choice(_("Every kind"), "kind", by_value(ArticleKind), width=230)
        fields.choice(_("Every language"), "language", by_value(Language), width=190)
        fields.choice(_("Every status"), "status", by_value(ArticleStatus), width=190)
        if articles_address.read() != Filter():
            fields.leave(_("Clear filters"), "clear", articles_address.cleared())
    return articles_address.read()


def _table(desk: Desk, found: Listed, key: str) -> None:
    table = pd.DataFrame(
        {
            _("Title"): line.title,
            _("Product"): line.product or _("All products"),
            _("Kind"): word(line.kind),
            _("Language"): word(line.language),
            _("Status"): word(line.status),
            _("Helpful"): line.helpful,
            _("Not helpful"): line.unhelpful,
            _("Reads in 90 days"): line.reads,
            _("Changed"): f"{ago(line.changed_at, desk.now)} · {line.changed_by}",
        }
        for line in found.lines
    )
    st.caption(_("Choose a line to open the article. A read counts once a day for each contact."))
    chosen = st.dataframe(table, hide_index=True, on_select="rerun", selection_mode="single-cell", key=key)
    for row, _column in chosen.selection.cells[:1]:
        articles_address.go(id=str(found.lines[row].id))
        st.rerun()

"""The list of articles, narrowed by its address."""

from enum import Enum
from typing import TypeVar

import pandas as pd
import streamlit as st

from data import article_list, lookups
from data.article_list import Filter, Listed
from data.core.desk import Desk
from models.article import ArticleKind, ArticleStatus
from models.user import Language
from pages.components.text import _, ago, word

Option = TypeVar("Option", bound=Enum)
ALL_PRODUCTS = 0


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
    products = {str(ALL_PRODUCTS): _("All products")} | {str(one.id): one.name for one in lookups.products(desk)}
    columns = st.columns(4)
    product = columns[0].selectbox(
        _("Product"),
        list(products),
        None,
        format_func=lambda id_: products[id_],
        placeholder=_("Everything"),
        key="article_product",
        bind="query-params",
    )
    return Filter(
        product_id=int(product) if product is not None else None,
        kind=_one(columns[1], _("Kind"), ArticleKind, "article_kind"),
        language=_one(columns[2], _("Language"), Language, "article_language"),
        status=_one(columns[3], _("Status"), ArticleStatus, "article_status"),
    )


def _one(place: st.delta_generator.DeltaGenerator, label: str, options: type[Option], key: str) -> Option | None:
    names = {str(one.value): word(one) for one in options}
    chosen = place.selectbox(
        label,
        list(names),
        None,
        format_func=lambda value: names[value],
        placeholder=_("Everything"),
        key=key,
        bind="query-params",
    )
    return options(chosen) if chosen is not None else None


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
    chosen = st.dataframe(table, hide_index=True, on_select="rerun", selection_mode="single-cell", key=key)
    st.caption(_("Choose a line to open the article. A read counts once a day for each contact."))
    for row, _column in chosen.selection.cells[:1]:
        st.query_params["id"] = str(found.lines[row].id)
        st.rerun()

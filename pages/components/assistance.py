"""What a client does about one of its products: reads its help, or files a ticket."""

import streamlit as st

from data.articles import Shelf
from models.article import ArticleKind
from models.ticket import Kind
from pages.components.navigation import file_at, open_page
from pages.components.text import _, plain, plural, word

KINDS = {Kind.INCIDENT: ":material/error:", Kind.REQUEST: ":material/build:"}
_STYLE = """<style>
:is([class*="st-key-incident_"], [class*="st-key-request_"]) button p span[style] {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}
</style>"""
_SHELF_ICONS = {
    ArticleKind.MANUAL: ":material/menu_book:",
    ArticleKind.FAQ: ":material/quiz:",
    ArticleKind.VIDEO: ":material/smart_display:",
}


def meaning(kind: Kind) -> str:
    """What an incident and a service request are, in the words of the publisher's own guide."""
    if kind == Kind.INCIDENT:
        return _(
            "An incident is an unexpected interruption of a service, a disturbance of the operations that affects the"
            " standard use of the products."
        )
    return _(
        "A service request is a specific request from a user. It may be a request for a change, a setting, an"
        " improvement, an adjustment, help in everyday work, a reminder of good practice."
    )


def reminder() -> None:
    """Both, side by side."""
    with st.container(key="reminder"):
        for column, kind in zip(st.columns(2), KINDS, strict=True):
            column.markdown(f"{KINDS[kind]} **{word(kind)}**\\\n{meaning(kind)}")


def style() -> None:
    """The product in a button's name is for the ear: the eye sees it above."""
    st.html(_STYLE)


def card(shelf: Shelf) -> None:
    with st.container(border=True, key=f"product_{shelf.product_id}"):
        st.subheader(plain(shelf.product), anchor=False)
        if shelf.active:
            with st.container(horizontal=True, gap="small"):
                file_button(Kind.INCIDENT, shelf.product_id, shelf.product, primary=True)
                file_button(Kind.REQUEST, shelf.product_id, shelf.product)
        else:
            st.caption(_("No longer supported: new tickets cannot be about it."))
        links = [kind for kind in ArticleKind if shelf.counts[kind]]
        for kind in links:
            place = {"at": kind.value} if kind != links[0] else {}  # the page begins with the first
            st.page_link(
                file_at("help"),
                label=f"{word(kind)} · {_amount(kind, shelf.counts[kind])}",
                icon=_SHELF_ICONS[kind],
                query_params={"product": str(shelf.product_id)} | place,
            )
        if not links:
            st.caption(_("There is no help on this product yet: ask us by a service request."))


def file_button(kind: Kind, product_id: int, product: str, *, primary: bool = False) -> None:
    """Leads to the form of such a ticket, with the product filled in. Read aloud, it names the product, too."""
    pressed = st.button(
        f"{word(kind)} :small[{plain(product)}]",
        icon=KINDS[kind],
        type="primary" if primary else "secondary",
        help=meaning(kind),
        key=f"{kind}_{product_id}",
    )
    if pressed:
        open_page("new", kind=kind.value, product=str(product_id))


def _amount(kind: ArticleKind, count: int) -> str:
    match kind:
        case ArticleKind.MANUAL:
            return plural("{count} chapter", "{count} chapters", count)
        case ArticleKind.FAQ:
            return plural("{count} question", "{count} questions", count)
        case ArticleKind.VIDEO:
            return plural("{count} video", "{count} videos", count)

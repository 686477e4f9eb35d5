"""A client's quotes, orders and invoices as a list: by kind, year and words, each to open or to save."""

from collections import Counter
from collections.abc import Callable
from html import escape

import streamlit as st

from data import documents
from data.core.desk import Desk
from data.documents import Count, DocumentLine
from models.document import DocumentKind
from pages.components.assets import asset
from pages.components.markdown import escaped
from pages.components.text import _, day, word
from pages.components.uploads import size

_KIND, _YEAR, _TEXT = "paper_kind", "paper_year", "paper_text"  # in the address, so that a view can be sent
_EVERY = 0  # year


def document_list(desk: Desk, client_id: int, drawn: Callable[[DocumentLine, str], None] | None = None) -> None:
    """The client's papers, the newest first, a page at a time. `drawn` draws each from its HTML, with what can be done
    with it.

    A contact gives its own client's id. Raises NotFound for a client that is not there and one that is not yours.
    """
    counted = documents.counts(desk, client_id)
    if not counted:
        st.info(_("No document yet. Quotes, orders and invoices will be listed here."), icon=":material/description:")
        return
    kind, year, text = _filters(client_id, counted)
    asked = (client_id, kind, year, text)
    start = st.session_state.get("documents_after", {}).get(asked)
    page = documents.search(desk, client_id, kind=kind, year=year, text=text, after=start)
    if not page.lines:
        st.info(_("No document is like that."), icon=":material/search_off:")
        return
    st.html(f"<style>{style()}</style>")
    with st.container(key="documents_rows"):
        if drawn is None:
            st.html(f'<ul class="documents">{"".join(map(row_html, page.lines))}</ul>')
        else:
            for line in page.lines:
                drawn(line, f'<ul class="documents">{row_html(line)}</ul>')
    first, following = st.columns(2)
    if start and first.button(_("First page"), key="documents_first"):
        st.session_state["documents_after"] = {}
        st.rerun()
    if page.after and following.button(_("Next page"), key="documents_next"):
        st.session_state["documents_after"] = {asked: page.after}
        st.rerun()


def row_html(line: DocumentLine) -> str:
    """The number opens it, where the browser can show it; the last column saves it."""
    address, name = f"/documents/{line.id}", escaped(line.name)
    save = escape(_("Save ({size})", size=size(line.size)))
    return (
        f'<li class="document"><span class="kind">{escape(word(line.kind))}</span>'
        f'<span class="what"><a class="number" href="{address}" target="_blank">{escaped(line.number)}</a> '
        f"{escaped(line.title)}</span>"
        f'<time datetime="{line.dated.isoformat()}">{escape(day(line.dated))}</time>'
        f'<a class="save" href="{address}" download="{name}">{save}</a></li>'
    )


def _filters(client_id: int, counted: tuple[Count, ...]) -> tuple[DocumentKind | None, int | None, str]:
    """Kinds and years say how many there are of each among what the other leaves."""
    by_kind, by_year, search = st.columns([2.2, 1, 1.6], vertical_alignment="bottom")
    years = sorted({one.year for one in counted}, reverse=True)
    year_key, kind_key = f"documents_year_{client_id}", f"documents_kind_{client_id}"
    first = st.query_params.get(_YEAR, "")
    st.session_state.setdefault(year_key, int(first) if first in map(str, years) else _EVERY)
    first = st.query_params.get(_KIND, "")
    st.session_state.setdefault(kind_key, DocumentKind(first) if first in set(DocumentKind) else None)

    held = st.session_state[year_key]
    of_kind = Counter(dict.fromkeys(DocumentKind, 0))
    for one in counted:
        of_kind[one.kind] += one.count if held in (_EVERY, one.year) else 0
    kinds = {one: f"{word(one)} · {of_kind[one]}" for one in DocumentKind}
    kind = by_kind.pills(
        _("Kind"),
        list(kinds),
        format_func=kinds.__getitem__,
        key=kind_key,
    )
    of_year = Counter(dict.fromkeys(years, 0))
    for one in counted:
        of_year[one.year] += one.count if kind in (None, one.kind) else 0
    said = {_EVERY: _("All years")} | {one: f"{one} · {of_year[one]}" for one in years}
    year: int = by_year.selectbox(
        _("Year"),
        list(said),
        format_func=said.__getitem__,
        key=year_key,
    )
    text = search.text_input(
        _("Search"),
        st.query_params.get(_TEXT, ""),
        placeholder=_("Number or title"),
        type="search",
        live=True,
        key=f"documents_text_{client_id}",
    )
    _tell_address({_KIND: kind.value if kind else "", _YEAR: str(year or ""), _TEXT: text or ""})
    return kind, year or None, text or ""


def _tell_address(view: dict[str, str]) -> None:
    for name, value in view.items():
        if value and st.query_params.get(name) != value:
            st.query_params[name] = value
        elif not value and name in st.query_params:
            del st.query_params[name]


def style() -> str:
    return asset("document_list.css")

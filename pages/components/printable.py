"""The company's tickets as papers: by year and words, each to be printed or kept as PDF by the browser."""

from html import escape
from urllib.parse import quote

import streamlit as st

from data import followed
from data.core.days import day_of
from data.core.desk import Desk
from models.followed import Followed, FollowedLine
from pages.components.document_list import style
from pages.components.markdown import escaped
from pages.components.text import _, day, word

_EVERY = 0  # year
_AFTER = "printable_after"  # the reference that the page begins after, by what narrows the list


def printable(desk: Desk) -> None:
    years = followed.years(desk)
    if not years:
        st.info(_("No ticket yet."), icon=":material/confirmation_number:")
        return
    by_year, search = st.columns([1, 2.6], vertical_alignment="bottom")
    words = {_EVERY: _("All years")} | {year: str(year) for year in years}
    year = by_year.selectbox(_("Year"), list(words), format_func=words.__getitem__, key="printable_year")
    text = search.text_input(
        _("Search"), placeholder=_("Subject or reference"), type="search", live=True, key="printable_text"
    )
    asked = (year, text)
    start = st.session_state.get(_AFTER, {}).get(asked, "")
    page = followed.page(desk, Followed(year=year or None, text=text or ""), after=start)
    if not page.lines:
        st.info(_("No ticket is like that."), icon=":material/search_off:")
        return
    st.html(f'<style>{style()}</style><ul class="documents">{"".join(map(_row, page.lines))}</ul>')
    first, following = st.columns(2)
    if start and first.button(_("First page"), key="printable_first"):
        st.session_state[_AFTER] = {}
        st.rerun()
    if page.later and following.button(_("Next page"), key="printable_next"):
        st.session_state[_AFTER] = {asked: page.lines[-1].line.reference}
        st.rerun()


def _row(one: FollowedLine) -> str:
    line = one.line
    address = f"/tickets/{quote(line.reference, safe='')}/print"
    printed = escape(_("Print, or keep as PDF"))
    return (
        f'<li class="document"><span class="kind">{escape(word(line.kind))}</span>'
        f'<span class="what"><a class="number" href="/ticket?ref={quote(line.reference, safe="")}" target="_self">'
        f"{escaped(line.reference)}</a> {escaped(line.subject)}</span>"
        f'<time datetime="{line.filed_at.isoformat()}">{escape(day(day_of(line.filed_at)))}</time>'
        f'<a class="save" href="{address}" target="_blank">{printed}</a></li>'
    )

"""What is new for a contact: the open tickets with their promises, what was resolved last, the latest documents."""

import streamlit as st

from data import documents, followed, programme
from models.followed import Stage
from pages.components.brief_list import brief_list
from pages.components.document_list import row_html, style
from pages.components.navigation import file_at
from pages.components.session import current_desk, refreshing
from pages.components.text import _, plural

_REFRESHED_EVERY = 30
_PAPERS = 4


@refreshing(_REFRESHED_EVERY)
def tickets() -> None:
    desk = current_desk()
    front = followed.front(desk)
    st.subheader(plural("{count} open ticket", "{count} open tickets", front.count), anchor=False)
    if front.waiting:
        waiting = plural("{count} ticket waits for your answer", "{count} tickets wait for your answer", front.waiting)
        asked = {"stage": Stage.WAITING.value}
        st.page_link(file_at("tickets"), label=waiting, icon=":material/reply:", query_params=asked)
    if not front.count:
        st.caption(_("Nothing is open. For whatever happens, “Technical assistance” is the way to us."))
    brief_list(front.open, desk.now)
    if front.count > len(front.open):
        asked = {"stage": Stage.OPEN.value}
        st.page_link(file_at("tickets"), label=_("All of them"), icon=":material/list:", query_params=asked)
    if front.resolved:
        st.subheader(_("Resolved last"), anchor=False)
        brief_list(front.resolved, desk.now)


def papers() -> None:
    desk = current_desk()
    found = documents.search(desk, programme.mine(desk).client_id).lines[:_PAPERS]
    if not found:
        return
    st.subheader(_("Latest documents"), anchor=False)
    st.html(f'<style>{style()}</style><ul class="documents">{"".join(map(row_html, found))}</ul>')
    st.page_link(file_at("documents"), label=_("All documents"), icon=":material/folder_open:")

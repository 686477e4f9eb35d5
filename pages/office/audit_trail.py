"""The audit trail: who changed what, when, from what to what."""

import streamlit as st

from data import audit_trail
from models.audit_trail import AuditFilters
from pages.components import audit_view
from pages.components.audit_export import export
from pages.components.audit_filters import filters
from pages.components.audit_list import audit_list
from pages.components.page_style import wide
from pages.components.session import current_desk
from pages.components.text import _

desk = current_desk()

wide()
st.title(_("Audit trail"), anchor=False)
st.caption(_("Every change, who made it and when, the newest first. Nobody can change or delete an entry."))

view = audit_view.read()
filters(desk, view.filters)
page = audit_trail.page(desk, view.filters, view.after)
if page.lines:
    audit_list(page.lines)
elif view.after and page.following is None:
    st.info(_("There is nothing more on this page."), icon=":material/search_off:")
elif page.following is None:
    nothing = _("Nothing on the trail matches these filters.")
    st.info(nothing if view.filters != AuditFilters() else _("Nothing has happened yet."), icon=":material/search_off:")
if page.searched_to:
    st.caption(_("Searched back to {moment}.", moment=page.searched_to))
with st.container(horizontal=True):
    if view.after:
        st.button(_("First page"), key="audit_first", on_click=audit_view.go)
    if page.following is not None:
        label = _("Search further back") if page.searched_to else _("Next page")
        after = {"after": str(page.following)}
        st.button(label, key="audit_next", on_click=audit_view.go, kwargs=after)
if page.lines:
    export(desk, view.filters)

"""The articles of the help: which there are, how they are received, and writing them."""

import streamlit as st

from data import editorial
from pages.components import articles_address, help_page
from pages.components.article_editor import editor
from pages.components.articles_list import articles_list
from pages.components.page_style import wide
from pages.components.session import current_desk
from pages.components.text import _

desk = current_desk()

wide()
help_page.style()

asked = st.query_params.get("id", "")
if asked == articles_address.NEW:
    editor(desk, None)
elif asked.isascii() and asked.isdecimal() and len(asked) < 19:
    editor(desk, editorial.draft(desk, int(asked)))
else:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.title(_("Articles"), anchor=False, width="content")
        if st.button(_("New article"), icon=":material/add:", type="primary", key="new_article"):
            articles_address.go(id=articles_address.NEW)
            st.rerun()
    articles_list(desk)

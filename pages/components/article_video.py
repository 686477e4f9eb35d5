"""The file of a video: chosen, replaced, taken away."""

from collections.abc import Callable

import streamlit as st

from data import editorial
from data.core.desk import Desk
from data.core.uploads import store
from data.editorial import Draft
from models.article import ArticleKind
from pages.components.attempt import attempt
from pages.components.text import _, plain
from pages.components.uploads import pick_files, size


def video_form(desk: Desk, draft: Draft, settle: Callable[[Draft], None]) -> None:
    """`settle` takes the draft as it is then saved. What is typed meanwhile must be saved before."""
    if draft.text.kind != ArticleKind.VIDEO:
        return
    with st.container(border=True, key="article_video"):
        st.subheader(_("Video file"), anchor=False)
        if draft.video_name:
            row = st.container(horizontal=True, vertical_alignment="center")
            row.markdown(f"**{plain(draft.video_name)}** · {size(draft.video_size)}")
            if row.button(_("Take it away"), icon=":material/delete:", key="video_drop"):
                with attempt(_("The file is taken away.")):
                    settle(editorial.keep_video(desk, draft.id, None, seen=draft.version))
        chosen = pick_files(_("Video file"), f"video_{draft.id}_{draft.version}", most=1)
        if chosen and st.button(_("Use this file"), icon=":material/upload:", type="primary", key="video_keep"):
            with attempt(_("The file is kept.")):
                settle(editorial.keep_video(desk, draft.id, *store(chosen, 1), seen=draft.version))
